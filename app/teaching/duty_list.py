"""A list of duties on its way into the school: judged by cell, and compared with what there is."""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from app.schools.models import School
from app.sheets.cells import Cell, Fault
from app.teaching.models import Duty
from app.teaching.queries import DutyView, classes_of, colleagues_of, duties_of, subjects_of
from app.teaching.sheets import Claim, DutySheet
from app.teaching.staff import Staff
from app.teaching.words import class_key, subject_key
from app.text import N_

_MARKS = re.compile(r"\s*[,;+]\s*")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody may do: a subject in a class, or leading the class where no subject is named."""

    class_id: int
    subject: str = ""
    """The subject's key; its name need not be known to the school yet."""


@dataclass(frozen=True)
class Change:
    """What becomes of one work from the day on: who did it, and who is to do it."""

    work: Work
    before: tuple[DutyView, ...]
    after: tuple[uuid.UUID, ...]

    @property
    def kind(self) -> str:
        """Either `new`, `changed`, `ended` or `unchanged`."""
        if not self.before or not self.after:
            return "new" if self.after else "ended"
        return (
            "changed" if {each.assignment.user_id for each in self.before} != set(self.after) else "unchanged"
        )

    @property
    def ending(self) -> list[int]:
        """The assignments that end."""
        return [each.assignment.id for each in self.before if each.assignment.user_id not in self.after]

    @property
    def beginning(self) -> list[uuid.UUID]:
        """The people who begin."""
        known = {each.assignment.user_id for each in self.before}
        return [each for each in self.after if each not in known]


