"""Curriculum plans as departments write them: weeks and periods understood, faults named by cell."""

import unicodedata
from collections.abc import Sequence

import pytest

from app.curriculum.plans import PlannedLesson
from app.curriculum.reading import ReadPlan, plan_in
from app.curriculum.sheet import read_plan
from app.curriculum.workbooks import plan_workbook
from app.pdf.sandbox import Sandbox
from app.sheets.refusals import MissingColumns
from tests.sheets.books import real_file, sheet_of

HEADINGS: list[object] = ["Tuần", "Tên bài học", "Số tiết"]
LAST_WEEK = 35


def plan(sandbox: Sandbox, content: bytes) -> ReadPlan:
    with real_file(content) as file:
        return plan_in(read_plan(sandbox, file, len(content)), LAST_WEEK)


def faults(
    sandbox: Sandbox, *rows: list[object], headings: Sequence[object] = HEADINGS
) -> list[tuple[int, str]]:
    read = plan(sandbox, sheet_of([headings, *rows]))
    return [(fault.row, fault.cell) for fault in read.faults]


def test_weeks_merged_over_rows_hold_for_each_lesson(sandbox: Sandbox) -> None:
    rows: list[list[object]] = [
        ["TRƯỜNG TIỂU HỌC A"],
        ["PHÂN PHỐI CHƯƠNG TRÌNH MÔN TOÁN LỚP 5"],
        ["Tuần, tháng", "Chương trình và sách giáo khoa", None, None, "Ghi chú"],
        [None, "Chủ đề/Mạch nội dung", "Tên bài học", "Tiết học/thời lượng", None],
        ["1", "Số", "Bài 1: Ôn tập số tự nhiên", "2 tiết", None],
        [None, None, "Bài 2: Ôn tập phân số", 2, "thực hành"],
        ["Tuần 2", "Số", "Bài 3: Phân số thập phân", "1", None],
    ]
    merged = ("A3:A4", "B3:D3", "E3:E4", "A5:A6")
    read = plan(sandbox, sheet_of(rows, *merged))
    assert read.faults == ()
    assert read.lessons == (
        PlannedLesson(1, "Bài 1: Ôn tập số tự nhiên", 1, 2),
        PlannedLesson(1, "Bài 2: Ôn tập phân số", 3, 2, "thực hành"),
        PlannedLesson(2, "Bài 3: Phân số thập phân", 5, 1),
    )


def test_a_week_written_once_holds_until_the_next(sandbox: Sandbox) -> None:
    rows: list[list[object]] = [HEADINGS, ["Tuần 7", "Bài A", 1], [None, "Bài B", 1], [8, "Bài C", 1]]
    assert [each.week for each in plan(sandbox, sheet_of(rows)).lessons] == [7, 7, 8]


def test_a_line_across_the_table_names_the_week(sandbox: Sandbox) -> None:
    rows: list[list[object]] = [
        HEADINGS,
        ["Tuần 3", None, None],
        [None, "Bài A", 1],
        ["TUẦN 4", None, None],
        [None, "Bài B", 2],
    ]
    read = plan(sandbox, sheet_of(rows, "A2:C2", "A4:C4"))
    assert read.faults == ()
    assert [each.week for each in read.lessons] == [3, 4]


@pytest.mark.parametrize(
    ("written", "first", "count"),
    [("2", 1, 2), ("2 tiết", 1, 2), (2, 1, 2), ("Tiết 5-6", 5, 2), ("Tiết 7", 7, 1), ("Tiết 3, 4, 5", 3, 3)],
)
def test_periods_are_a_count_or_places(sandbox: Sandbox, written: object, first: int, count: int) -> None:
    (lesson,) = plan(sandbox, sheet_of([HEADINGS, [1, "Bài A", written]])).lessons
    assert (lesson.first_period, lesson.periods) == (first, count)


@pytest.mark.parametrize(("place", "count"), [("23-24", 2), ("23", 2), ("23–24", None)])
def test_places_have_a_column_of_their_own(sandbox: Sandbox, place: str, count: int | None) -> None:
    headings = ["STT", "Tuần", "Tiết PPCT", "Tên bài", "Số tiết"]
    (lesson,) = plan(sandbox, sheet_of([headings, [1, 12, place, "Bài A", count]])).lessons
    assert (lesson.first_period, lesson.periods) == (23, 2)
    assert lesson.record_title == "Bài A (tiết 23–24)"


