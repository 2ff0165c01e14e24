"""Reading until when a record is opened, as people and programs write it."""

from datetime import date, datetime, time, timedelta

from app.clock import VIETNAM, local_day
from app.corrections.refusals import UnreadableUntil

_USUAL = timedelta(days=3)
_AFTERNOON = time(17)


def read_until(written: str, longest_days: int) -> datetime:
    """Read a moment in ISO 8601, in Vietnam's time where it names no zone, or a day: its last second.

    Raises `UnreadableUntil`.
    """
    try:
        if len(written) == len("2026-12-01"):
            return datetime.combine(date.fromisoformat(written), time(23, 59, 59), VIETNAM)
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise UnreadableUntil(days=longest_days) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def proposed_until(moment: datetime) -> datetime:
    """Return the afternoon of the third day after a moment: most corrections need no longer."""
    return datetime.combine(local_day(moment) + _USUAL, _AFTERNOON, VIETNAM)


def on_a_form(moment: datetime) -> str:
    """Write a moment as a form's field for a day and an hour takes it, in Vietnam's time."""
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")
