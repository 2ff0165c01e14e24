"""What the rows of a curriculum plan mean: lessons with weeks and periods, faults named by cell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.curriculum.plans import PlannedLesson
from app.sheets.cells import Cell, Fault, Row, Table, text_of
from app.text import N_
from app.words import folded

MOST_PERIODS = 60
"""Of one lesson."""

_NUMBERS = r"(\d{1,4}(?: ?(?:-|–|—|,|;|va|den|\+) ?(?:tuan |tiet )?\d{1,4})*)"
_WEEK = re.compile(rf"(?:tuan|t\.?|w)? ?(?:thu )?{_NUMBERS}(?: ?[-,;./(]? ?thang.*)?")
_COUNT = re.compile(r"0*(\d{1,4})(?:[.,]0)?(?: ?tiet)?")
_PLACE = re.compile(rf"(?:tiet)? ?(?:thu )?{_NUMBERS}")
_SAYS_PLACE = re.compile(r"tiet ?\d|\d ?[-–—;]")
_RANGE = re.compile(r"\d+ ?(?:-|–|—|den) ?(?:tuan |tiet )?\d+")

_WRITE_WEEK = N_("Ghi số tuần, ví dụ 12 hoặc Tuần 12.")
_WRITE_COUNT = N_("Ghi số tiết, ví dụ 2 hoặc 2 tiết; hoặc các tiết của bài, ví dụ Tiết 23-24.")


@dataclass(frozen=True)
class ReadPlan:
    """The plan that a table means, what must be mended, and what should be looked at."""

    lessons: tuple[PlannedLesson, ...]
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]
    sheet: str = ""
    unused: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()


def plan_in(table: Table, last_week: int) -> ReadPlan:
    """Return the lessons of a table for a school year of `last_week` weeks."""
    reader = _Reader(last_week, _weeks_across(table), {fault.cell for fault in table.faults})
    for row in table.rows:
        reader.take(row)
    faults = sorted((*table.faults, *reader.faults), key=lambda each: each.row)
    notices = sorted((*table.notices, *reader.notices), key=lambda each: each.row)
    across = tuple(cell.text for cell in (*table.banners, *table.notes))
    return ReadPlan(tuple(reader.lessons), tuple(faults), tuple(notices), table.sheet, table.unused, across)


def _weeks_across(table: Table) -> Mapping[int, Cell]:
    """Return the lines across the table that name a week, by their row."""
    return {cell.row: cell for cell in table.banners if folded(cell.text).startswith("tuan")}


@dataclass
class _Reader:
    """What has been understood of a table so far, row by row."""

    last_week: int
    across: Mapping[int, Cell]
    known_faults: set[str]
    lessons: list[PlannedLesson] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Fault] = field(default_factory=list)
    week: Cell | None = None
    """The cell that said the week last; a row that names none is of the same week."""

    def take(self, row: Row) -> None:
        """Understand a row, or keep its faults."""
        if not text_of(row, "title") and not _says_periods(row):
            return
        week, title, place = self._week(row), self._title(row), self._place(row)
        if week is not None and title and place is not None:
            self._doubt(row, week[0], place[0])
            remark = text_of(row, "remark")
            self.lessons.append(PlannedLesson(week[0], title, *place, _with_weeks(remark, week)))

    def _week(self, row: Row) -> tuple[int, int] | None:
        number = row["week"].row
        above = [cell for at, cell in self.across.items() if at < number]
        if row["week"].text:
            self.week = row["week"]
        elif above and (self.week is None or above[-1].row > self.week.row):
            self.week = above[-1]
        if self.week is None:
            self._refuse(row["week"].fault(N_("Chưa ghi tuần."), _WRITE_WEEK))
            return None
        return self._weeks_in(self.week)

    def _weeks_in(self, cell: Cell) -> tuple[int, int] | None:
        found = _WEEK.fullmatch(folded(cell.text))
        first, last = _span(found)
        if not 1 <= first <= last:
            self._refuse(cell.fault(N_("Không rõ “%(text)s” là tuần nào."), _WRITE_WEEK))
            return None
        if last > self.last_week:
            message = N_("“%(text)s” vượt quá tuần cuối của năm học là tuần %(last)s.")
            mend = N_("Sửa số tuần; nếu năm học thật sự dài hơn, sửa lịch ở trang Năm học trước.")
            self._refuse(cell.fault(message, mend, last=str(self.last_week)))
            return None
        return first, last

    def _title(self, row: Row) -> str:
        title = text_of(row, "title")
        if not any(letter.isalpha() for letter in title):
            self._refuse(row["title"].fault(N_("Thiếu tên bài học."), N_("Ghi tên bài vào ô này.")))
            return ""
        return title

    def _place(self, row: Row) -> tuple[int, int] | None:
        """Return the first period and how many there are."""
        places, counts = row.get("place"), row.get("count")
        if counts is None or not counts.text:
            if places is not None and places.text:
                return self._place_in(places)
            self._miss_periods(row)
            return None
        if _SAYS_PLACE.search(folded(counts.text)):
            return self._place_in(counts)
        found = _COUNT.fullmatch(folded(counts.text))
        number = int(found[1]) if found else 0
        if not self._is_count(counts, number):
            return None
        if places is None or not places.text:
            return self._next_period(), number
        return self._agreeing(places, counts, number)

    def _agreeing(self, places: Cell, counts: Cell, number: int) -> tuple[int, int] | None:
        """Return the periods where both columns say them; a single place is that of the first."""
        place = self._place_in(places)
        if place is None or place[1] in {1, number}:
            return place and (place[0], number)
        message = N_("Số tiết %(text)s không khớp với ô %(other)s ghi “%(places)s”.")
        mend = N_("Sửa một trong hai ô cho khớp.")
        self._refuse(counts.fault(message, mend, other=places.address, places=places.text))
        return None

    def _miss_periods(self, row: Row) -> None:
        cell = row.get("count") or row.get("place")
        if cell is not None:
            self._refuse(cell.fault(N_("Chưa ghi số tiết."), _WRITE_COUNT))

    def _place_in(self, cell: Cell) -> tuple[int, int] | None:
        found = _PLACE.fullmatch(folded(cell.text))
        first, last = _span(found)
        count = last - first + 1 if first else 0
        return (first, count) if self._is_count(cell, count) else None

    def _is_count(self, cell: Cell, number: int) -> bool:
        if 1 <= number <= MOST_PERIODS:
            return True
        message = N_("“%(text)s” không phải là số tiết từ 1 đến %(most)s.")
        self._refuse(cell.fault(message, _WRITE_COUNT, most=str(MOST_PERIODS)))
        return False

    def _doubt(self, row: Row, week: int, first_period: int) -> None:
        if self.lessons and week < self.lessons[-1].week:
            message = N_("Tuần %(week)s đứng sau tuần %(before)s.")
            mend = N_("Kiểm tra lại thứ tự các tuần; nếu đúng thì cứ đồng ý.")
            before = str(self.lessons[-1].week)
            self.notices.append(row["week"].fault(message, mend, week=str(week), before=before))
        cell = row.get("place") or row.get("count")
        if cell is not None and first_period < self._next_period():
            message = N_("Tiết %(first)s đã có ở bài phía trên.")
            mend = N_("Kiểm tra lại số thứ tự của các tiết.")
            self.notices.append(cell.fault(message, mend, first=str(first_period)))

    def _next_period(self) -> int:
        return self.lessons[-1].last_period + 1 if self.lessons else 1

    def _refuse(self, fault: Fault) -> None:
        """Keep a fault, once, and not of a cell that was faulty already in reading."""
        if fault.cell not in self.known_faults and fault not in self.faults:
            self.faults.append(fault)


def _says_periods(row: Row) -> bool:
    return bool(text_of(row, "count") or text_of(row, "place"))


def _span(found: re.Match[str] | None) -> tuple[int, int]:
    """Return the first and the last number of `5`, `5-7` or `5, 6, 7`; zeros where it is none of these."""
    numbers = [int(each) for each in re.findall(r"\d+", found[1])] if found else [0]
    first, last = numbers[0], numbers[-1]
    is_range = found is not None and _RANGE.fullmatch(found[1]) and first <= last
    return (first, last) if is_range or numbers == list(range(first, last + 1)) else (0, 0)


def _with_weeks(remark: str, weeks: tuple[int, int]) -> str:
    """Keep in the remark that a lesson goes on into later weeks; it is owed in its first."""
    first, last = weeks
    if first == last:
        return remark
    return f"{remark}; Tuần {first}–{last}" if remark else f"Tuần {first}–{last}"
