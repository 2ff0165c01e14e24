"""The workbook of a curriculum plan: its columns by the meaning of their headings."""

from typing import BinaryIO

from app.pdf.sandbox import Sandbox
from app.sheets.cells import Table
from app.sheets.forms import Column, Form
from app.sheets.reading import read_table
from app.sheets.refusals import MissingColumns
from app.text import N_

MOST_LESSONS = 500
"""A subject of ten periods a week has fewer."""
LONGEST_TITLE = 170
"""So that a title with its periods still fits the title of a record."""

_COUNT_LABEL = N_("Số tiết")
_WEEK_WORDS = (
    "tuan",
    "tuan, thang",
    "tuan/thang",
    "tuan thang",
    "tuan hoc",
    "tuan thu",
    "tuan thuc hien",
    "thoi diem",
    "thoi diem/tuan",
    "thoi diem (tuan)",
    "thoi gian",
    "thoi gian thuc hien",
)
_TITLE_WORDS = (
    "ten bai hoc",
    "ten bai",
    "bai hoc",
    "ten bai day",
    "bai day",
    "bai",
    "ten bai hoc/chu de",
    "bai hoc/chu de",
    "ten bai/chu de",
    "noi dung bai hoc",
    "noi dung",
)
FORM = Form(
    (
        Column("number", N_("STT"), ("stt", "tt", "so tt", "so thu tu")),
        Column(
            "week",
            N_("Tuần"),
            _WEEK_WORDS,
            required=True,
            carries=True,
        ),
        Column("theme", N_("Chủ đề"), ("chu de/mach noi dung", "chu de/ mach noi dung", "chu de", "chuong")),
        Column(
            "title",
            N_("Tên bài học"),
            _TITLE_WORDS,
            required=True,
            longest=LONGEST_TITLE,
        ),
        Column(
            "count",
            _COUNT_LABEL,
            ("so tiet", "thoi luong", "tiet hoc/thoi luong", "tiet hoc/ thoi luong", "tiet/thoi luong"),
        ),
        Column(
            "place",
            N_("Tiết"),
            ("tiet", "tiet ppct", "tiet thu", "tiet theo ppct", "ppct", "tiet chuong trinh", "thu tu tiet"),
        ),
        Column("remark", N_("Ghi chú"), ("ghi chu",)),
    )
)


def read_plan(sandbox: Sandbox, file: BinaryIO, size: int) -> Table:
    """Read the table of lessons of a workbook of `size` bytes (a real file).

    Raises `NotSpreadsheet`, `TableTooLarge`, `MissingColumns`, or `SandboxUnavailable`.
    """
    table = read_table(sandbox, file, size, FORM, MOST_LESSONS)
    if not any("count" in row or "place" in row for row in table.rows):
        required = ", ".join((*(column.label for column in FORM.required), _COUNT_LABEL))
        raise MissingColumns(columns=_COUNT_LABEL, required=required)
    return table
