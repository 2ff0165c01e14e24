"""Reading what the board is asked to show."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app import fields
from app.calendar.days import Calendar
from app.errors import InvalidRequest


@dataclass(frozen=True)
class Asked:
    """What part of the school's obligations the board is to show."""

    window: str
    record_type: str = ""
    department: int | None = None
    school: str = ""
    """The code of the school, where it is not one's own."""

    def kept(self, **changes: Any) -> dict[str, Any]:
        """Return the query of the same board with some of it changed."""
        return {name: value for name, value in {**asdict(self), **changes}.items() if value}


def asked_from(sent: Mapping[str, str], calendar: Calendar) -> Asked:
    """Read the board's filters; raises `InvalidRequest`."""
    window = fields.line(sent, "window")
    if window and calendar.find(window) is None:
        raise InvalidRequest(fields="window")
    return Asked(
        window=window or calendar.year,
        record_type=fields.line(sent, "record_type"),
        department=fields.number_or_none(sent, "department"),
        school=fields.line(sent, "school"),
    )
