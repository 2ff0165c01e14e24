"""Reading corrections: whether one is open, who may know of it, and who has confirmed what."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import RecordType
from app.corrections.models import Correction, CorrectionState, Part, Witness
from app.db import now
from app.errors import NotFound
from app.people.authority import HEADS, SCHOOL_WIDE, Authority
from app.people.models import Membership, User
from app.records.models import Record
from app.records.queries import was_filed
from app.schools.models import School
from workflows.model import State


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One confirmation with the witness's name."""

    witness: Witness
    name: str


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction with its record, the names of then beside it, and all confirmations, also void ones."""

    correction: Correction
    record: Record
    school_code: str
    type_name: str
    type_code: str
    requested_by: str
    decided_by: str
    is_latest: bool
    requester_is_there: bool
    confirmed: tuple[Confirmed, ...] = ()

    @property
    def state(self) -> CorrectionState:
        """Where it stands at this moment: one whose time is over is closed, whether written down or not."""
        return state_of(self.correction)

    @property
    def ending(self) -> str:
        """How it closed; empty while it has not."""
        over = self.state is CorrectionState.CLOSED
        return self.correction.ending or ("expired" if over else "")

    @property
    def version(self) -> int | None:
        """The version that replaces the old one: handed in while it is open, filed when it is closed.

        What was sent back after the time was over is known by who confirmed it.
        """
        if self.state is CorrectionState.CLOSED:
            confirmed = max((each.witness.version for each in self.confirmed), default=None)
            return self.correction.new_version or self.to_confirm or confirmed
        return self.to_confirm

    @property
    def to_confirm(self) -> int | None:
        """The version that its witnesses confirm, if there is one."""
        return version_to_confirm(self.correction, self.record, is_latest=self.is_latest)

    @property
    def valid(self) -> Mapping[Part, Confirmed]:
        """The confirmations of that version."""
        return {
            Part(each.witness.part): each for each in self.confirmed if each.witness.version == self.version
        }

    @property
    def missing(self) -> list[Part]:
        """The parts whose confirmation the new version still waits for."""
        return [part for part in Part if part not in self.valid] if self.to_confirm else []

    @property
    def is_complete(self) -> bool:
        """Whether a new version is filed and all three have confirmed it, be it after the time was over."""
        return self.correction.new_version is not None and len(self.valid) == len(Part)


def state_of(correction: Correction) -> CorrectionState:
    """Return where a correction stands at this moment."""
    is_over = correction.until is not None and correction.until <= now()
    state = CorrectionState(correction.state)
    return CorrectionState.CLOSED if state is CorrectionState.OPEN and is_over else state


def version_to_confirm(correction: Correction, record: Record, *, is_latest: bool) -> int | None:
    """Return the version that is owed its witnesses: handed in while the correction was open.

    It is owed them also after the time is over, on its way and once it is filed, unless it was sent back,
    taken back or replaced. `is_latest`: no other correction of the record was asked for since.
    """
    is_later = record.version > correction.old_version
    if state_of(correction) is not CorrectionState.CLOSED:
        is_standing = is_later and record.state in _STANDING
        return record.version if is_standing and correction.state == CorrectionState.OPEN else None
    is_on_its_way = is_later and is_latest and record.state in _ON_ITS_WAY
    was_filed = correction.new_version == record.version
    return record.version if was_filed or is_on_its_way else None


def has_none_after_it() -> ColumnElement[bool]:
    """Return the condition that no other correction of the record was asked for since."""
    later = aliased(Correction)
    return ~exists().where(later.record_id == Correction.record_id, later.id > Correction.id)


def is_requester_there() -> ColumnElement[bool]:
    """Return the condition that whoever asked for a correction is in its school and may sign in."""
    return exists().where(
        Membership.user_id == Correction.requested_by_id,
        Membership.school_id == Correction.school_id,
        Membership.ended_at.is_(None),
        User.id == Membership.user_id,
        User.disabled_at.is_(None),
    )


def is_corrected_at(moment: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Return the condition that a record takes another version under a correction at a moment."""
    return exists().where(
        Correction.record_id == Record.id,
        Correction.state == CorrectionState.OPEN,
        Correction.until > moment,
    )


