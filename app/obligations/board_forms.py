"""Reading what the board is asked to show."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.calendar.days import Calendar
from app.obligations.windows import window_of

_LONGEST = 60
_LONGEST_NUMBER = 9


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
    """Read the board's filters; what makes no sense narrows nothing."""
    department = sent.get("department", "")
    is_number = department.isascii() and department.isdecimal() and len(department) <= _LONGEST_NUMBER
    return Asked(
        window=window_of(calendar, sent.get("window", "")[:_LONGEST]),
        record_type=sent.get("record_type", "")[:_LONGEST],
        department=int(department) if is_number else None,
        school=sent.get("school", "")[:_LONGEST],
    )
