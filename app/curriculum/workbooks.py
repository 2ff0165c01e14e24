"""Curriculum plans as XLSX: one as it stands, and an empty one to fill in."""

from collections.abc import Iterable

from app.curriculum.plans import PlannedLesson
from app.sheets.writing import Page, SheetColumn, workbook_of

_COLUMNS = (
    SheetColumn("STT", 6),
    SheetColumn("Tuần", 8),
    SheetColumn("Tên bài học", 60),
    SheetColumn("Số tiết", 9),
    SheetColumn("Tiết PPCT", 12),
    SheetColumn("Ghi chú", 30),
)
_EXAMPLES = (
    PlannedLesson(1, "Bài 1: (tên bài)", 1, 2),
    PlannedLesson(1, "Bài 2: (tên bài)", 3, 1),
)


def plan_workbook(title: str, lessons: Iterable[PlannedLesson]) -> bytes:
    """Return a plan as a workbook that can be read in again."""
    rows = [
        (number, each.week, each.title, each.periods, _places(each), each.remark)
        for number, each in enumerate(lessons, start=1)
    ]
    return workbook_of(Page(title, _COLUMNS, rows))


def plan_template() -> bytes:
    """Return an empty plan with two lines to write over."""
    return plan_workbook("Phân phối chương trình", _EXAMPLES)


def _places(lesson: PlannedLesson) -> str:
    first, last = lesson.first_period, lesson.last_period
    return str(first) if first == last else f"{first}-{last}"
