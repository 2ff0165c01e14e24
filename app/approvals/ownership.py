"""Giving records to another owner, or into another's keeping, when duties change hands."""

import uuid
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import and_, case, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import OwnerKind, RecordType
from app.people.authority import Authority, authority_of
from app.records.intake import make_findable, route_for
from app.records.models import OfficialFile, Record
from app.records.queries import version_of
from workflows.definitions import definition, who_decides
from workflows.model import State

_STILL_THE_OWNERS = frozenset({State.SUBMITTED, State.RETURNED, State.WITHDRAWN})
"""Where a record of another route stands as well, so that it may go on by the new owner's."""
_ON_THE_WAY = _STILL_THE_OWNERS | {State.DEPARTMENT_APPROVED}


def pass_on(
    session: Session, giver: uuid.UUID, taker: uuid.UUID, record_ids: Sequence[uuid.UUID]
) -> list[uuid.UUID]:
    """Make `taker` the owner of those of the giver's records that wait for a decision or for a new version.

    What was signed off stays under the name it was signed with, and so does what is being corrected;
    a record also stays where the taker has a living one in the same slot. The taker answers for those
    from now on: he may ask for their correction and hand in their next version. Returns the ids of what
    changed its owner; to do it again changes nothing.
    """
    owner = authority_of(session, taker)
    if owner is None:
        return []
    signed = exists().where(OfficialFile.record_id == Record.id)
    passing = select(Record).where(
        Record.id.in_(record_ids), Record.owner_id == giver, Record.state.in_(_ON_THE_WAY), ~signed
    )
    found = session.scalars(passing.order_by(Record.id).with_for_update(of=Record)).all()
    free = [record for record in found if not _is_taken(session, taker, record)]
    for record in free:
        _give(session, owner, record)
    _keep(session, giver, taker, set(record_ids).difference(record.id for record in free))
    return [record.id for record in free]


def _keep(session: Session, giver: uuid.UUID, taker: uuid.UUID, record_ids: AbstractSet[uuid.UUID]) -> None:
    """Let the taker answer for what the giver answered for till now; what was his own is his again."""
    held = or_(Record.keeper_id == giver, and_(Record.owner_id == giver, Record.keeper_id.is_(None)))
    session.execute(
        update(Record)
        .where(Record.id.in_(record_ids), held)
        .values(keeper_id=case((Record.owner_id == taker, None), else_=taker))
        .execution_options(synchronize_session=False)
    )


def _is_taken(session: Session, taker: uuid.UUID, record: Record) -> bool:
    if record.state == State.WITHDRAWN:
        return False
    other = aliased(Record)
    same_slot = select(other.id).where(
        other.owner_id == taker,
        other.record_type_id == record.record_type_id,
        other.period == record.period,
        other.class_name == record.class_name,
        other.subject == record.subject,
        other.slot_title == record.slot_title,
        other.state != State.WITHDRAWN,
    )
    return session.scalars(same_slot.limit(1)).first() is not None


def _give(session: Session, owner: Authority, record: Record) -> None:
    """Change the owner; where he heads the department, the head's decision is skipped as for his own."""
    record.owner_id = owner.user_id
    record_type = session.get_one(RecordType, record.record_type_id)
    if record.state in _STILL_THE_OWNERS:
        record.route = route_for(OwnerKind(record_type.owner_kind), owner, record.department_id)
        route = definition(record.route, record.route_version)
        record.waiting_for = who_decides(route, State(record.state))
    text = version_of(session, record.id, record.version).text
    make_findable(session, record, owner.name, record_type.name, text)