def is_under_correction() -> ColumnElement[bool]:
    """Return the condition that a record was filed and a later version is on its way."""
    return and_(Record.state != State.FILED, was_filed())


def known_to(authority: Authority) -> ColumnElement[bool]:
    """Return the condition under which a person may know of a correction: who answers for it, and who leads.

    Nobody does who left the school. To be used where `Record` is joined.
    """
    is_party = or_(
        Correction.requested_by_id == authority.user_id,
        Record.owner_id == authority.user_id,
        Record.keeper_id == authority.user_id,
    )
    return or_(
        and_(is_party, Correction.school_id.in_(authority.own_schools())),
        Correction.school_id.in_(authority.school_ids(SCHOOL_WIDE)),
        Record.department_id.in_(authority.department_ids(HEADS)),
    )


def correction_view(session: Session, authority: Authority, correction_id: int) -> CorrectionView:
    """Return one correction; raises `NotFound` also for what the caller may not know of."""
    views = _views(session, _VIEWS.where(Correction.id == correction_id, known_to(authority)))
    if not views:
        raise NotFound
    return views[0]


def corrections_known_to(
    session: Session, authority: Authority, state: CorrectionState | None = None
) -> list[CorrectionView]:
    """List the corrections that a person may know of, the newest first."""
    found = _VIEWS.where(known_to(authority)).order_by(Correction.id.desc())
    if state in _LIVING:
        # What is kept as living may have run out by now; nothing else is living.
        found = found.where(Correction.state.in_(_LIVING))
    return [view for view in _views(session, found) if state in (None, view.state)]


def latest_correction(session: Session, authority: Authority, record_id: uuid.UUID) -> CorrectionView | None:
    """Return the latest correction of a record, if there is one that the person may know of."""
    found = _VIEWS.where(Correction.record_id == record_id, known_to(authority))
    views = _views(session, found.order_by(Correction.id.desc()).limit(1))
    return views[0] if views else None


def corrections_of_school(session: Session, school_id: int) -> list[CorrectionView]:
    """List a school's corrections, the oldest first."""
    return _views(session, _VIEWS.where(Correction.school_id == school_id).order_by(Correction.id))


def _views(session: Session, statement: Select[*tuple[Any, ...]]) -> list[CorrectionView]:
    rows = session.execute(statement).all()
    confirmed = _confirmed(session, [row[0].id for row in rows])
    return [replace(CorrectionView(*row), confirmed=confirmed.get(row[0].id, ())) for row in rows]


def _confirmed(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[Confirmed, ...]]:
    witnesses = session.scalars(select(Witness).where(Witness.correction_id.in_(ids)).order_by(Witness.at))
    found: dict[int, tuple[Confirmed, ...]] = {}
    for each in witnesses:
        found[each.correction_id] = (*found.get(each.correction_id, ()), Confirmed(each, each.name))
    return found


_ON_ITS_WAY = frozenset({State.SUBMITTED, State.DEPARTMENT_APPROVED, State.SIGNED_OFF})
_STANDING = _ON_ITS_WAY | {State.FILED}
_LIVING = (CorrectionState.REQUESTED, CorrectionState.OPEN)
_VIEWS: Select[*tuple[Any, ...]] = (
    select(
        Correction,
        Record,
        School.code,
        RecordType.name,
        RecordType.code,
        Correction.requester_name,
        Correction.decider_name,
        has_none_after_it(),
        is_requester_there(),
    )
    .join(Record, Record.id == Correction.record_id)
    .join(School, School.id == Correction.school_id)
    .join(RecordType, RecordType.id == Record.record_type_id)
)
