"""Records and corrections that wait for somebody whom the school does not have."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.corrections.standstills import CorrectionAtAStand, corrections_at_a_stand
from app.people.authority import HEADS, LEADERS, Authority, in_force
from app.people.lacks import Advice, Lack
from app.people.leading import roles_in
from app.people.mending import Lacking, advice_on, advice_on_each
from app.people.models import Delegation, Membership, Role, User
from app.records.models import Record
from app.records.routing import MAKERS
from app.schools.models import Department, School

MOST_SHOWN = 200
"""Records that a page shows, the longest waiting first, and as many corrections."""
MOST_LISTED = 20
"""Records that are named for each reason."""
TOLD = LEADERS | {Role.RECORDS_ADMIN}
"""Whose task a standstill is: they appoint, have somebody appointed, or confirm who is to be."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """One record that waits for nobody, or the correction of one."""

    record_id: uuid.UUID
    title: str
    owner: str
    """Whose record it is, or who asked for the correction."""
    waiting_since: datetime
    correction_id: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a decider is lacking, and what kind of one."""

    school_id: int
    department_id: int | None
    lack: Lack

    @property
    def lacking(self) -> Lacking:
        """The same, as advice is asked for."""
        return self.lack, self.school_id, self.department_id


@dataclass(frozen=True, slots=True)
class Standstill:
    """What waits for nobody for one reason in one unit, the longest waiting first."""

    place: Place
    unit: str
    advice: Advice
    """What is wrong and what to do."""
    records: Sequence[Stuck]

    @property
    def corrections(self) -> int:
        """How many of them are corrections."""
        return sum(each.correction_id is not None for each in self.records)


def standstills_for(session: Session, authority: Authority) -> list[Standstill]:
    """List the standstills that are the person's task: those of schools he leads or administers."""
    schools = schools_to_mend(authority)
    return standstills_in(session, schools) if schools else []


def schools_to_mend(authority: Authority) -> set[int]:
    """Return the schools in which a standstill is the person's task: those he leads or administers."""
    return set(authority.school_ids(TOLD))


def standstills_in(session: Session, school_ids: Collection[int]) -> list[Standstill]:
    """List what waits for nobody in schools, as far as `MOST_SHOWN` records and as many corrections go."""
    stuck = stuck_records(Record.school_id.in_(school_ids), school_ids)
    rows = session.execute(stuck.order_by(Record.waiting_since, Record.id).limit(MOST_SHOWN))
    found: dict[tuple[Place, str], list[Stuck]] = defaultdict(list)
    for school_id, department_id, lack, unit, *record in rows:
        found[Place(school_id, department_id, Lack(lack)), unit].append(Stuck(*record))
    for each in corrections_at_a_stand(session, school_ids, MOST_SHOWN):
        found[Place(each.school_id, None, each.lack), each.school].append(_stuck_correction(each))
    advice = advice_on_each(session, [place.lacking for place, _ in found])
    return [
        Standstill(place, unit, advised, records)
        for ((place, unit), records), advised in zip(found.items(), advice, strict=True)
    ]


def _stuck_correction(each: CorrectionAtAStand) -> Stuck:
    return Stuck(each.record_id, each.title, each.requested_by, each.since, each.correction_id)


def told_in(session: Session, school_id: int) -> list[Role]:
    """Return as what those are in a school who are told of its standstills; nothing where nobody is there."""
    held = roles_in(session, [school_id], TOLD).get(school_id, {})
    return [role for role in Role if any(role in roles for roles in held.values())]


def lack_of(session: Session, record: Record) -> tuple[Advice, str] | None:
    """Return what keeps one record from being decided on, with the unit's name, or None."""
    if record.waiting_for is None:
        return None
    stuck = stuck_records(Record.id == record.id, [record.school_id])
    row = session.execute(stuck).one_or_none()
    if row is None:
        return None
    return advice_on(session, Lack(row.lack), row.school_id, row.department_id), row.unit


def places_at_a_stand(
    session: Session, condition: ColumnElement[bool], school_ids: Collection[int] | None
) -> set[Place]:
    """Return where a decider is lacking at this moment, among records under a condition.

    `school_ids` as for `stuck_records`.
    """
    stuck = stuck_records(condition, school_ids).subquery()
    rows = session.execute(select(stuck.c.school_id, stuck.c.department_id, stuck.c.lack).distinct())
    return {Place(school_id, department_id, Lack(lack)) for school_id, department_id, lack in rows}


def stuck_records(condition: ColumnElement[bool], school_ids: Collection[int] | None) -> Select[Any]:
    """Select the records that nobody can decide on; each is one walk along what waits in its school.

    `school_ids` are the schools that records under the condition belong to, None for all there are: the
    deciders are read first, and of these schools only.
    """
    able = _able(school_ids)
    of_unit = and_(
        able.c.school_id == Record.school_id,
        able.c.decider == Record.waiting_for,
        or_(able.c.decider == "principal", able.c.department_id == Record.department_id),
    )
    barred = [*MAKERS, Record.approved_by_id]
    undecided = exists().where(of_unit, *(able.c.user_id.is_distinct_from(column) for column in barred))
    is_head, anybody = Record.waiting_for == "head", exists().where(of_unit)
    lack = case(
        (and_(is_head, anybody), Lack.OTHER_HEAD.value),
        (is_head, Lack.HEAD.value),
        (anybody, Lack.DELEGATION.value),
        else_=Lack.PRINCIPAL.value,
    )
    return (
        select(
            Record.school_id,
            case((is_head, Record.department_id), else_=null()).label("department_id"),
            lack.label("lack"),
            case((is_head, Department.name), else_=School.name).label("unit"),
            Record.id,
            Record.title,
            User.name,
            Record.waiting_since,
        )
        .join(School, School.id == Record.school_id)
        .join(User, User.id == Record.owner_id)
        .outerjoin(Department, Department.id == Record.department_id)
        .where(condition, Record.waiting_for.is_not(None), ~undecided)
    )


def _able(school_ids: Collection[int] | None) -> CTE:
    """Select who may decide as what in which unit at this moment: as `Authority.heads` and `.leads` say."""
    own = (
        select(
            case((Membership.role == Role.PRINCIPAL, "principal"), else_="head").label("decider"),
            Membership.school_id,
            Membership.department_id,
            Membership.user_id,
        )
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.role.in_([Role.PRINCIPAL, *sorted(HEADS)]),
            Membership.ended_at.is_(None),
            User.disabled_at.is_(None),
            _is_of(Membership.school_id, school_ids),
        )
    )
    lent = select(
        case((Delegation.role == Role.PRINCIPAL, "principal"), else_="head"),
        Delegation.school_id,
        Delegation.department_id,
        Delegation.to_user_id,
    ).where(*in_force(), _is_of(Delegation.school_id, school_ids))
    return union_all(own, lent).cte("able")


def _is_of(school_id: InstrumentedAttribute[Any], school_ids: Collection[int] | None) -> ColumnElement[bool]:
    return true() if school_ids is None else school_id.in_(school_ids)
