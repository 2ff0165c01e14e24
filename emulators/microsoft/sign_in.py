"""The addresses of the sign-in service."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from emulators.microsoft.login import Login
from emulators.microsoft.login_pages import authorize_answer, authorize_page, device_answer, device_page
from emulators.serving import Request, Response, json_response

_ADDRESS = re.compile(
    r"/([^/]+)/(?:v2\.0/)?(oauth2/.+|\.well-known/openid-configuration|discovery/v2\.0/keys|discovery/instance)"
)
_Answer = Callable[[Login, Request, str], Response]


def _instance(_login: Login, _request: Request, _tenant_key: str) -> Response:
    return json_response(200, {"metadata": []})


_ANSWERS: dict[tuple[str, str], tuple[str, _Answer]] = {
    ("GET", "discovery/instance"): ("login.instance", _instance),
    ("GET", ".well-known/openid-configuration"): ("login.discovery", Login.discovery),
    ("GET", "discovery/v2.0/keys"): ("login.keys", Login.keys),
    ("POST", "oauth2/v2.0/token"): ("login.token", Login.token),
    ("POST", "oauth2/v2.0/devicecode"): ("login.device", Login.device),
    ("GET", "oauth2/v2.0/authorize"): ("login.page", authorize_page),
    ("POST", "oauth2/v2.0/authorize"): ("login.page", authorize_answer),
    ("GET", "oauth2/deviceauth"): ("login.page", device_page),
    ("POST", "oauth2/deviceauth"): ("login.page", device_answer),
}


def sign_in(login: Login, request: Request) -> tuple[str, Callable[[Request], Response]] | None:
    """Return the operation that an address of the sign-in service asks for, or None for other addresses."""
    found = _ADDRESS.fullmatch(request.raw_path)
    known = _ANSWERS.get((request.method, found[2])) if found else None
    if found is None or known is None:
        return None
    name, answer = known
    tenant_key = unquote(found[1])
    return name, lambda asked: answer(login, asked, tenant_key)
