"""Who makes this request: from the browser's session for pages, from a bearer token for the API."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import g, redirect, request, url_for
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from app.errors import NotAllowed, Unauthenticated
from app.page import context, session
from app.people.authority import Authority, authority_by_token, authority_of, is_living_token
from app.people.own_paths import page_of_the_form
from app.people.permissions import Permission, schools_where
from app.people.sessions import Limits, Uses, living_session, note_seen, note_used

P = ParamSpec("P")
R = TypeVar("R")

login_manager = LoginManager()
# A phone changes its network address on the way; being signed out for that helps nobody.
login_manager.session_protection = "basic"
_token_uses = Uses()


@dataclass(frozen=True)
class SignedIn:
    """The person of a browser session, as Flask-Login asks for one."""

    authority: Authority
    session_id: uuid.UUID
    must_change_password: bool
    secret: str = field(repr=False)
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the session's cookie holds: a secret that the server knows the session by."""
        return self.secret


def session_limits() -> Limits:
    """Return how long browser sessions last here."""
    settings = context().settings
    return Limits(settings.session_life, settings.session_idle)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_signed_in(secret: str) -> SignedIn | None:
    """Return the person of a browser session, unless it has ended or the account is disabled."""
    living = living_session(session(), secret, session_limits())
    authority = authority_of(session(), living.user_id) if living else None
    if living is None or authority is None:
        return None
    if living.is_due:
        # Beside the request's own transaction, which may be rolled back.
        with context().database.transaction() as beside:
            note_seen(beside, living.id)
    return SignedIn(authority, living.id, living.must_change_password, secret)


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_to_sign_in() -> Response:
    """Send a browser to the sign-in page, and back afterwards: also to the page of a form."""
    target = request.full_path.rstrip("?") if request.method == "GET" else page_of_the_form()
    return redirect(url_for("people.sign_in_page", next=target))


def load_anew_after_the_body() -> None:
    """Take this request's body in outside any transaction, and forget who sent it: he is loaded again.

    He was asked for before a byte of it was read, and it may arrive slowly.
    """
    session().commit()
    # Flask-Login keeps who was loaded there; to read a form is to take the whole body in.
    _ = request.form, g.pop("_login_user", None)


def page_authority() -> Authority:
    """Return the authority of the person signed in to the pages; pages are closed to others by `doors`."""
    if not current_user.is_authenticated:
        raise Unauthenticated
    return cast("Authority", current_user.authority)


def api_authority() -> Authority:
    """Return the authority of the API's caller; raises `Unauthenticated`."""
    if "authority" not in g:
        token = _bearer_token()
        with context().database.reading() as reading:
            found = authority_by_token(reading, token) if token else None
        if found is None:
            raise Unauthenticated
        if _token_uses.is_due(token):
            with context().database.transaction() as beside:
                note_used(beside, token)
        g.authority = found
    return cast("Authority", g.authority)


def ask_token_again() -> None:
    """Raise `Unauthenticated` where the token that this request began with counts no more.

    Called when the body has come, which may be long after the token was read. What its holder may do by then
    is asked by the verb.
    """
    if "authority" in g and not is_living_token(session(), _bearer_token()):
        raise Unauthenticated


def _bearer_token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def needs(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only people who may do something in some school through to a page; others get `NotAllowed`."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not schools_where(page_authority(), permission):
                raise NotAllowed
            return view(*args, **kwargs)

        return guarded

    return decorate