def test_places_that_contradict_the_count_are_a_fault(sandbox: Sandbox) -> None:
    headings: list[object] = ["Tuần", "Tên bài học", "Số tiết", "Tiết PPCT"]
    assert faults(sandbox, [1, "Bài A", 3, "1-2"], headings=headings) == [(2, "C2")]


def test_a_lesson_of_two_weeks_is_owed_in_the_first_and_says_so(sandbox: Sandbox) -> None:
    (lesson,) = plan(sandbox, sheet_of([HEADINGS, ["Tuần 1-2", "Bài A", 4]])).lessons
    assert (lesson.week, lesson.remark) == (1, "Tuần 1–2")


def test_a_thirty_sixth_week_is_named_by_its_cell(sandbox: Sandbox) -> None:
    rows: list[list[object]] = [HEADINGS, *([week, f"Bài {week}", 1] for week in range(1, 37))]
    (fault,) = plan(sandbox, sheet_of(rows)).faults
    assert (fault.row, fault.cell) == (37, "A37")
    assert "36" in fault.message % fault.values
    assert "35" in fault.message % fault.values


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (["mười", "Bài A", 1], "A2"),
        ([None, "Bài A", 1], "A2"),
        (["Tuần 5-3", "Bài A", 1], "A2"),
        (["Tuần 0", "Bài A", 1], "A2"),
        ([1, None, 1], "B2"),
        ([1, "12", 1], "B2"),
        ([1, "Bài A", "vài tiết"], "C2"),
        ([1, "Bài A", None], "C2"),
        ([1, "Bài A", 0], "C2"),
        ([1, "Bài A", 61], "C2"),
        ([1, "Bài A", "1,5"], "C2"),
    ],
)
def test_what_must_be_mended_is_named_by_its_cell(sandbox: Sandbox, row: list[object], cell: str) -> None:
    assert faults(sandbox, row) == [(2, cell)]


def test_a_week_that_goes_backwards_is_only_pointed_out(sandbox: Sandbox) -> None:
    read = plan(sandbox, sheet_of([HEADINGS, [5, "Bài A", 1], [4, "Bài B", 1]]))
    assert read.faults == ()
    assert [notice.cell for notice in read.notices] == ["A3"]


def test_decomposed_unicode_is_composed(sandbox: Sandbox) -> None:
    apart = [unicodedata.normalize("NFD", text) for text in ("Tuần", "Tên bài học", "Số tiết")]
    title = unicodedata.normalize("NFD", "Bài 1: Phép cộng")
    (lesson,) = plan(sandbox, sheet_of([apart, ["Tuần 1", title, "2 tiết"]])).lessons
    assert lesson.title == "Bài 1: Phép cộng"


def test_old_tcvn3_text_is_read_and_shown_for_looking_at(sandbox: Sandbox) -> None:
    rows: list[list[object]] = [
        ["TuÇn", "Tªn bµi häc", "Sè tiÕt"],
        [1, "PhÐp céng ph©n sè", 1],
        [2, "§o ®é dµi ®o¹n th¼ng", 2],
    ]
    read = plan(sandbox, sheet_of(rows))
    assert [each.title for each in read.lessons] == ["Phép cộng phân số", "Đo độ dài đoạn thẳng"]
    assert {notice.cell for notice in read.notices} == {"B2", "B3"}


def test_a_plan_without_periods_or_titles_names_the_missing_column(sandbox: Sandbox) -> None:
    with pytest.raises(MissingColumns) as refusal:
        plan(sandbox, sheet_of([["Tuần", "Tên bài học"], [1, "Bài A"]]))
    assert refusal.value.values["columns"] == "Số tiết"


def test_what_is_written_is_read_again_as_it_was(sandbox: Sandbox) -> None:
    lessons = (PlannedLesson(1, "Bài 1", 1, 2), PlannedLesson(3, "Bài 2: =A1", 4, 1, "Tuần 3–4"))
    assert plan(sandbox, plan_workbook("Toán 5", lessons)).lessons == lessons
