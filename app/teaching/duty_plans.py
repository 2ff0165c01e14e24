"""Agreed lists of duties: what was shown, signed for whoever saw it, and carried out exactly so."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from app.calendar.changes import Facts, finish_change
from app.calendar.rights import school_to_edit
from app.errors import Refused
from app.people.authority import Authority
from app.schools.models import School
from app.teaching.duties import Task, put_duty, stop_duty
from app.teaching.duty_list import DutyDraft
from app.teaching.models import Duty
from app.teaching.queries import classes_of, duties_of, duty_of, subjects_of
from app.teaching.subjects import put_subject
from app.teaching.words import subject_key
from app.text import N_

LIFE = 3600
"""Seconds for which a list may be agreed to."""


class ListExpired(Refused):
    """The list is not what this person was shown within the last hour, or something changed since."""

    code, status = "list_expired", 409
    detail = N_("Bản xem trước đã hết hạn, hoặc dữ liệu của trường đã thay đổi kể từ lúc xem.")
    hint = N_("Gửi lại tệp và xem lại trước khi đồng ý.")


@dataclass(frozen=True)
class Plan:
    """What a list of duties changes, in ids."""

    year: str
    first: str
    """The day from which it holds, in ISO form."""
    seen: str
    """What was there when the list was compared, as a hash."""
    new_subjects: Sequence[str]
    ending: Sequence[int]
    beginning: Sequence[tuple[str, int, str]]
    """Who begins in which class, and the key of the subject; empty for leading the class."""


def plan_of(session: Session, school: School, year: str, draft: DutyDraft) -> Plan:
    """Return what a draft would change."""
    return Plan(
        year=year,
        first=draft.first.isoformat(),
        seen=state_of_teaching(session, school.id, year),
        new_subjects=list(draft.new_subjects.values()),
        ending=[each for change in draft.changes for each in change.ending],
        beginning=[
            (person.hex, change.work.class_id, change.work.subject)
            for change in draft.changes
            for person in change.beginning
        ],
    )


def carry_out(session: Session, authority: Authority, school_id: int, plan: Plan) -> None:
    """Change the duties exactly as they were shown, all or none.

    Raises `NotFound`, `NotAllowed`, `ListExpired` when anything changed since, `DutyHandedOver`.
    """
    school = school_to_edit(session, authority, school_id)
    if state_of_teaching(session, school_id, plan.year) != plan.seen:
        raise ListExpired
    first = date.fromisoformat(plan.first)
    for name in plan.new_subjects:
        put_subject(session, school, name)
    subjects = {subject_key(each.name): each.id for each in subjects_of(session, school_id)}
    for assignment_id in plan.ending:
        stop_duty(session, duty_of(session, school_id, assignment_id), first)
    for person, class_id, subject in plan.beginning:
        duty = Duty.SUBJECT if subject else Duty.HOMEROOM
        task = Task(uuid.UUID(person), duty, class_id, subjects[subject] if subject else None)
        put_duty(session, school_id, plan.year, task, first)
    facts: Facts = {"first": plan.first, "ended": len(plan.ending), "begun": len(plan.beginning)}
    finish_change(session, authority, school, plan.year, ("duty.import", plan.year, facts))


def state_of_teaching(session: Session, school_id: int, year: str) -> str:
    """Return a hash of a year's classes and duties and the school's subjects."""
    duties = sorted(
        (each.assignment.id, each.assignment.user_id.hex, str(each.assignment.ends_on))
        for each in duties_of(session, school_id, year)
    )
    classes = [
        (each.id, each.name, each.grade, each.campus_id) for each in classes_of(session, school_id, year)
    ]
    subjects = [(each.id, each.name) for each in subjects_of(session, school_id)]
    return hashlib.sha256(repr((duties, classes, subjects)).encode()).hexdigest()


def sealed(secret: str, authority: Authority, school_id: int, content: Any) -> str:
    """Return content signed for this person and school."""
    return _serializer(secret, authority, school_id).dumps(content)


def opened(secret: str, authority: Authority, school_id: int, seal: str) -> Any:
    """Return exactly what was signed; raises `ListExpired`."""
    try:
        return _serializer(secret, authority, school_id).loads(seal, max_age=LIFE)
    except BadSignature as error:
        raise ListExpired from error


def _serializer(secret: str, authority: Authority, school_id: int) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=f"teaching list {school_id} {authority.user_id}")
