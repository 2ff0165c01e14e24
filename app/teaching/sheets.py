"""What lists of classes and duties look like when schools export them, and reading one into cells."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from app.pdf.sandbox import Sandbox
from app.sheets.cells import Cell, Row, Table
from app.sheets.forms import Column, Form
from app.sheets.reading import read_table, table_in
from app.sheets.refusals import MissingColumns
from app.sheets.workbook import Sheet, open_workbook
from app.teaching.models import Duty
from app.text import N_

MOST_CLASSES = 200
MOST_DUTIES = 3000

_CLASS_WORDS = ("lop", "ten lop", "lop hoc", "ten lop hoc", "lop day", "cac lop", "lop giang day")
_LEADER_WORDS = (
    "gvcn",
    "chu nhiem",
    "giao vien chu nhiem",
    "gv chu nhiem",
    "ho ten gvcn",
    "ten gvcn",
    "ho ten giao vien chu nhiem",
)
_NAME_WORDS = (
    "giao vien",
    "ho va ten",
    "ho ten",
    "ho va ten giao vien",
    "ho ten giao vien",
    "ten giao vien",
    "can bo",
)
_CODE_WORDS = ("ma giao vien", "ma gv", "ma can bo", "ma dinh danh", "ma nhan vien", "ma cb")
_EMAIL_WORDS = ("email", "e-mail", "dia chi thu", "thu dien tu", "dia chi email", "mail")

CLASSES = Form(
    (
        Column("class", N_("Lớp"), _CLASS_WORDS, required=True),
        Column("grade", N_("Khối"), ("khoi", "khoi lop", "khoi hoc"), carries=True),
        Column("leader", N_("Giáo viên chủ nhiệm"), _LEADER_WORDS),
        Column("leader_code", N_("Mã giáo viên chủ nhiệm"), (*_CODE_WORDS, "ma gvcn")),
        Column("campus", N_("Điểm trường"), ("diem truong", "co so", "phan hieu", "diem hoc"), carries=True),
    )
)

_BY_TEACHER = Form(
    (
        Column("name", N_("Giáo viên"), _NAME_WORDS, required=True, carries=True),
        Column(
            "subject",
            N_("Môn học"),
            ("mon", "mon hoc", "ten mon", "mon day", "mon giang day", "mon hoc/hdgd"),
            required=True,
            carries=True,
        ),
        Column("class", N_("Lớp"), _CLASS_WORDS, required=True),
        Column("code", N_("Mã giáo viên"), _CODE_WORDS, carries=True),
        Column("email", N_("Địa chỉ thư"), _EMAIL_WORDS, carries=True),
        Column("led", N_("Chủ nhiệm"), ("chu nhiem", "lop chu nhiem", "chu nhiem lop")),
    )
)
_BY_CLASS = Form(
    (
        Column("class", N_("Lớp"), _CLASS_WORDS, required=True),
        Column("leader", N_("Giáo viên chủ nhiệm"), _LEADER_WORDS),
    ),
    keeps_others=True,
)
"""Classes down, subjects across, and in the cells who teaches."""
_BETWEEN_SUBJECTS = re.compile(r"[;\n]")
_PLAIN = frozenset({"class", "leader"})


@dataclass(frozen=True)
class Claim:
    """One cell's word that people have a duty, with the cells that say which; None where there is none."""

    duty: Duty
    people: Cell
    classes: Cell
    subject: Cell | None = None
    code: Cell | None = None
    email: Cell | None = None


@dataclass(frozen=True)
class DutySheet:
    """A list of duties as it was read."""

    table: Table
    claims: tuple[Claim, ...]
    by_class: bool
    """Classes stand in rows and subjects in columns, whose headings may be anything."""
    leads: bool
    """It also says who leads which class."""


def read_classes(sandbox: Sandbox, file: BinaryIO, size: int) -> Table:
    """Read a list of classes from a workbook of `size` bytes (a real file); raises as `read_table` does."""
    return read_table(sandbox, file, size, CLASSES, MOST_CLASSES)


def read_duties(sandbox: Sandbox, file: BinaryIO, size: int) -> DutySheet:
    """Read who teaches what from a workbook: a row for each teacher, or one for each class.

    Raises as `app.sheets.reading.read_table` does.
    """
    sheets = open_workbook(sandbox, file, size, MOST_DUTIES)
    try:
        table = table_in(sheets, _BY_TEACHER, MOST_DUTIES)
    except MissingColumns as missing:
        return _by_class(_table_by_class(sheets, missing))
    claims = [claim for row in table.rows for claim in _claims_of_teacher(row)]
    return DutySheet(table, tuple(claims), by_class=False, leads=any("led" in row for row in table.rows))


def _table_by_class(sheets: Sequence[Sheet], missing: MissingColumns) -> Table:
    """Read a table of classes and subjects; one that has no classes either is the other form, with gaps."""
    try:
        table = table_in(sheets, _BY_CLASS, MOST_CLASSES)
    except MissingColumns:
        raise missing from None
    if not any(key not in _PLAIN for row in table.rows for key in row):
        raise missing
    return table


def _by_class(table: Table) -> DutySheet:
    claims = [claim for row in table.rows for claim in _claims_of_class(row)]
    return DutySheet(table, tuple(claims), by_class=True, leads=any("leader" in row for row in table.rows))


def _claims_of_teacher(row: Row) -> Iterator[Claim]:
    if row["class"].text or row["subject"].text or not _says(row, "led"):
        for subject in _subjects(row["subject"]):
            yield Claim(Duty.SUBJECT, row["name"], row["class"], subject, row.get("code"), row.get("email"))
    if _says(row, "led"):
        yield Claim(Duty.HOMEROOM, row["name"], row["led"], None, row.get("code"), row.get("email"))


def _claims_of_class(row: Row) -> Iterator[Claim]:
    for key, cell in row.items():
        if key == "leader" and cell.text:
            yield Claim(Duty.HOMEROOM, people=cell, classes=row["class"])
        elif key not in _PLAIN and cell.text:
            yield Claim(Duty.SUBJECT, people=cell, classes=row["class"], subject=Cell(cell.address, key))


def _subjects(cell: Cell) -> Iterator[Cell]:
    """Part several subjects of one cell; a comma stays, which stands within the names of some."""
    several = [piece.strip() for piece in _BETWEEN_SUBJECTS.split(cell.text) if piece.strip()]
    for name in several or [cell.text]:
        yield replace(cell, text=name)


def _says(row: Row, key: str) -> bool:
    return key in row and bool(row[key].text)
