"""The cookie by which a browser is known again in which somebody signed in before; it opens nothing.

It tells guesses of strangers from wrong passwords of an account's owner, see `app.people.guessing`.
"""

import secrets
from datetime import timedelta
from typing import cast

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app.page import context
from app.people.guessing import Attempt, account_key

LIFE = timedelta(days=180)
MOST_PEOPLE = 20
"""People whom one browser is known to: those who signed in last on a shared machine of the school."""

_SHORT = 16


def attempt_here(email: str, password: str) -> Attempt:
    """Return the try to sign in that this request makes."""
    secret, people = _known()
    known = secret if account_key(email)[:_SHORT] in people else ""
    return Attempt(email, password, request.remote_addr or "", known)


def remember_browser(response: Response, email: str) -> None:
    """Let the browser be known from now on as one in which this account was signed in."""
    secret, people = _known()
    me = account_key(email)[:_SHORT]
    kept = [me, *(each for each in people if each != me)][:MOST_PEOPLE]
    response.set_cookie(
        _name(),
        _serializer().dumps([secret or secrets.token_urlsafe(12), kept]),
        max_age=LIFE,
        secure=context().settings.secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def _known() -> tuple[str, list[str]]:
    """Return what tells this browser apart, and whom it is known to."""
    try:
        written = _serializer().loads(request.cookies.get(_name(), ""), max_age=int(LIFE.total_seconds()))
    except BadSignature:
        return "", []
    return cast("tuple[str, list[str]]", tuple(written))


def _name() -> str:
    return context().settings.cookie_name("kyduyet-known")


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(context().settings.secret_key, salt="known browser")
