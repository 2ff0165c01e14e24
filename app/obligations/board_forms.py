"""Reading what the board is asked to show."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.calendar.days import Calendar
from app.obligations.windows import window_of

_LONGEST = 60


@dataclass(frozen=True)
class Asked:
    """What part of the school's obligations the board is to show."""

    window: str
    record_type: str = ""
    department: int | None = None

    def kept(self, **changes: object) -> dict[str, object]:
        """Return the query of the same board with some of it changed."""
        own = {"window": self.window, "record_type": self.record_type, "department": self.department}
        return {name: value for name, value in {**own, **changes}.items() if value}


def asked_from(sent: Mapping[str, str], calendar: Calendar) -> Asked:
    """Read the board's filters; what makes no sense narrows nothing."""
    department = sent.get("department", "")
    return Asked(
        window=window_of(calendar, sent.get("window", "")[:_LONGEST]),
        record_type=sent.get("record_type", "")[:_LONGEST],
        department=int(department)
        if department.isascii() and department.isdecimal() and len(department) < 9
        else None,
    )
