"""Finding a handover to change it, and writing down in the audit log that it was changed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.errors import NotFound
from app.handovers.models import Handover
from app.handovers.rights import known_to
from app.people.authority import Authority
from app.people.holding import caller_now, keeping
from app.schools.models import School


def locked_handover(session: Session, authority: Authority, handover_id: int) -> tuple[Authority, Handover]:
    """Return the caller as he is now and a handover that he may know of, locked while posts are kept.

    Raises `NotFound`, or `NotAllowed`.
    """
    session.execute(keeping(select(Handover.school_id).where(Handover.id == handover_id)))
    caller = caller_now(session, authority)
    found = select(Handover).where(Handover.id == handover_id, known_to(caller)).with_for_update()
    handover = session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if handover is None:
        raise NotFound
    return caller, handover


def write_down(session: Session, actor: str, handover: Handover, kind: str, **more: object) -> None:
    """Add a step of a handover to its school's audit log; call it last."""
    session.flush()
    school = session.get_one(School, handover.school_id)
    facts = {
        "from": str(handover.from_user_id),
        "to": str(handover.to_user_id),
        "takes_effect_on": handover.takes_effect_on.isoformat(),
        "leaves": handover.leaves,
        **more,
    }
    append(session, school.code, [Happening(kind, actor, str(handover.id), facts)])
