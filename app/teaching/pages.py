"""What the pages of this room share: the day a form begins with, and answering a form."""

from collections.abc import Callable
from datetime import date

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.calendar.making import whole_year
from app.clock import today
from app.errors import Refused
from app.page import session


def usual_day(year: str) -> date:
    """Return the day a form begins with: today, or the nearest day of the year."""
    whole = whole_year(year)
    return min(max(today(), whole.starts_on), whole.ends_on)


def answered(
    change: Callable[[], object], show: Callable[[Refused], str], back: str, said: str
) -> ResponseReturnValue:
    """Make a change, say what was done and lead back; or show the page with what hinders it."""
    try:
        change()
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        session().rollback()
        return show(refusal), refusal.status
    session().commit()
    flash(gettext(said), "success")
    return redirect(back)
