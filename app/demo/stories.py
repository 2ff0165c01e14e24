"""What the demo's people have handed in: whose, for which week around today, and how far each has come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.calendar.days import Calendar
from app.calendar.queries import present_period
from app.catalogue.models import PeriodKind
from app.demo.year import HOMEROOMS
from app.records.intake import Description
from app.schools.models import Level

LOCKED_SCHOOL, _LOCKED_WEEK = "truong-a", -2
_LEVELS = {"truong-a": Level.PRIMARY, "truong-b": Level.LOWER_SECONDARY}


class Ending(Enum):
    """How far a record of the demo has come."""

    SUBMITTED = "S"
    APPROVED = "A"
    RETURNED = "R"
    WITHDRAWN = "W"
    FILED = "F"
    CORRECTED = "C"
    """Filed, and opened by the principal for a correction."""


@dataclass(frozen=True)
class Story:
    """One record of the demo: whose, for what, and how far it comes."""

    school: str
    owner: str
    description: Description
    ending: Ending
    class_name: str = ""


_WEEKS = {
    "truong-a": {-2: "FFFFFF....", -1: "FFFFFFFCFF", 0: "FFFFFAARAS", 1: "FAASSSSWSS"},
    "truong-b": {0: "FFFAASRS", 1: "FASS...."},
}
"""How far each teacher's lesson plans have come in the weeks before, in and after the present one."""
_SECOND = "SSSSSSS..."
"""Plans for another subject in the week that comes, at the first school."""
_TOPICS = (
    "Toán: Ôn tập và luyện tập chung",
    "Tiếng Việt: Đọc hiểu bài văn tả cảnh",
    "Hoạt động trải nghiệm: Em yêu trường em",
    "Toán: Giải bài toán có lời văn",
    "Đạo đức: Giữ lời hứa",
    "Tiếng Việt: Viết đoạn văn ngắn",
)
_OTHERS = (
    ("truong-a", "totruong1", "KHTCM", PeriodKind.YEAR, "Kế hoạch của tổ chuyên môn", Ending.FILED),
    ("truong-a", "totruong2", "KHTCM", PeriodKind.YEAR, "Kế hoạch của tổ chuyên môn", Ending.SUBMITTED),
    ("truong-a", "totruong1", "SSHCM", PeriodKind.MONTH, "Sổ sinh hoạt chuyên môn", Ending.FILED),
    ("truong-a", "vanthu", "KHGDNT", PeriodKind.YEAR, "Kế hoạch giáo dục nhà trường", Ending.FILED),
    ("truong-b", "totruong1", "KHTCM", PeriodKind.YEAR, "Kế hoạch của tổ chuyên môn", Ending.FILED),
    ("truong-b", "vanthu", "KHGDNT", PeriodKind.YEAR, "Kế hoạch giáo dục nhà trường", Ending.SUBMITTED),
)


def stories(calendar: Calendar, day: date) -> list[Story]:
    """Return what the demo's people have handed in by a day, in the order in which they did."""
    weeks = [each.period for each in calendar.of_kind(PeriodKind.WEEK)]
    return [*_lesson_plans(weeks, _middle(calendar, day)), *_other_records(calendar, day)]


def locked_week(calendar: Calendar, day: date) -> str:
    """Return the week whose lesson plans the first school's principal has closed."""
    return calendar.of_kind(PeriodKind.WEEK)[_middle(calendar, day) + _LOCKED_WEEK].period


def _lesson_plans(weeks: Sequence[str], middle: int) -> Iterator[Story]:
    for school, by_week in _WEEKS.items():
        for offset, marks in by_week.items():
            yield from _week(school, weeks[middle + offset], marks, middle + offset)
    yield from _week("truong-a", weeks[middle + 1], _SECOND, middle + 4)


def _week(school: str, period: str, marks: str, first: int) -> Iterator[Story]:
    homerooms = HOMEROOMS[_LEVELS[school]].items()
    for place, ((owner, class_name), mark) in enumerate(zip(homerooms, marks, strict=True)):
        if mark != ".":
            title = f"{_TOPICS[(first + place) % len(_TOPICS)]} (lớp {class_name})"
            yield Story(school, owner, Description("KHBD", period, title), Ending(mark), class_name)


def _other_records(calendar: Calendar, day: date) -> Iterator[Story]:
    for school, owner, code, kind, title, ending in _OTHERS:
        period = present_period(calendar, kind, day).period
        yield Story(school, owner, Description(code, period, title), ending)


def _middle(calendar: Calendar, day: date) -> int:
    """Return where a day's week stands among the weeks, far enough from both ends of the year."""
    weeks = calendar.of_kind(PeriodKind.WEEK)
    present = present_period(calendar, PeriodKind.WEEK, day)
    return min(max(weeks.index(present), 2), len(weeks) - 2)
