"""Calls to Microsoft Graph: one request each, never repeated here but for a token that has ended."""

import ssl
import tempfile
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, BinaryIO, Protocol, TypeAlias

import httpx

from app.storage.onedrive.errors import refusal
from app.storage.policy import OutOfReach
from app.storage.protocol import MissingError

GRAPH = "https://graph.microsoft.com/v1.0"
_AGENT = "ISV|KyDuyet|KyDuyet/1.0"
"""The form in which SharePoint knows an application, and throttles it later than an unknown one."""
_TIMES = httpx.Timeout(60, connect=10)
_UNAUTHORIZED = 401
_CLOSED = {401, 403, 410}
"""What a secret address answers when its time is over."""
_NEARLY = 0.2

Json: TypeAlias = dict[str, Any]
Content: TypeAlias = bytes | Callable[[], BinaryIO]
"""A body; or what gives one, anew for each time that it has to be sent."""


class Tokens(Protocol):
    """Where access tokens come from."""

    def token(self) -> str:
        """Return a token that should still be good; raises `SignInAgain` and `OutOfReach`."""
        ...

    def renewed(self) -> str:
        """Return another token, since Graph has refused the present one."""
        ...


@dataclass(frozen=True)
class Call:
    """One request: `target` is a path under the root of Graph, or the secret address of an upload."""

    method: str
    target: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Json | None = None
    content: Content = b""


@dataclass(frozen=True)
class Answer:
    """What came back from a request that succeeded."""

    status: int
    body: Json
    running_out: bool
    """Less than a fifth of the minute's units is left."""


@cache
def trusted() -> ssl.SSLContext:
    """Return the certificates to trust, read once for all clients of the process."""
    return httpx.create_ssl_context()


class GraphClient:
    """Graph for one account; connections of its own last as long as the client is held.

    Several threads may call at a time: they share the connections, and one signs in for all.
    Raises `StorageError` of the kinds in `errors.POLICY`, and `CursorLost`.
    """

    def __init__(self, tokens: Tokens, root: str = GRAPH, http: httpx.Client | None = None) -> None:
        self.root = root.rstrip("/")
        self._tokens = tokens
        self._signing_in = threading.Lock()
        if http is None:
            http = httpx.Client(timeout=_TIMES, verify=trusted())
            weakref.finalize(self, http.close)
        self._http = http

    def send(self, call: Call) -> Answer:
        """Send a request with the account's token."""
        return _answer(self._signed(call))

    def send_openly(self, call: Call) -> Answer:
        """Send to an upload's address, which takes no token; raises `MissingError` once it has ended."""
        response = self._exchange(call, None)
        if response.status_code in _CLOSED:
            raise MissingError
        return _answer(response)

    def download(self, path: str) -> BinaryIO:
        """Return the bytes of a file in a temporary file; Graph redirects to where they lie."""
        response = self._signed(Call("GET", path))
        if not response.has_redirect_location:
            raise _refused(response)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        try:
            self._fetch(response.headers["Location"], file)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return file

    def path_of(self, link: str) -> str:
        """Return what follows the root in an address; raises `OutOfReach` for one that lies elsewhere."""
        if not link.startswith(f"{self.root}/"):
            raise OutOfReach
        return link.removeprefix(self.root)

    def _signed(self, call: Call) -> httpx.Response:
        """Send with a token; one that Graph refuses is renewed once."""
        token = self._token()
        response = self._exchange(call, token)
        if response.status_code == _UNAUTHORIZED:
            response = self._exchange(call, self._token(refused=token))
        return response

    def _token(self, refused: str = "") -> str:
        """Return the present token, or another one if it is that which was refused."""
        with self._signing_in:
            token = self._tokens.token()
            return self._tokens.renewed() if token == refused else token

    def _fetch(self, address: str, file: BinaryIO) -> None:
        try:
            with self._http.stream("GET", address) as response:
                if response.status_code in _CLOSED:
                    raise OutOfReach
                if not response.is_success:
                    response.read()
                    raise _refused(response)
                file.writelines(response.iter_raw())
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise OutOfReach from error

    def _exchange(self, call: Call, token: str | None) -> httpx.Response:
        headers = {"User-Agent": _AGENT, "Accept": "application/json", **call.headers}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        body: Json = {"json": call.json} if call.json is not None else {"content": _opened(call.content)}
        address = call.target if token is None else self.root + call.target
        try:
            return self._http.request(
                call.method, address, params=dict(call.query) or None, headers=headers, **body
            )
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise OutOfReach from error


def _opened(content: Content) -> bytes | BinaryIO:
    return content if isinstance(content, bytes) else content()


def _answer(response: httpx.Response) -> Answer:
    if not response.is_success:
        raise _refused(response)
    return Answer(response.status_code, _body(response), _running_out(response))


def _body(response: httpx.Response) -> Json:
    if not response.content:
        return {}
    try:
        body = response.json()
    except ValueError as error:
        raise OutOfReach from error
    return body if isinstance(body, dict) else {}


def _refused(response: httpx.Response) -> Exception:
    return refusal(response.status_code, _codes(response), _pause(response))


def _codes(response: httpx.Response) -> list[str]:
    """Return Graph's codes, the innermost first: it says the most."""
    try:
        error = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        return []
    codes = []
    while isinstance(error, dict):
        codes.append(str(error.get("code") or ""))
        error = error.get("innerError") or error.get("innererror")
    return codes[::-1]


def _pause(response: httpx.Response) -> float | None:
    """Return Retry-After in seconds; Graph gives it as a number."""
    told: str = response.headers.get("Retry-After", "")
    return float(told) if told.isdecimal() else None


def _running_out(response: httpx.Response) -> bool:
    limit, left = (response.headers.get(f"RateLimit-{name}", "") for name in ("Limit", "Remaining"))
    return limit.isdecimal() and left.isdecimal() and int(left) < _NEARLY * int(limit)
