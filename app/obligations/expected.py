"""Which records are owed: worked out from catalogue, people, duties and calendar, without a database."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.calendar.days import Days
from app.calendar.deadlines import Deadline
from app.catalogue.models import OwnerKind, RecordType, SlotFormat
from app.clock import local_day
from app.obligations.staffing import TEACHING, SchoolRoom, Staff, Staffing, Task
from app.people.authority import HEADS
from app.people.models import Role
from app.teaching.models import Duty

_HEADING = (Role.HEAD, Role.DEPUTY_HEAD)
_OFFICE = (Role.CLERK, Role.RECORDS_ADMIN, Role.PRINCIPAL)
"""Who is asked for the school's own records: the first of these that somebody holds."""
_DUTIES = {
    "subject_teacher": Duty.SUBJECT,
    "homeroom_teacher": Duty.HOMEROOM,
    "youth_leader": Duty.YOUTH_LEADER,
}
_BY_SUBJECT = frozenset({SlotFormat.CLASS_SUBJECT, SlotFormat.LESSON})


DeadlineFor = Callable[[RecordType, Days, uuid.UUID | None], Deadline | None]
"""When a record of a type and period is due from a person, or in general; None where nothing is owed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who owes a record, and what tells it apart from his others of the same type and period."""

    party: str
    owner_id: uuid.UUID | None
    department_id: int | None
    class_name: str = ""
    subject: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One record that is owed."""

    record_type_id: int
    period: str
    claim: Claim
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class _Occasion:
    """One record type in one period, with those who are there on the day that counts."""

    record_type: RecordType
    period: str
    staff: Staff
    staffing: Staffing

    def is_for(self, room: SchoolRoom | None) -> bool:
        levels = self.record_type.levels
        return room is None or not levels or room.level in levels


def expected(
    staffing: Staffing, types: Sequence[RecordType], periods: Sequence[Days], deadline: DeadlineFor
) -> list[Slot]:
    """List every record owed in the periods given, each once, in the order of types and periods.

    Whoever is there on the day on which it is due owes it; where that day lies outside the period, on
    the period's first or last day. Whoever has left since owes nothing any more; what a class, department
    or school owes is then asked of whoever came after him, if anybody did.
    """
    slots: dict[tuple[int, str, str, str, str, str], Slot] = {}
    for record_type in types:
        for period in (each for each in periods if each.kind == record_type.period_kind):
            for slot in _slots(staffing, record_type, period, deadline):
                told = slot.claim
                key = (record_type.id, period.period, told.party, told.class_name, told.subject, told.title)
                slots.setdefault(key, slot)
    return list(slots.values())


def day_that_counts(due_at: datetime, period: Days) -> date:
    """Return the day whose people owe what is due then for a period: no other day than one of the period."""
    return min(max(local_day(due_at), period.starts_on), period.ends_on)


def _slots(
    staffing: Staffing, record_type: RecordType, period: Days, deadline: DeadlineFor
) -> Iterator[Slot]:
    usual = deadline(record_type, period, None)
    if usual is None:
        return
    staff = staffing.on(day_that_counts(usual.due_at, period))
    for claim in _claims(_Occasion(record_type, period.period, staff, staffing)):
        own = deadline(record_type, period, claim.owner_id)
        if own is not None:
            yield Slot(record_type.id, period.period, claim, own)


def _claims(occasion: _Occasion) -> Iterator[Claim]:
    staffing = occasion.staffing
    match OwnerKind(occasion.record_type.owner_kind):
        case OwnerKind.DEPARTMENT:
            for department in staffing.departments:
                yield Claim(f"d:{department}", _asked(occasion, _HEADING, department), department)
        case OwnerKind.SCHOOL:
            yield Claim(f"s:{staffing.school_id}", _asked(occasion, _OFFICE), None)
        case OwnerKind.CLASS:
            yield from _claims_of_classes(occasion)
        case OwnerKind.TEACHER:
            yield from _claims_of_teachers(occasion)


def _asked(occasion: _Occasion, roles: Sequence[Role], department: int | None = None) -> uuid.UUID | None:
    """Return who held a place on the day that counts; whoever holds it now, where that person has left."""
    holder = occasion.staff.first_holder(roles, department)
    if holder is None or not occasion.staffing.has_left(holder):
        return holder
    return occasion.staffing.now.first_holder(roles, department)


def _claims_of_classes(occasion: _Occasion) -> Iterator[Claim]:
    """A class owes its records whoever is its teacher; he is the one to be asked."""
    staffing, party = occasion.staffing, f"s:{occasion.staffing.school_id}"
    by_subject = occasion.record_type.slot_format in _BY_SUBJECT
    tasks = occasion.staff.doing(Duty.SUBJECT if by_subject else Duty.HOMEROOM)
    for room in filter(occasion.is_for, staffing.rooms):
        doing = [task for task in tasks if task.room == room]
        answering = [(person, task.subject) for task in doing if (person := staffing.answerable_for(task))]
        for person, subject in answering if by_subject else answering[:1]:
            yield Claim(party, person, staffing.department_of(person), room.name, subject)
        if not answering and not by_subject:
            yield Claim(party, None, None, room.name)


def _claims_of_teachers(occasion: _Occasion) -> Iterator[Claim]:
    staying = [person for person in _debtors(occasion) if not occasion.staffing.has_left(person)]
    for person in staying:
        department = occasion.staffing.department_of(person)
        for class_name, subject, title in _parts(occasion, person):
            yield Claim(f"u:{person}", person, department, class_name, subject, title)


def _debtors(occasion: _Occasion) -> list[uuid.UUID]:
    """List the persons who owe the record, by whoever the catalogue says hands it in."""
    staff, submitter = occasion.staff, occasion.record_type.submitter
    duty = _DUTIES.get(submitter)
    if duty is not None:
        return list(dict.fromkeys(t.user_id for t in staff.doing(duty) if occasion.is_for(t.room)))
    people = staff.holders(HEADS if submitter == "head" else TEACHING)
    return [person for person in people if _teaches_level(occasion, person)]


def _teaches_level(occasion: _Occasion, person: uuid.UUID) -> bool:
    """In a school of several levels, somebody whose classes are all of another level owes nothing."""
    own = occasion.staff.tasks_of(person, Duty.SUBJECT)
    return not own or any(occasion.is_for(task.room) for task in own)


def _parts(occasion: _Occasion, person: uuid.UUID) -> Iterator[tuple[str, str, str]]:
    """Yield class, subject and title of each of a person's records for one occasion."""
    form = occasion.record_type.slot_format
    if form == SlotFormat.PERSON:
        yield "", "", ""
        return
    duty = Duty.HOMEROOM if occasion.record_type.submitter == "homeroom_teacher" else Duty.SUBJECT
    for task in occasion.staff.tasks_of(person, duty):
        if task.room is not None and occasion.is_for(task.room):
            yield from _parts_of_task(occasion, task, task.room)


def _parts_of_task(occasion: _Occasion, task: Task, room: SchoolRoom) -> Iterator[tuple[str, str, str]]:
    form = occasion.record_type.slot_format
    if form == SlotFormat.CLASS:
        yield room.name, "", ""
    elif form == SlotFormat.CLASS_SUBJECT:
        yield room.name, task.subject, ""
    else:
        yield from _lessons(occasion, task, room)


def _lessons(occasion: _Occasion, task: Task, room: SchoolRoom) -> Iterator[tuple[str, str, str]]:
    """Without a curriculum plan one record for class and subject stands for all lessons of the week."""
    known = occasion.staffing.lessons.get((task.subject, room.grade, occasion.period), ("",))
    for title in known:
        yield room.name, task.subject, title
