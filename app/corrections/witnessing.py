"""Confirming a change: requester, a leader and an administrator, each from his own account."""

import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.corrections.closing import close_if_witnessed
from app.corrections.journal import locked_correction, write_down
from app.corrections.matching import ADMINISTRATORS, matched
from app.corrections.models import Correction, CorrectionState, Part, Witness
from app.corrections.queries import has_none_after_it, is_requester_there, state_of, version_to_confirm
from app.corrections.refusals import (
    AlreadyConfirmed,
    CorrectionMoved,
    NothingToConfirm,
    WitnessPasswordGiven,
)
from app.errors import NotAllowed, Stale
from app.people.authority import LEADERS, Authority
from app.people.passwords import refuse_anothers
from app.records.models import Record
from app.records.queries import is_answerable


def parts_of(
    authority: Authority, correction: Correction, record: Record, *, requester_is_there: bool
) -> frozenset[Part]:
    """Return as what the person could confirm; whoever asked confirms as that alone.

    Where whoever asked has left the school or is shut out, his part is that of whoever answers for the
    record since.
    """
    if correction.requested_by_id == authority.user_id:
        return frozenset({Part.REQUESTER}) if authority.belongs_to(correction.school_id) else frozenset()
    could = {
        Part.REQUESTER: not requester_is_there and is_answerable(authority, record),
        Part.LEADER: authority.holds(LEADERS, correction.school_id),
        Part.ADMINISTRATOR: authority.holds(ADMINISTRATORS, correction.school_id),
    }
    return frozenset(part for part, holds in could.items() if holds)


def all_parts(
    person: uuid.UUID, could: Collection[Part], valid: Sequence[Witness]
) -> Mapping[uuid.UUID, Part] | None:
    """Return who would fill which part if the person confirmed too, or None if he cannot.

    Each confirms once; `valid` are the confirmations of the version so far.
    """
    if any(each.user_id == person for each in valid):
        return None
    so_far = {each.user_id: frozenset(Part(part) for part in each.could) for each in valid}
    return matched({**so_far, person: could}, {each.user_id: Part(each.part) for each in valid})


def confirm(
    session: Session, authority: Authority, correction_id: int, seen: tuple[int, str] | None = None
) -> None:
    """Confirm the version that is to replace the filed one; a later version makes this void.

    What was handed in in time may be confirmed after the time is over, too. `seen` is the version with its
    SHA-256 as it was shown, the present one if None. Closes the correction when all three have confirmed
    what is filed. Raises `NotFound`, `NotAllowed`, `WitnessPasswordGiven`, `CorrectionMoved`,
    `NothingToConfirm`, `Stale` or `AlreadyConfirmed`.
    """
    held = locked_correction(session, authority, correction_id)
    caller, correction, record = held.caller, held.correction, held.record
    is_latest, is_there = session.execute(
        select(has_none_after_it(), is_requester_there()).where(Correction.id == correction.id)
    ).one()
    could = parts_of(caller, correction, record, requester_is_there=is_there)
    if not could:
        raise NotAllowed
    refuse_given(session, authority)
    if version_to_confirm(correction, record, is_latest=is_latest) is None:
        raise NothingToConfirm if state_of(correction) is CorrectionState.OPEN else CorrectionMoved
    if seen not in (None, (record.version, record.sha256)):
        raise Stale
    parts = _add(session, caller, could, correction, record)
    close_if_witnessed(session, correction, record)
    write_down(
        session,
        caller,
        correction,
        "correction.confirmed",
        part=parts[caller.user_id].value,
        version=record.version,
        sha256=record.sha256,
        parts={part.value: str(person) for person, part in parts.items()},
    )


def refuse_given(session: Session, authority: Authority) -> None:
    """Raise `WitnessPasswordGiven` where another person may confirm from the same account.

    Else one administrator makes a colleague a second one, or resets a password, and fills two parts.
    """
    refuse_anothers(session, authority.user_id, WitnessPasswordGiven)


def _add(
    session: Session, authority: Authority, could: Collection[Part], correction: Correction, record: Record
) -> Mapping[uuid.UUID, Part]:
    """Add a confirmation, and let others change parts where that makes room for it."""
    of_version = (Witness.correction_id == correction.id, Witness.version == record.version)
    valid = session.scalars(select(Witness).where(*of_version)).all()
    person = authority.user_id
    parts = all_parts(person, could, valid)
    if parts is None:
        raise AlreadyConfirmed
    moved = [each for each in valid if each.part != parts[each.user_id]]
    for each in moved:
        session.delete(each)
    # The part is in the key: nobody takes another's before he has left it.
    session.flush()
    session.add_all(_witness(each, parts[each.user_id], each.user_id, each.could) for each in moved)
    own = Witness(
        correction_id=correction.id, version=record.version, sha256=record.sha256, name=authority.name
    )
    session.add(_witness(own, parts[person], person, sorted(could)))
    session.flush()
    return parts


def _witness(like: Witness, part: Part, person: uuid.UUID, could: Sequence[str]) -> Witness:
    return Witness(
        correction_id=like.correction_id,
        part=part,
        version=like.version,
        user_id=person,
        name=like.name,
        could=list(could),
        sha256=like.sha256,
        at=like.at,
    )
