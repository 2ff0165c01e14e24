"""Reading until when a record is opened, as people and programs write it."""

from datetime import date, datetime, time

from app.clock import VIETNAM
from app.corrections.refusals import BadUntil


def read_until(written: str, longest_days: int) -> datetime:
    """Read a moment in ISO 8601, in Vietnam's time where it names no zone, or a day: its last second.

    Raises `BadUntil`.
    """
    try:
        if len(written) == len("2026-12-01"):
            return datetime.combine(date.fromisoformat(written), time(23, 59, 59), VIETNAM)
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise BadUntil(days=longest_days) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
