"""Refusals in the shape of Microsoft Graph."""

from collections.abc import Mapping


class GraphError(Exception):
    """A request is refused: HTTP status, Graph's code, a sentence, and headers that go with it."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        inner: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner
        self.headers = dict(headers or {})


def not_found() -> GraphError:
    """Return the answer for an item that is not there, or not for the caller."""
    return GraphError(404, "itemNotFound", "The resource could not be found.")


def invalid(message: str, inner: str | None = None) -> GraphError:
    """Return the answer for a request that makes no sense."""
    return GraphError(400, "invalidRequest", message, inner=inner)


def denied(message: str = "Access denied", inner: str | None = None) -> GraphError:
    """Return the answer for a right that is missing."""
    return GraphError(403, "accessDenied", message, inner=inner)


def name_taken() -> GraphError:
    """Return the answer for a name that the folder already holds."""
    return GraphError(409, "nameAlreadyExists", "The specified item name already exists.")


def locked(message: str) -> GraphError:
    """Return the answer for a file that a record label or a check-out holds."""
    return GraphError(423, "resourceLocked", message)
