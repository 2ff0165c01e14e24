"""What routes share: the parts of the process, the request's session, and texts in the reader's language."""

from collections.abc import Callable
from typing import TypeVar, cast

from flask import Response, current_app, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.context import Context
from app.errors import Refused
from app.field_names import FIELD_NAMES
from app.text import Phrase

EXTENSION = "kyduyet"

Made = TypeVar("Made")


_NAMED = f"private, max-age={7 * 24 * 3600}, immutable"


def context() -> Context:
    """Return the parts of this process."""
    return cast("Context", current_app.extensions[EXTENSION])


def session() -> Session:
    """Return the request's session; a route commits what it changes, the rest is rolled back."""
    if "session" not in g:
        g.session = context().database.sessions()
    return cast("Session", g.session)


def close_session(_error: BaseException | None = None) -> None:
    """Close the request's session, rolling back whatever was not committed."""
    opened: Session | None = g.pop("session", None)
    if opened is not None:
        opened.close()


def sentences(refusal: Refused) -> tuple[str, str]:
    """Return what is wrong and what to do, in the reader's language."""
    values = {name: _translated(value) for name, value in refusal.values.items()}
    if not request.path.startswith("/api/") and values.get("fields") in FIELD_NAMES:
        values["fields"] = gettext(FIELD_NAMES[str(values["fields"])])
    detail, hint = gettext(refusal.detail) % values, gettext(refusal.hint) % values
    return f"{refusal.about}: {detail}" if refusal.about else detail, hint


def _translated(value: object) -> object:
    """Translate what a sentence names, as far as it is a phrase of ours."""
    if not isinstance(value, Phrase):
        return value
    values = {name: _translated(inner) for name, inner in value.values.items()}
    return gettext(value.message) % values


def answered(
    change: Callable[[], Made],
    show: Callable[[Refused], str],
    back: str | Callable[[Made], str],
    said: str,
    **values: object,
) -> ResponseReturnValue:
    """Make a change, commit it, say so in the reader's language and lead on; or show what hinders it.

    What the person may not do or not know of, 403 and 404, is left to the pages for that.
    """
    try:
        made = change()
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        session().rollback()
        return show(refusal), refusal.status
    session().commit()
    flash(gettext(said, **values), "success")
    return redirect(back if isinstance(back, str) else back(made))


def picture(png: bytes, *, is_named: bool) -> Response:
    """Answer with a picture that only its reader may keep.

    An address that says the picture's name (`v`) is that of these bytes for good: the browser asks no more
    for it until the reader signs out, which clears what it keeps. Any other is asked for each time.
    """
    response = Response(png, mimetype="image/png")
    response.headers["Cache-Control"] = _NAMED if is_named else "private, no-cache"
    return response
