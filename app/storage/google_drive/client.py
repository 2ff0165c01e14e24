"""Google's own Drive client, with every failure said in the store's terms."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httplib2
from google.auth.exceptions import GoogleAuthError, RefreshError
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import HttpError

from app.storage.google_drive.credentials import read_credentials, with_token
from app.storage.google_drive.errors import ClockWrong, meaning
from app.storage.google_drive.transport import OnceHttp
from app.storage.policy import OutOfReach, SignInAgain

API_ROOT = "https://www.googleapis.com"
TIMEOUT = 60.0
"""Seconds without a byte after which an answer is given up."""
IDLE = 60.0
"""Seconds of silence after which a connection is not used again."""
_REFUSED = 400
_NO_ANSWER = (OSError, httplib2.HttpLib2Error, http.client.HTTPException, GoogleAuthError)


@dataclass(frozen=True)
class Answer:
    """An answer that is no refusal, as it came."""

    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> dict[str, Any]:
        """Return the resource that was sent."""
        read: dict[str, Any] = json.loads(self.content)
        return read


class DriveClient:
    """One account's connection to Drive v3; close it after use.

    `secrets` is `authorized_user` or `service_account` JSON, perhaps with a token from before; whenever
    Google gives a new token, `keep` gets the secrets that are to be stored from now on.
    """

    def __init__(
        self,
        secrets: dict[str, Any],
        keep: Callable[[dict[str, Any]], None],
        *,
        api_root: str = API_ROOT,
        timeout: float = TIMEOUT,
        idle: float = IDLE,
    ) -> None:
        self._secrets = secrets
        self._keep = keep
        self._credentials = read_credentials(secrets)
        self._token = self._credentials.token
        self._http = AuthorizedHttp(self._credentials, http=OnceHttp(timeout))
        self._idle = idle
        self._used_at = time.monotonic()
        self.api: Any = build_from_document(_document(api_root.rstrip("/")), http=self._http)

    def send(self, request: Any) -> dict[str, Any]:
        """Send a request of `api`, once; raises `CloudError` and `MissingError`."""
        with self.speaking():
            answer: dict[str, Any] = request.execute(num_retries=0) or {}
            return answer

    def exchange(self, method: str, address: str, headers: dict[str, str], body: Any = None) -> Answer:
        """Send a request that `api` has no call for; raises as `send` does."""
        with self.speaking():
            response, content = self._http.request(address, method, body=body, headers=headers)
            if response.status >= _REFUSED:
                raise HttpError(response, content)
            return Answer(response.status, dict(response), content)

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Say in the store's terms what goes wrong within the block, and keep a token that is new."""
        self._drop_stale_connections()
        try:
            yield
        except HttpError as error:
            raise _refusal(error) from error
        except RefreshError as error:
            raise _no_token(error) from error
        except _NO_ANSWER as error:
            # Nobody knows what may still come on these connections.
            self._http.close()
            raise OutOfReach from error
        finally:
            self._keep_token()

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def _drop_stale_connections(self) -> None:
        """Call on a new connection after a pause: Google closes old ones, which looks like a cut."""
        if time.monotonic() - self._used_at > self._idle:
            self._http.close()
        self._used_at = time.monotonic()

    def _keep_token(self) -> None:
        if self._credentials.token != self._token:
            self._token = self._credentials.token
            self._keep(with_token(self._secrets, self._credentials))


@lru_cache(maxsize=4)
def _document(api_root: str) -> str:
    """Return Google's own description of the API, for another address than Google's if need be.

    Everything has to be in the document: the client's option for it leaves uploads at Google's address.
    """
    document = json.loads(get_static_doc("drive", "v3"))
    document |= {"rootUrl": f"{api_root}/", "baseUrl": f"{api_root}/drive/v3/"}
    return json.dumps(document)


def _refusal(error: HttpError) -> Exception:
    meant = meaning(error.status_code, _reason(error))
    return meant(retry_after=_retry_after(error), said=error.reason)


def _reason(error: HttpError) -> str:
    try:
        reason = json.loads(error.content)["error"]["errors"][0]["reason"]
    except (ValueError, KeyError, IndexError, TypeError):
        return ""
    return str(reason)


def _retry_after(error: HttpError) -> float | None:
    told = error.resp.get("retry-after", "")
    return float(told) if told.isdecimal() else None


def _no_token(error: RefreshError) -> Exception:
    if error.retryable:
        return OutOfReach()
    # A key's signature tells the time at which it was made; Google takes it within minutes of its own.
    return ClockWrong() if "timeframe" in str(error) else SignInAgain()
