"""Confirming a change: requester, a leader and an administrator, each from his own account."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.corrections.closing import close_if_witnessed
from app.corrections.journal import locked_correction, write_down
from app.corrections.models import Correction, CorrectionState, Part, Witness
from app.corrections.queries import has_none_after_it, state_of, version_to_confirm
from app.corrections.refusals import AlreadyConfirmed, CorrectionMoved, NothingToConfirm
from app.errors import NotAllowed, Stale
from app.people.authority import LEADERS, Authority
from app.people.models import Role

_ADMINISTRATORS = frozenset({Role.RECORDS_ADMIN})


def parts_of(authority: Authority, correction: Correction) -> list[Part]:
    """List as what the person could confirm; whoever asked confirms as that alone."""
    if correction.requested_by_id == authority.user_id:
        return [Part.REQUESTER]
    could = [
        (Part.LEADER, authority.holds(LEADERS, correction.school_id)),
        (Part.ADMINISTRATOR, authority.holds(_ADMINISTRATORS, correction.school_id)),
    ]
    return [part for part, holds in could if holds]


def free_part(
    authority: Authority, correction: Correction, confirmed: Collection[Witness], version: int
) -> Part | None:
    """Return as what the person can still confirm a version, or None: each confirms one part only."""
    valid = [each for each in confirmed if each.version == version]
    if any(each.user_id == authority.user_id for each in valid):
        return None
    taken = {each.part for each in valid}
    return next((part for part in parts_of(authority, correction) if part not in taken), None)


def confirm(
    session: Session, authority: Authority, correction_id: int, seen: tuple[int, str] | None = None
) -> None:
    """Confirm the version that is to replace the filed one; a later version makes this void.

    What was handed in in time may be confirmed after the time is over, too. `seen` is the version with its
    SHA-256 as it was shown, the present one if None. Closes the correction when all three have confirmed
    what is filed. Raises `NotFound`, `NotAllowed`, `CorrectionMoved`, `NothingToConfirm`, `Stale` or
    `AlreadyConfirmed`.
    """
    correction, record = locked_correction(session, authority, correction_id)
    if not parts_of(authority, correction):
        raise NotAllowed
    is_latest = session.scalars(select(has_none_after_it()).where(Correction.id == correction.id)).one()
    if version_to_confirm(correction, record, is_latest=is_latest) is None:
        raise NothingToConfirm if state_of(correction) is CorrectionState.OPEN else CorrectionMoved
    if seen not in (None, (record.version, record.sha256)):
        raise Stale
    earlier = session.scalars(select(Witness).where(Witness.correction_id == correction.id)).all()
    part = free_part(authority, correction, earlier, record.version)
    if part is None:
        raise AlreadyConfirmed
    session.add(
        Witness(
            correction_id=correction.id,
            part=part,
            version=record.version,
            user_id=authority.user_id,
            sha256=record.sha256,
        )
    )
    session.flush()
    close_if_witnessed(session, correction, record)
    seen_now = {"part": part.value, "version": record.version, "sha256": record.sha256}
    write_down(session, authority, correction, "correction.confirmed", **seen_now)
