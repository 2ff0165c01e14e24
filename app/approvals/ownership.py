"""Giving records to another owner, or into another's keeping, when duties change hands."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.approvals.deciders import Found, give_route, set_beside
from app.approvals.describing import KEPT, described_with_type
from app.audit.chain import Happening
from app.catalogue.models import RecordType
from app.people.authority import Authority, authority_of
from app.records.intake import make_findable, versions_of_type
from app.records.models import OfficialFile, Record
from app.records.queries import slot_holders, version_of
from app.schools.models import School
from workflows.model import Action, State

_STILL_THE_OWNERS = frozenset({State.SUBMITTED, State.RETURNED, State.WITHDRAWN})
"""Where a record of another route stands as well, so that it may go on by the new owner's."""
_ON_THE_WAY = _STILL_THE_OWNERS | {State.DEPARTMENT_APPROVED}


@dataclass(frozen=True)
class Passing:
    """Who gives which records to whom; `remark` is what their histories say of it.

    The records of `slots_kept` go on filling the slots that the giver handed them in for, so that they
    count for him and leave the taker's own slots to the taker.
    """

    giver: uuid.UUID
    taker: uuid.UUID
    record_ids: Collection[uuid.UUID]
    slots_kept: Collection[uuid.UUID]
    remark: str


@dataclass(frozen=True)
class Passed:
    """The ids of the records that changed their owner, and what is still to be written down of them all."""

    record_ids: Sequence[uuid.UUID] = ()
    happenings: Found = field(default_factory=dict)


def pass_on(session: Session, passing: Passing) -> Passed:
    """Make the taker the owner of those of the giver's records that wait for a decision or for a new version.

    What was signed off stays under the name it was signed with, and so does what is being corrected;
    a record whose slot is not kept also stays where the taker has a living one in the same slot. The
    taker answers for those from now on: he may ask for their correction and hand in their next version.
    To do it again changes nothing. Whoever calls it ends with `deciders.write_down`.
    """
    owner = authority_of(session, passing.taker)
    if owner is None:
        return Passed()
    signed = exists().where(OfficialFile.record_id == Record.id)
    open_ones = select(Record).where(
        Record.id.in_(passing.record_ids),
        Record.owner_id == passing.giver,
        Record.state.in_(_ON_THE_WAY),
        ~signed,
    )
    found = session.scalars(open_ones.order_by(Record.id).with_for_update(of=Record)).all()
    free = [record for record in found if not _is_taken(session, passing, record)]
    given: dict[str, list[Happening]] = defaultdict(list)
    for record in free:
        given[_school_of(session, record)].append(_give(session, owner, record, passing))
    for record in _kept(session, passing, set(passing.record_ids).difference(each.id for each in free)):
        given[_school_of(session, record)].append(_keep(session, passing, record))
    session.flush()
    return Passed([record.id for record in free], given)


def _school_of(session: Session, record: Record) -> str:
    return session.get_one(School, record.school_id).code


def _kept(session: Session, passing: Passing, record_ids: Collection[uuid.UUID]) -> Sequence[Record]:
    """Lock those of the records for which the giver has answered till now."""
    giver = passing.giver
    held = or_(Record.keeper_id == giver, and_(Record.owner_id == giver, Record.keeper_id.is_(None)))
    own = select(Record).where(Record.id.in_(record_ids), held).order_by(Record.id)
    return session.scalars(own.with_for_update(of=Record).execution_options(populate_existing=True)).all()


def _keep(session: Session, passing: Passing, record: Record) -> Happening:
    """Let the taker answer for a record; what was his own is his again."""
    record.keeper_id = None if record.owner_id == passing.taker else passing.taker
    facts = {"turn": record.turn, "record": described_with_type(session, record)}
    return Happening(KEPT, "system", str(record.id), facts)


def _slot_owner(passing: Passing, record: Record) -> uuid.UUID:
    """Return whose slot the record will fill: the giver's if it is kept, that of whoever gave it to him."""
    is_kept = record.id in passing.slots_kept or record.slot_owner_id is not None
    return record.slot_owner if is_kept else passing.taker


def _is_taken(session: Session, passing: Passing, record: Record) -> bool:
    slot_owner = _slot_owner(passing, record)
    if record.state == State.WITHDRAWN or slot_owner == record.slot_owner:
        return False
    other = aliased(Record)
    slot = (
        other.school_id == record.school_id,
        other.slot_owner == slot_owner,
        other.record_type_id.in_(versions_of_type(session.get_one(RecordType, record.record_type_id))),
        other.period == record.period,
        other.class_name == record.class_name,
        other.subject == record.subject,
        other.slot_title == record.slot_title,
    )
    return session.execute(select(slot_holders(slot, other)).limit(1)).first() is not None


def _give(session: Session, owner: Authority, record: Record, passing: Passing) -> Happening:
    slot_owner = _slot_owner(passing, record)
    record.slot_owner_id = None if slot_owner == owner.user_id else slot_owner
    record.owner_id = owner.user_id
    record_type = session.get_one(RecordType, record.record_type_id)
    if record.state in _STILL_THE_OWNERS:
        give_route(session, record)
    text = version_of(session, record.id, record.version).text
    make_findable(session, record, owner.name, record_type.name, text)
    # A turn of its own: nobody decides on a page that names the giver.
    return set_beside(session, record, Action.HAND_OVER, passing.remark)
