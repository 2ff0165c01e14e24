"""Finding a correction to change it, and writing down in the audit log that it was changed."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.corrections.models import Correction
from app.corrections.queries import known_to
from app.errors import NotFound
from app.people.authority import Authority
from app.people.holding import caller_now, keeping
from app.records.models import Record
from app.schools.models import School


@dataclass(frozen=True, slots=True)
class Held:
    """A correction and its record as they were locked, and the caller with the authority of that moment."""

    caller: Authority
    correction: Correction
    record: Record


def locked_correction(session: Session, authority: Authority, correction_id: int) -> Held:
    """Lock a correction after its record, in the order in which filing does, while posts are kept.

    Raises `NotFound` for what the caller may not know of now, or `NotAllowed`.
    """
    session.execute(keeping(select(Correction.school_id).where(Correction.id == correction_id)))
    caller = caller_now(session, authority)
    known = (
        select(Correction.record_id)
        .join(Record, Record.id == Correction.record_id)
        .where(Correction.id == correction_id, known_to(caller))
    )
    record_id = session.scalars(known).one_or_none()
    if record_id is None:
        raise NotFound
    record = session.get_one(Record, record_id, with_for_update=True, populate_existing=True)
    correction = session.get_one(Correction, correction_id, with_for_update=True, populate_existing=True)
    return Held(caller, correction, record)


def happening(actor: Authority | None, correction: Correction, kind: str, **more: object) -> Happening:
    """Return what the audit log keeps of a step of a correction; the actor is None for the system."""
    facts = {
        "record": str(correction.record_id),
        "state": correction.state,
        "old_version": correction.old_version,
        "old_sha256": correction.old_sha256,
        "new_version": correction.new_version,
        "new_sha256": correction.new_sha256,
        "until": correction.until and correction.until.isoformat(),
        "ending": correction.ending,
        **more,
    }
    return Happening(kind, "system" if actor is None else str(actor.user_id), str(correction.id), facts)


def write_down(
    session: Session, actor: Authority | None, correction: Correction, kind: str, **more: object
) -> None:
    """Add a step of a correction to its school's audit log; call it last."""
    session.flush()
    school = session.get_one(School, correction.school_id)
    append(session, school.code, [happening(actor, correction, kind, **more)])
