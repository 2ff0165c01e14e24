"""Whom every page asks to sign in, and to choose an own password, before it is shown."""

from typing import cast

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.bodies import discard_rest, take_strangers_form
from app.errors import SessionOver
from app.people.current import login_manager

OPEN_TO_EVERYONE = frozenset(
    {
        "static",
        "people.sign_in_page",
        "people.choose_language",
        "proof.check_page",
        "proof.code_page",
        "proof.compare_file",
        "proof.compare_hash",
        "proof.find_file",
        "proof.find_hash",
    }
)
"""The pages that are shown without signing in; a page that is not named here asks for it."""
_NOT_PAGES = frozenset({"api", "assets", "bootstrap", "health"})
"""Blueprints without pages. The API asks for a token by its own table of operations."""
_BEFORE_OWN_PASSWORD = frozenset({"people.change_password", "people.sign_out"})


def close_doors() -> ResponseReturnValue | None:
    """Send whoever is not signed in to the sign-in page, and whoever has a temporary password to choose one.

    Asked before a byte of what a page is sent is read, and again once a large body has come. Raises
    `SessionOver` for a small form, whose words are shown again.
    """
    if _is_no_page() or request.endpoint in OPEN_TO_EVERYONE:
        return None
    if not current_user.is_authenticated:
        if request.endpoint != "people.sign_out" and take_strangers_form():
            raise SessionOver
        discard_rest()
        return cast("ResponseReturnValue", login_manager.unauthorized())
    if current_user.must_change_password and request.endpoint not in _BEFORE_OWN_PASSWORD:
        discard_rest()
        return redirect(url_for("people.change_password"))
    return None


def _is_no_page() -> bool:
    return request.endpoint is None or request.blueprint in _NOT_PAGES
