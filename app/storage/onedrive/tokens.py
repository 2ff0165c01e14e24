"""Access tokens from Microsoft's sign-in service, by its own library msal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import msal

from app.storage.onedrive.client import trusted
from app.storage.policy import OutOfReach, SignInAgain

LOGIN = "https://login.microsoftonline.com"
APP_SCOPES = ("https://graph.microsoft.com/.default",)
_TIMES = httpx.Timeout(30, connect=10)
_TOO_MANY = 429
_PASSING = {"temporarily_unavailable", "server_error", "request_timeout"}
"""What the sign-in service says when it is not the grant that is at fault."""


class LoginHttp:
    """HTTP for msal; a private cloud or a test stands in for the sign-in service by its own `root`.

    msal demands HTTPS and asks about hosts that it does not know, so it is told the well-known one.
    """

    def __init__(self, root: str = LOGIN) -> None:
        self._root = root.rstrip("/")

    def get(self, url: str, params: Any = None, headers: Any = None) -> httpx.Response:
        """Fetch what msal asks for."""
        return self._answer("GET", url, params=params or None, headers=headers)

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None) -> httpx.Response:
        """Post what msal sends."""
        return self._answer("POST", url, params=params or None, data=data, headers=headers)

    def close(self) -> None:
        """Nothing is kept open: tokens are asked for once an hour."""

    def _answer(self, method: str, url: str, **content: Any) -> httpx.Response:
        address = self._root + url.removeprefix(LOGIN) if url.startswith(LOGIN) else url
        with httpx.Client(timeout=_TIMES, verify=trusted(), follow_redirects=True) as http:
            response = http.request(method, address, **content)
        # msal would take a service that is too busy for one that does not know the tenant.
        if response.status_code == _TOO_MANY or response.is_server_error:
            raise OutOfReach
        return response


@dataclass(frozen=True)
class Registration:
    """The application as Microsoft knows it, and the tenant whose account it asks for."""

    client_id: str
    client_secret: str = field(repr=False)
    tenant_id: str = "organizations"
    login_root: str = LOGIN

    def application(self, cache: msal.SerializableTokenCache | None = None) -> Any:
        """Return msal's application for it; raises `OutOfReach` and `SignInAgain`."""
        return _heard(
            lambda: msal.ConfidentialClientApplication(
                self.client_id,
                client_credential=self.client_secret,
                authority=f"{LOGIN}/{self.tenant_id}",
                http_client=LoginHttp(self.login_root),
                token_cache=cache,
            )
        )


class AppTokens:
    """Tokens of an application that comes alone, with a secret."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration
        self._application: Any = None

    def token(self) -> str:
        """Return the present token, or the first one."""
        if self._application is None:
            self._application = self._registration.application()
        return _token(_heard(lambda: self._application.acquire_token_for_client(list(APP_SCOPES))))

    def renewed(self) -> str:
        """Forget the present token and return another."""
        if self._application is not None:
            _heard(self._application.remove_tokens_for_client)
        return self.token()


class PersonTokens:
    """Tokens of a person who has agreed to it; `keep` is told of msal's cache whenever it has changed."""

    def __init__(
        self, registration: Registration, scopes: Sequence[str], cache: str, keep: Callable[[str], None]
    ) -> None:
        self._registration = registration
        self._scopes = list(scopes)
        self._cache = msal.SerializableTokenCache()
        self._cache.deserialize(cache)
        self._keep = keep
        self._application: Any = None

    def token(self) -> str:
        """Return the present token, or one by the refresh token."""
        return self._acquired(anew=False)

    def renewed(self) -> str:
        """Return a token by the refresh token."""
        return self._acquired(anew=True)

    def _acquired(self, *, anew: bool) -> str:
        if self._application is None:
            self._application = self._registration.application(self._cache)
        accounts = self._application.get_accounts()
        if not accounts:
            raise SignInAgain
        result = _heard(
            lambda: self._application.acquire_token_silent_with_error(
                self._scopes, accounts[0], force_refresh=anew
            )
        )
        if self._cache.has_state_changed:
            self._keep(self._cache.serialize())
        return _token(result)


def _heard(ask: Callable[[], Any]) -> Any:
    """Ask msal; say in the store's own terms that nobody answered, or that the tenant is not known."""
    try:
        return ask()
    except (httpx.HTTPError, msal.exceptions.MsalServiceError) as error:
        raise OutOfReach from error
    except ValueError as error:
        raise SignInAgain from error


def _token(result: dict[str, Any] | None) -> str:
    token = (result or {}).get("access_token")
    if token:
        return str(token)
    raise OutOfReach if (result or {}).get("error") in _PASSING else SignInAgain
