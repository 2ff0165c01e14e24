"""What the seal of a record says: who decided on exactly these bytes, when, and with what authority."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.approvals.models import Event
from app.catalogue.models import RecordType
from app.catalogue.periods import vietnamese_label
from app.clock import local_day
from app.pdf.orders import SealDecision, SealOrder
from app.people.models import Membership, Role, User
from app.records.models import Record
from app.schools.letterheads import letterhead_of
from app.schools.models import Department
from workflows.definitions import Decider
from workflows.model import Action

_DONE = {Action.APPROVE: "Đã duyệt", Action.SIGN_OFF: "Đã ký duyệt"}
_DECIDERS: Mapping[Action, Decider] = {Action.APPROVE: "head", Action.SIGN_OFF: "principal"}
_TITLES = {
    Role.PRINCIPAL: "Hiệu trưởng",
    Role.VICE_PRINCIPAL: "Phó Hiệu trưởng",
    Role.HEAD: "Tổ trưởng",
    Role.DEPUTY_HEAD: "Tổ phó",
    Role.CLERK: "Văn thư",
    Role.RECORDS_ADMIN: "Quản trị hồ sơ",
    Role.TEACHER: "Giáo viên",
}
"""Highest first: a person with several posts is shown with the first of these."""


def seal_order(session: Session, record: Record, base_url: str) -> SealOrder:
    """Return the order to seal the record's present version; the same rows give the same order."""
    decided = _decided_at(session, record)
    letterhead = letterhead_of(session, record.school_id, local_day(decided))
    department = session.get(Department, record.department_id) if record.department_id else None
    return SealOrder(
        school=letterhead.school,
        superior=letterhead.superior,
        record_code=record.code,
        check_url=f"{base_url}/kiem-tra/{record.code}",
        record_type=session.get_one(RecordType, record.record_type_id).name,
        title=record.title,
        period=vietnamese_label(record.period),
        owner=session.get_one(User, record.owner_id).name,
        department=department.name if department else "",
        class_name=record.class_name,
        subject=record.subject,
        approved_sha256=record.sha256,
        approved_pages=record.pages,
        version=record.version,
        decisions=_decisions(session, record, department),
    )


def _decided_at(session: Session, record: Record) -> datetime:
    """Return the moment of the last decision on the version: papers are headed as they were on that day."""
    own = select(func.max(Event.at)).where(Event.record_id == record.id, Event.version == record.version)
    return session.scalar(own.where(Event.action.in_(list(_DONE)))) or record.updated_at


def _decisions(session: Session, record: Record, department: Department | None) -> tuple[SealDecision, ...]:
    events = session.execute(
        select(Event, User.name)
        .join(User, User.id == Event.actor_id)
        .where(Event.record_id == record.id, Event.version == record.version, Event.action.in_(list(_DONE)))
        .order_by(Event.turn)
    )
    return tuple(_decision(session, record, department, event, name) for event, name in events)


def _decision(
    session: Session, record: Record, department: Department | None, event: Event, name: str
) -> SealDecision:
    acted_as = Role(event.role)
    own = _own_position(session, record, event) if event.capacity else _position(acted_as, department)
    stands_for = Role.HEAD if acted_as is Role.DEPUTY_HEAD else acted_as
    return SealDecision(
        action_label=_DONE[Action(event.action)],
        name=name,
        role_label=own,
        at=event.at.isoformat(),
        capacity=event.capacity,
        on_behalf_of=_position(stands_for, department) if event.capacity else "",
        decider=_DECIDERS[Action(event.action)],
    )


def _own_position(session: Session, record: Record, event: Event) -> str:
    """Return the position that the decider himself held at that moment, whatever he was lent."""
    held = session.execute(
        select(Membership.role, Department)
        .outerjoin(Department, Department.id == Membership.department_id)
        .where(
            Membership.user_id == event.actor_id,
            Membership.school_id == record.school_id,
            Membership.began_at <= event.at,
            or_(Membership.ended_at.is_(None), Membership.ended_at > event.at),
        )
        .order_by(Membership.id)
    )
    posts = sorted(((Role(role), unit) for role, unit in held), key=lambda post: list(_TITLES).index(post[0]))
    return _position(*posts[0]) if posts else ""


def _position(role: Role, department: Department | None) -> str:
    title = _TITLES[role]
    named = role in (Role.HEAD, Role.DEPUTY_HEAD) and department is not None
    return f"{title} {department.name}" if named and department else title