@dataclass(frozen=True)
class DutyDraft:
    """A list of duties as it is shown before anything is written."""

    first: date
    """The day from which it holds."""
    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]
    new_subjects: Mapping[str, str]
    """Names by key of subjects that would be added."""
    unused: tuple[str, ...] = ()
    by_class: bool = False
    """Classes stood in rows and subjects in columns."""
    passed_over: tuple[str, ...] = ()
    names: Mapping[uuid.UUID, str] = field(default_factory=dict)
    classes: Mapping[int, str] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether it may be agreed to: something to change, and nothing to mend."""
        return not self.faults and any(each.kind != "unchanged" for each in self.changes)

    def of_kind(self, kind: str) -> list[Change]:
        """List the changes of one kind."""
        return [each for each in self.changes if each.kind == kind]


def duty_draft(session: Session, school: School, year: str, sheet: DutySheet, first: date) -> DutyDraft:
    """Judge a list of duties and compare it with those of the school year from a day on; nothing is written.

    Only classes that the list names are compared; others keep what they have. Who leads a class is
    compared only where the list says so.
    """
    reader = _Reader.of(session, school.id, year, sheet)
    for claim in sheet.claims:
        reader.take(claim)
    present = [view for view in duties_of(session, school.id, year) if not view.is_over(first)]
    return DutyDraft(
        first=first,
        changes=tuple(reader.compared(present, leads=sheet.leads)),
        faults=(*sheet.table.faults, *reader.faults),
        notices=sheet.table.notices,
        new_subjects=reader.new_subjects,
        unused=tuple(sorted({*reader.ignored, *sheet.table.unused} - reader.used)),
        by_class=sheet.by_class,
        passed_over=tuple(cell.text for cell in (*sheet.table.banners, *sheet.table.notes)),
        names={each.user_id: each.called for each in colleagues_of(session, school.id)},
        classes={each: name for name, each in reader.shown.items()},
        subjects={**reader.subject_names, **reader.new_subjects},
    )


@dataclass
class _Reader:
    """What cells are compared with, and what has been understood so far."""

    staff: Staff
    classes: Mapping[str, int]
    shown: Mapping[str, int]
    subject_names: Mapping[str, str]
    codes: Mapping[str, str]
    """Keys of subjects by folded code."""
    by_class: bool
    faulty_cells: set[str]
    wanted: dict[Work, dict[uuid.UUID, None]] = field(default_factory=lambda: defaultdict(dict))
    faults: list[Fault] = field(default_factory=list)
    new_subjects: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    """Headings of columns that are subjects."""
    ignored: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, session: Session, school_id: int, year: str, sheet: DutySheet) -> "_Reader":
        classes = classes_of(session, school_id, year)
        subjects = subjects_of(session, school_id)
        return cls(
            staff=Staff.of(colleagues_of(session, school_id)),
            classes={class_key(each.name): each.id for each in classes},
            shown={each.name: each.id for each in classes},
            subject_names={subject_key(each.name): each.name for each in subjects},
            codes={subject_key(each.code): subject_key(each.name) for each in subjects},
            by_class=sheet.by_class,
            faulty_cells={fault.cell for fault in sheet.table.faults},
        )

    def take(self, claim: Claim) -> None:
        """Understand one cell's word, or keep its faults."""
        subject = self._subject(claim)
        if claim.duty is Duty.SUBJECT and subject is None:
            return
        rooms = list(self._rooms(claim.classes))
        people = list(self._people(claim))
        for room in rooms:
            self.wanted[Work(room, subject or "")].update(dict.fromkeys(people))

    def compared(self, present: Sequence[DutyView], *, leads: bool) -> Iterator[Change]:
        """Compare what is wanted with the duties there are, work by work."""
        named = {work.class_id for work in self.wanted}
        before: dict[Work, list[DutyView]] = defaultdict(list)
        for view in present:
            room = view.assignment.class_id
            if room in named and (leads or view.assignment.duty == Duty.SUBJECT):
                before[Work(room, subject_key(view.subject))].append(view)
        for work in sorted({*self.wanted, *before}, key=self._order):
            yield Change(work, tuple(before.get(work, ())), tuple(self.wanted.get(work, ())))

    def _order(self, work: Work) -> tuple[str, int]:
        return (work.subject, list(self.shown.values()).index(work.class_id))

    def _subject(self, claim: Claim) -> str | None:
        """Return the key of the subject; one that the school has not is new, or no subject's column."""
        if claim.subject is None:
            return None
        key = subject_key(claim.subject.text)
        key = self.codes.get(key, key)
        if key in self.subject_names:
            self.used.add(claim.subject.text)
            return key
        if self.by_class:
            self.ignored.add(claim.subject.text)
            return None
        if not key:
            self._refuse(claim.subject.fault(N_("Thiếu tên môn học."), N_("Ghi tên môn vào ô này.")))
            return None
        self.new_subjects.setdefault(key, claim.subject.text)
        return key

    def _rooms(self, cell: Cell) -> Iterator[int]:
        if isinstance(cell.value, date):
            mend = N_("Định dạng cột Lớp là văn bản (Text) rồi gõ lại tên lớp.")
            self._refuse(cell.fault(N_("Excel đã đổi tên lớp thành ngày “%(text)s”."), mend))
            return
        names = self._split(cell.text)
        if not names:
            self._refuse(
                cell.fault(N_("Thiếu tên lớp."), N_("Ghi tên lớp, nhiều lớp cách nhau bằng dấu phẩy."))
            )
        for name in names:
            room = self.classes.get(class_key(name))
            if room is not None:
                yield room
                continue
            mend = N_("Sửa tên lớp, hoặc thêm lớp ở trang Lớp học trước.")
            self._refuse(cell.fault(N_("Năm học này không có lớp “%(name)s”."), mend, name=name))

    def _split(self, text: str) -> list[str]:
        """Split names of classes; where no mark stands between them, spaces do."""
        pieces = [piece for piece in _MARKS.split(text.strip()) if piece]
        return [
            name
            for piece in pieces
            for name in ([piece] if class_key(piece) in self.classes else self._by_spaces(piece))
        ]

    def _by_spaces(self, piece: str) -> list[str]:
        names = _SPACES.split(piece)
        return names if all(class_key(name) in self.classes for name in names) else [piece]

    def _people(self, claim: Claim) -> Iterator[uuid.UUID]:
        cell = claim.people
        several = _MARKS.split(cell.text) if self.by_class else [cell.text]
        for name in several:
            found = self.staff.find(Cell(cell.address, name), claim.code, claim.email)
            if isinstance(found, Fault):
                self._refuse(found)
            else:
                yield found.user_id

    def _refuse(self, fault: Fault) -> None:
        """Keep a fault, once, and not of a cell that was faulty already in reading."""
        if fault.cell not in self.faulty_cells and fault not in self.faults:
            self.faults.append(fault)
