"""Taking a document in: whose slot it fills, whether the slot is free, and the rows it becomes."""

import secrets
import uuid
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.calendar.queries import check_in_calendar
from app.catalogue.models import OwnerKind, PeriodKind, RecordType
from app.catalogue.periods import parse_period, vietnamese_label
from app.db import now
from app.pdf.gate import GATE_NUMBER
from app.people.authority import Authority
from app.records.destination import department_for, school_and_type
from app.records.models import Record, Version
from app.records.queries import slot_holders
from app.records.refusals import ClassRequired, Duplicate, SlotTaken
from app.records.routing import route_for
from app.records.search import index_words

_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Slot:
    """What a document is for, already checked against the catalogue and the caller's posts."""

    school_id: int
    department_id: int | None
    owner_id: uuid.UUID
    record_type: RecordType
    period: str
    class_name: str
    subject: str
    slot_title: str
    title: str
    route: str


@dataclass(frozen=True)
class Document:
    """A document that has passed the gate and lies in staging under `blob`."""

    sha256: str
    size: int
    pages: int
    signed: bool
    blob: str
    file_name: str
    text: str
    signature_traces: bool = False
    """Not signed, but it holds a cleared or broken signature, usage rights, or the like."""


@dataclass(frozen=True)
class Description:
    """What the person handing in says of a document."""

    record_type: str
    period: str
    title: str = ""
    class_name: str = ""
    subject: str = ""
    school: str = ""
    """The school's code; empty: the only one of the person's schools that takes it."""
    department: str = ""
    """The department's code or name; empty: the only one of the person's there."""


def find_slot(session: Session, authority: Authority, description: Description) -> Slot:
    """Find the slot that a description names for this person.

    Raises `UnknownRecordType`, `BadPeriod`, `ClassRequired`, `WhichSchool`, `WhichDepartment`, or
    `NotAllowed` when no post of the person in any school lets him hand in records of the type.
    """
    school, record_type = school_and_type(
        session, authority, description.school, description.record_type, description.period
    )
    school_id = school.id
    period = str(parse_period(description.period, PeriodKind(record_type.period_kind)))
    check_in_calendar(session, school_id, period)
    kind = OwnerKind(record_type.owner_kind)
    if kind is OwnerKind.CLASS and not description.class_name:
        raise ClassRequired(name=record_type.name)
    department_id = department_for(session, authority, kind, school_id, description.department)
    shown = description.title or f"{record_type.name} – {vietnamese_label(period)}"
    return Slot(
        school_id=school_id,
        department_id=department_id,
        owner_id=authority.user_id,
        record_type=record_type,
        period=period,
        class_name=description.class_name,
        subject=description.subject,
        slot_title=description.title,
        title=shown,
        route=route_for(kind, authority, school_id, department_id),
    )


def slot_of(session: Session, record: Record) -> Slot:
    """Return the slot that a record was handed in for."""
    return Slot(
        school_id=record.school_id,
        department_id=record.department_id,
        owner_id=record.slot_owner,
        record_type=session.get_one(RecordType, record.record_type_id),
        period=record.period,
        class_name=record.class_name,
        subject=record.subject,
        slot_title=record.slot_title,
        title=record.title,
        route=record.route,
    )


def check_free(session: Session, slot: Slot, sha256: str, *, besides: uuid.UUID | None = None) -> None:
    """Raise `Duplicate` or `SlotTaken` when a record holds the slot already, `besides` the one given."""
    slot_of_it = (
        Record.school_id == slot.school_id,
        Record.slot_owner == slot.owner_id,
        Record.record_type_id.in_(versions_of_type(slot.record_type)),
        Record.period == slot.period,
        Record.class_name == slot.class_name,
        Record.subject == slot.subject,
        Record.slot_title == slot.slot_title,
        Record.id.is_distinct_from(besides),
    )
    taken = session.execute(select(slot_holders(slot_of_it)).limit(1)).first()
    if taken is not None:
        refusal = Duplicate if taken.sha256 == sha256 else SlotTaken
        raise refusal(title=taken.title, record=taken.id)


def versions_of_type(record_type: RecordType) -> Select[int]:
    """Return the ids of a record type in all versions of the catalogue, which fill the same slots."""
    same = RecordType.school_id.is_not_distinct_from(record_type.school_id)
    return select(RecordType.id).where(RecordType.code == record_type.code, same)


def new_record(session: Session, slot: Slot, route_version: int) -> Record:
    """Add the rows of a record in its slot, at turn 0 and in no state yet; the caller decides those."""
    record = Record(
        id=uuid.uuid4(),
        code=_new_code(),
        school_id=slot.school_id,
        department_id=slot.department_id,
        owner_id=slot.owner_id,
        record_type_id=slot.record_type.id,
        period=slot.period,
        class_name=slot.class_name,
        subject=slot.subject,
        slot_title=slot.slot_title,
        title=slot.title,
        route=slot.route,
        route_version=route_version,
        state="",
        turn=0,
        version=0,
        sha256="",
        size=0,
        pages=0,
        gate=GATE_NUMBER,
    )
    session.add(record)
    return record


def add_version(session: Session, record: Record, document: Document, author_id: uuid.UUID) -> None:
    """Add the next version of a record and make the record show it."""
    record.version += 1
    record.sha256, record.size, record.pages = document.sha256, document.size, document.pages
    record.gate, record.gate_refusal = GATE_NUMBER, ""
    record.updated_at = now()
    session.flush()
    session.add(
        Version(
            record_id=record.id,
            number=record.version,
            sha256=document.sha256,
            size=document.size,
            pages=document.pages,
            signed=document.signed,
            signature_traces=document.signature_traces,
            blob=document.blob,
            file_name=document.file_name,
            text=document.text,
            uploaded_by_id=author_id,
        )
    )


def make_findable(session: Session, record: Record, owner_name: str, type_name: str, text: str) -> None:
    """Index the record by its title, class, subject, type, person and the text of its pages."""
    index_words(session, record, record.title, record.class_name, record.subject, type_name, owner_name, text)


def _new_code() -> str:
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))
    return f"KD-{letters[:4]}-{letters[4:8]}-{letters[8:]}"
