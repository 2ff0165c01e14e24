"""Who makes this request: from the browser's session for pages, from a bearer token for the API."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import g, redirect, request, url_for
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from app.errors import NotAllowed, Unauthenticated
from app.page import session
from app.people.authority import Authority, authority_by_token, authority_of
from app.people.models import Role, User

P = ParamSpec("P")
R = TypeVar("R")

login_manager = LoginManager()
# A phone changes its network address on the way; being signed out for that helps nobody.
login_manager.session_protection = "basic"


@dataclass(frozen=True)
class SignedIn:
    """The person of a browser session, as Flask-Login asks for one."""

    authority: Authority
    generation: str
    must_change_password: bool
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the session's cookie holds: the user's id and the session's generation."""
        return f"{self.authority.user_id}.{self.generation}"


def signed_in(authority: Authority, user: User) -> SignedIn:
    """Make the person of a browser session that begins now or goes on."""
    return SignedIn(authority, _generation_of(user), user.must_change_password)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_signed_in(session_id: str) -> SignedIn | None:
    """Return the person of a browser session, unless it was ended or the account disabled."""
    user_id, _, generation = session_id.partition(".")
    user = session().get(User, uuid.UUID(user_id))
    if user is None or _generation_of(user) != generation:
        return None
    authority = authority_of(session(), user.id)
    return None if authority is None else signed_in(authority, user)


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_to_sign_in() -> Response:
    """Send a browser to the sign-in page, and back afterwards."""
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("people.sign_in_page", next=target))


def page_authority() -> Authority:
    """Return the authority of the person signed in to the pages; routes are behind `login_required`."""
    if not current_user.is_authenticated:
        raise Unauthenticated
    return cast("Authority", current_user.authority)


def api_authority() -> Authority:
    """Return the authority of the API's caller; raises `Unauthenticated`."""
    if "authority" not in g:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        found = authority_by_token(session(), token.strip()) if scheme.lower() == "bearer" and token else None
        if found is None:
            raise Unauthenticated
        g.authority = found
    return cast("Authority", g.authority)


def only_for(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only people with one of `roles` in some school through to a page; others get `NotAllowed`."""
    wanted = frozenset(roles)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not page_authority().school_ids(wanted):
                raise NotAllowed
            return view(*args, **kwargs)

        return guarded

    return decorate


def _generation_of(user: User) -> str:
    """Return what changes when a user's browser sessions are ended everywhere."""
    return str(int(user.sessions_valid_from.timestamp() * 1_000_000))
