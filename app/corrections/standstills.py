"""Corrections that nobody can consent to, or that can never get their three witnesses."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import ARRAY, BigInteger, Row, Select, any_, literal, select
from sqlalchemy.orm import Session

from app.corrections.matching import WITNESSING, lack_among, others_among
from app.corrections.models import Correction, CorrectionState, Part, Witness
from app.corrections.queries import is_requester_there, state_of, version_to_confirm
from app.people.lacks import Lack
from app.people.leading import principals_in, roles_in
from app.people.models import Role
from app.records.models import Record
from app.records.routing import makers_of
from app.schools.models import School

_LIVING = [CorrectionState.REQUESTED, CorrectionState.OPEN]


@dataclass(frozen=True, slots=True)
class CorrectionAtAStand:
    """One correction that cannot go on, with whom it waits for in vain."""

    correction_id: int
    school_id: int
    school: str
    record_id: uuid.UUID
    title: str
    requested_by: str
    since: datetime
    lack: Lack


@dataclass(frozen=True, slots=True)
class _People:
    """Who is in the schools of some corrections at this moment, by school, and who has confirmed them."""

    principals: Mapping[int, Sequence[uuid.UUID]]
    roles: Mapping[int, Mapping[uuid.UUID, Collection[Role]]]
    confirmed: Mapping[int, Sequence[Witness]]


def corrections_at_a_stand(
    session: Session, school_ids: Collection[int] | None = None, most: int | None = None
) -> list[CorrectionAtAStand]:
    """List living corrections that cannot go on, of all schools if None are given, the oldest first.

    `most`: how many are listed. What has closed when its time was over is not living. The statements are as
    many for one correction as for all.
    """
    living = _LIVING_ONES if school_ids is None else _LIVING_ONES.where(Correction.school_id.in_(school_ids))
    return list(islice(_at_a_stand(session, living), most))


def schools_with_corrections(session: Session) -> set[int]:
    """Return the schools in which a correction is living, at a stand or not."""
    return {correction.school_id for correction, *_ in session.execute(_LIVING_ONES)}


def standstill_of(session: Session, correction_id: int) -> CorrectionAtAStand | None:
    """Return what keeps one correction from going on, or None where it can, or is over."""
    return next(_at_a_stand(session, _LIVING_ONES.where(Correction.id == correction_id)), None)


def _at_a_stand(
    session: Session, living: Select[Correction, Record, str, bool]
) -> Iterator[CorrectionAtAStand]:
    rows = session.execute(living).all()
    if not rows:
        return
    people = _people(session, rows)
    for correction, record, school, is_there in rows:
        lack = _lack(people, correction, record, is_there=is_there)
        if lack is not None:
            yield _as_it_stands(correction, record, school, lack)


def _as_it_stands(correction: Correction, record: Record, school: str, lack: Lack) -> CorrectionAtAStand:
    return CorrectionAtAStand(
        correction.id,
        correction.school_id,
        school,
        record.id,
        record.title,
        correction.requester_name,
        correction.decided_at or correction.requested_at,
        lack,
    )


def _people(session: Session, rows: Sequence[Row[Correction, Record, str, bool]]) -> _People:
    """Read whom corrections may wait for, and who has confirmed them: three statements for all of them."""
    schools = {correction.school_id for correction, *_ in rows}
    answering = {
        person
        for _, record, _, is_there in rows
        if not is_there
        for person in (record.owner_id, record.keeper_id)
        if person is not None
    }
    confirmed: dict[int, list[Witness]] = defaultdict(list)
    ids = literal([correction.id for correction, *_ in rows], ARRAY(BigInteger))
    for witness in session.scalars(select(Witness).where(Witness.correction_id == any_(ids))):
        confirmed[witness.correction_id].append(witness)
    roles = roles_in(session, schools, WITNESSING, answering)
    return _People(principals_in(session, schools), roles, confirmed)


def _lack(people: _People, correction: Correction, record: Record, *, is_there: bool) -> Lack | None:
    state = state_of(correction)
    if state is CorrectionState.REQUESTED:
        return _lack_of_consent(people, correction, record)
    if state is CorrectionState.OPEN:
        return _lack_of_witnesses(people, correction, record, is_there=is_there)
    return None


def _lack_of_consent(people: _People, correction: Correction, record: Record) -> Lack | None:
    able = people.principals.get(correction.school_id, [])
    if not able:
        return Lack.PRINCIPAL
    own = makers_of(record) | {correction.requested_by_id}
    return Lack.CONSENT if own.issuperset(able) else None


def _lack_of_witnesses(
    people: _People, correction: Correction, record: Record, *, is_there: bool
) -> Lack | None:
    """Return who is missing beside those who have confirmed; what they could confirm as stands in their rows.

    Whoever has confirmed keeps some part of his own in any complete matching, so that one is enough.
    """
    here = people.roles.get(correction.school_id, {})
    could: dict[uuid.UUID, Collection[Part]] = {**others_among(here, correction.requested_by_id)}
    for person in _answering(here, correction, record, is_there=is_there):
        could[person] = {*could.get(person, ()), Part.REQUESTER}
    for witness in _confirmed(people, correction, record):
        could[witness.user_id] = {Part(part) for part in witness.could}
    return lack_among(could)


def _answering(
    here: Collection[uuid.UUID], correction: Correction, record: Record, *, is_there: bool
) -> Collection[uuid.UUID]:
    """Return who could confirm as who asked: he himself, or once he is gone who answers for the record."""
    if is_there:
        return {correction.requested_by_id}
    return {person for person in here if record.is_answered_for_by(person)}


def _confirmed(people: _People, correction: Correction, record: Record) -> Sequence[Witness]:
    """Return the confirmations of what is handed in; an open correction is its record's latest."""
    version = version_to_confirm(correction, record, is_latest=True)
    return [each for each in people.confirmed.get(correction.id, ()) if each.version == version]


_LIVING_ONES: Select[Correction, Record, str, bool] = (
    select(Correction, Record, School.name, is_requester_there())
    .join(Record, Record.id == Correction.record_id)
    .join(School, School.id == Correction.school_id)
    .where(Correction.state.in_(_LIVING))
    .order_by(Correction.id)
)
