"""Taking a document in: whose slot it fills, whether the slot is free, and the rows it becomes."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.calendar.queries import check_in_calendar
from app.catalogue.models import OwnerKind, PeriodKind, RecordType
from app.catalogue.periods import parse_period, vietnamese_label, year_in
from app.catalogue.queries import UnknownRecordType, find_record_type
from app.db import now
from app.errors import NotAllowed
from app.people.authority import HEADS, LEADERS, Authority
from app.people.models import Role
from app.records.models import Record, Version
from app.records.queries import holds_slot
from app.records.refusals import ClassRequired, Duplicate, SlotTaken
from app.records.search import index_words
from app.schools.models import School

_ANY_ROLE = frozenset(Role)
_TEACHING = HEADS | LEADERS | {Role.TEACHER}
_MAY_HAND_IN = {
    OwnerKind.TEACHER: _TEACHING,
    OwnerKind.CLASS: _TEACHING | {Role.CLERK, Role.RECORDS_ADMIN},
    OwnerKind.DEPARTMENT: HEADS,
    OwnerKind.SCHOOL: LEADERS | {Role.CLERK, Role.RECORDS_ADMIN},
}
_OF_THE_SCHOOL = frozenset({OwnerKind.CLASS, OwnerKind.SCHOOL})
"""Records that belong to no department, whoever writes them."""
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


@dataclass(frozen=True)
class Description:
    """What the person handing in says of a document."""

    record_type: str
    period: str
    title: str = ""
    class_name: str = ""
    subject: str = ""
    school: str = ""
    """The school's code; empty: the first of the person's schools that takes it."""


def find_slot(session: Session, authority: Authority, description: Description) -> Slot:
    """Find the slot that a description names for this person.

    Raises `UnknownRecordType`, `BadPeriod`, `ClassRequired`, or `NotAllowed` when no post of the person in
    any school lets him hand in records of the type.
    """
    school_id, record_type = _school_and_type(session, authority, description)
    period = str(parse_period(description.period, PeriodKind(record_type.period_kind)))
    check_in_calendar(session, school_id, period)
    kind = OwnerKind(record_type.owner_kind)
    if kind is OwnerKind.CLASS and not description.class_name:
        raise ClassRequired(name=record_type.name)
    department_id = None if kind in _OF_THE_SCHOOL else _department_of(authority, school_id)
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
        route=route_for(kind, authority, department_id),
    )


def may_hand_in(authority: Authority, kind: OwnerKind, school_id: int) -> bool:
    """Tell whether the person has a post of his own by which a school's records of a kind are handed in."""
    return authority.holds(_MAY_HAND_IN[kind], school_id)


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
    taken = session.execute(
        select(Record.id, Record.title, Record.sha256).where(
            Record.slot_owner == slot.owner_id,
            Record.record_type_id.in_(_versions_of(slot.record_type)),
            Record.period == slot.period,
            Record.class_name == slot.class_name,
            Record.subject == slot.subject,
            Record.slot_title == slot.slot_title,
            Record.id.is_distinct_from(besides),
            holds_slot(),
        )
    ).first()
    if taken is not None:
        refusal = Duplicate if taken.sha256 == sha256 else SlotTaken
        raise refusal(title=taken.title, record=taken.id)


def _versions_of(record_type: RecordType) -> Select[int]:
    """A slot filled under an earlier version of the catalogue is not free under the present one."""
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
    )
    session.add(record)
    return record


def add_version(session: Session, record: Record, document: Document, author_id: uuid.UUID) -> None:
    """Add the next version of a record and make the record show it."""
    record.version += 1
    record.sha256, record.size, record.pages = document.sha256, document.size, document.pages
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
            blob=document.blob,
            file_name=document.file_name,
            text=document.text,
            uploaded_by_id=author_id,
        )
    )


def make_findable(session: Session, record: Record, owner_name: str, type_name: str, text: str) -> None:
    """Index the record by its title, class, subject, type, person and the text of its pages."""
    index_words(session, record, record.title, record.class_name, record.subject, type_name, owner_name, text)


def route_for(kind: OwnerKind, authority: Authority, department_id: int | None) -> str:
    """Return the route of an owner's records of a kind.

    A head's or leader's own records, and those of people in no department, skip the head.
    """
    if kind is not OwnerKind.TEACHER:
        return "department" if kind is OwnerKind.DEPARTMENT else "school"
    above = any(p.role in LEADERS or (p.role is Role.HEAD and not p.delegated) for p in authority.posts)
    return "department" if above or department_id is None else "teacher"


def _school_and_type(
    session: Session, authority: Authority, description: Description
) -> tuple[int, RecordType]:
    """Return the first of the schools in question that keeps the type in that year and takes it from him."""
    schools, year = _schools(session, authority, description.school), year_in(description.period)
    kept = {
        school_id: record_type
        for school_id in schools
        if (record_type := find_record_type(session, school_id, description.record_type, year))
    }
    for school_id, record_type in kept.items():
        if may_hand_in(authority, OwnerKind(record_type.owner_kind), school_id):
            return school_id, record_type
    if schools and not kept:
        raise UnknownRecordType(given=description.record_type[:40])
    raise NotAllowed


def _department_of(authority: Authority, school_id: int) -> int | None:
    """A head's department is the one he heads, even where he also teaches in another."""
    held = [p for p in authority.posts if p.school_id == school_id and p.department_id and not p.delegated]
    held.sort(key=lambda post: post.role is not Role.HEAD)
    return held[0].department_id if held else None


def _new_code() -> str:
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))
    return f"KD-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _schools(session: Session, authority: Authority, code: str) -> Sequence[int]:
    own = authority.school_ids(_ANY_ROLE)
    if not code:
        return own
    return session.scalars(select(School.id).where(School.code == code, School.id.in_(own))).all()
