"""HTTP for Google's client: with time-outs, and never sending the same change twice by itself."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import httplib2

_PERMANENT_REDIRECT = 308
"""Drive says with it how much of an upload has arrived; it leads nowhere."""


class _Once:
    """A connection that does not let httplib2 repeat a change when the answer is cut off.

    httplib2 takes a missing status line for a stale connection and sends the request again, done or not.
    """

    _repeatable = True

    def request(self, method: str, *args: Any, **kwargs: Any) -> None:
        self._repeatable = method in {"GET", "HEAD"}
        super().request(method, *args, **kwargs)  # type: ignore[misc]

    def getresponse(self) -> http.client.HTTPResponse:
        try:
            answer: http.client.HTTPResponse = super().getresponse()  # type: ignore[misc]
        except http.client.BadStatusLine as error:
            if self._repeatable:
                raise
            raise ConnectionAbortedError("the connection was cut before an answer") from error
        return answer


class _Plain(_Once, httplib2.HTTPConnectionWithTimeout):  # type: ignore[misc]
    """For emulators and private networks."""


class _Secure(_Once, httplib2.HTTPSConnectionWithTimeout):  # type: ignore[misc]
    """For everything else."""


class OnceHttp(httplib2.Http):  # type: ignore[misc]
    """httplib2 with connections that repeat nothing but questions."""

    def __init__(self, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.redirect_codes = httplib2.REDIRECT_CODES - {_PERMANENT_REDIRECT}

    def request(self, uri: str, method: str = "GET", *args: Any, **kwargs: Any) -> Any:
        """Send a request; `kwargs` are httplib2's."""
        kind = _Secure if urlsplit(uri).scheme == "https" else _Plain
        return super().request(uri, method, *args, **{**kwargs, "connection_type": kind})
