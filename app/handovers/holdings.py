"""What a person can hand over: his records in every state, and the duties that have not ended.

The texts are copied into the minutes, which are in Vietnamese whatever language their maker reads.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.catalogue.periods import vietnamese_label
from app.clock import today
from app.labels import STATES
from app.records.models import Record
from app.teaching.models import Assignment, Duty, SchoolClass, Subject

SHOWN_HASH = 16
"""Hexadecimal digits of a SHA-256 that are enough to recognise a file on paper."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A record or a duty that can be handed over, as the minutes name it."""

    title: str
    detail: str
    record_id: uuid.UUID | None = None
    assignment_id: int | None = None

    @property
    def key(self) -> str:
        """What a form sends for it, like `d7` for a duty."""
        return f"r{self.record_id}" if self.record_id else f"d{self.assignment_id}"


def records_of(session: Session, school_id: int, person: uuid.UUID) -> list[Holding]:
    """List the records a person answers for in a school, the newest period first."""
    answers = or_(Record.keeper_id == person, and_(Record.owner_id == person, Record.keeper_id.is_(None)))
    own = (
        select(Record, RecordType.name)
        .join(RecordType, RecordType.id == Record.record_type_id)
        .where(Record.school_id == school_id, answers)
        .order_by(Record.period.desc(), RecordType.name, Record.title, Record.id)
    )
    return [
        Holding(_named(record, type_name), _standing(record), record_id=record.id)
        for record, type_name in session.execute(own)
    ]


def duties_of(session: Session, school_id: int, person: uuid.UUID) -> list[Holding]:
    """List what a person teaches and leads in a school and has not given up, by class."""
    rows = session.execute(
        select(Assignment, SchoolClass.name, Subject.name)
        .outerjoin(SchoolClass, SchoolClass.id == Assignment.class_id)
        .outerjoin(Subject, Subject.id == Assignment.subject_id)
        .where(
            Assignment.school_id == school_id,
            Assignment.user_id == person,
            or_(Assignment.ends_on.is_(None), Assignment.ends_on >= today()),
        )
        .order_by(SchoolClass.grade, SchoolClass.name, Assignment.duty, Subject.name)
    )
    return [
        Holding(_duty(row, class_name, subject), _days(row), assignment_id=row.id)
        for row, class_name, subject in rows
    ]


def chosen(holdings: Sequence[Holding], keys: Sequence[str]) -> list[Holding]:
    """Return those of the holdings that a form names."""
    ticked = set(keys)
    return [each for each in holdings if each.key in ticked]


def _named(record: Record, type_name: str) -> str:
    of_class = f"lớp {record.class_name}" if record.class_name else ""
    in_subject = f"môn {record.subject}" if record.subject else ""
    return f"{', '.join(filter(None, [type_name, of_class, in_subject]))}: {record.title}"


def _standing(record: Record) -> str:
    parts = (
        vietnamese_label(record.period),
        STATES[record.state],
        f"phiên bản {record.version}",
        f"SHA-256 {record.sha256[:SHOWN_HASH]}",
    )
    return ", ".join(parts)


def _duty(row: Assignment, class_name: str | None, subject: str | None) -> str:
    if row.duty == Duty.HOMEROOM:
        return f"Chủ nhiệm lớp {class_name}"
    if row.duty == Duty.YOUTH_LEADER:
        return "Tổng phụ trách Đội"
    return f"Dạy {subject}, lớp {class_name}"


def _days(row: Assignment) -> str:
    begun = f"năm học {row.year}, từ {_written(row.starts_on)}"
    return f"{begun} đến {_written(row.ends_on)}" if row.ends_on else begun


def _written(day: date) -> str:
    return day.strftime("%d/%m/%Y")
