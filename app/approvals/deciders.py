"""Who decides, found anew when posts change: a record that waits goes on by the route it has now."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.approvals.describing import described_with_type
from app.approvals.facts import ActingPost
from app.approvals.naming import write_event
from app.audit.chain import Happening, append
from app.catalogue.models import OwnerKind, RecordType
from app.db import now
from app.records.models import Record
from app.records.routing import route_now
from app.schools.models import School
from workflows.definitions import definition, who_decides
from workflows.model import Action, State

_REMARKS = {
    "department": "Người nộp nay là tổ trưởng hoặc lãnh đạo trường: hồ sơ do hiệu trưởng quyết định.",
    "teacher": "Người nộp nay không còn là tổ trưởng hay lãnh đạo trường: tổ trưởng quyết định trước.",
}
"""What a record's history says of its new route."""
_OF_TEACHERS = select(RecordType.id).where(RecordType.owner_kind == OwnerKind.TEACHER)
_RESTING = frozenset({State.RETURNED, State.WITHDRAWN, State.FILED})


Found = Mapping[str, Sequence[Happening]]
"""What each school's audit chain is to hold of the records that go by another route."""


def find_anew(session: Session, condition: ColumnElement[bool]) -> Found:
    """Set records under a condition that wait for a first decision on the route that posts give them now.

    Each move is a turn of its history and an entry of the audit chain, so that nobody decides on a page
    that led elsewhere. To do it again changes nothing. Whoever calls it ends with `write_down`.
    """
    wrong = (
        select(Record, route_now(), School.code)
        .join(School, School.id == Record.school_id)
        .where(condition, *_on_another_route())
        .order_by(Record.id)
        .with_for_update(of=Record)
        .execution_options(populate_existing=True)
    )
    by_school: dict[str, list[Happening]] = defaultdict(list)
    for record, route, school in session.execute(wrong).all():
        by_school[school].append(_set_on(session, record, route))
    session.flush()
    return by_school


def write_down(session: Session, found: Found) -> None:
    """Add what was found anew to the audit chains; call it last, for their heads stay locked."""
    for school in sorted(found):
        append(session, school, found[school])


def schools_on_another_route(session: Session) -> set[int]:
    """Return the schools in which a record waits on a route that posts do not give it any more."""
    return set(session.scalars(select(Record.school_id).where(*_on_another_route()).distinct()))


def put_right(session: Session, record_id: uuid.UUID) -> None:
    """Give a record that rests the route by which its next version is to go; its next decision says so."""
    session.execute(
        update(Record)
        .where(Record.id == record_id, Record.state.in_(_RESTING), Record.record_type_id.in_(_OF_TEACHERS))
        .values(route=route_now())
        .execution_options(synchronize_session=False)
    )


def give_route(session: Session, record: Record) -> None:
    """Give one locked record, whose owner has just changed, the route and the decider that it has now."""
    session.flush()
    own = select(route_now()).where(Record.id == record.id, Record.record_type_id.in_(_OF_TEACHERS))
    record.route = session.scalar(own) or record.route
    record.waiting_for = who_decides(definition(record.route, record.route_version), State(record.state))


def set_beside(
    session: Session, record: Record, action: Action, remark: str, **told: str | None
) -> Happening:
    """Make something beside the route the record's next turn: its state and its bytes stay.

    Returns what the audit log is to hold of it, `told` among the rest.
    """
    record.turn += 1
    record.updated_at = now()
    logged = write_event(
        session,
        record,
        ActingPost("system"),
        at=record.updated_at,
        actor_id=None,
        action=action,
        from_state=record.state,
        comment=remark,
    )
    facts = {
        **told,
        "from": record.state,
        "to": record.state,
        "turn": record.turn,
        "version": record.version,
        "sha256": record.sha256,
        "role": "system",
        "comment": remark,
        "record": described_with_type(session, record),
        **logged,
    }
    return Happening(f"record.{action}", "system", str(record.id), facts)


def _on_another_route() -> tuple[ColumnElement[bool], ...]:
    return (
        Record.state == State.SUBMITTED,
        Record.waiting_for.is_not(None),
        Record.record_type_id.in_(_OF_TEACHERS),
        Record.route != route_now(),
    )


def _set_on(session: Session, record: Record, route: str) -> Happening:
    before, record.route = record.route, route
    record.waiting_for = who_decides(definition(route, record.route_version), State(record.state))
    told = {"from_route": before, "route": route, "waiting_for": record.waiting_for}
    return set_beside(session, record, Action.REROUTE, _REMARKS[route], **told)
