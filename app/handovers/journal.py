"""Finding a handover to change it, and writing down in the audit log that it was changed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.errors import NotFound
from app.handovers.models import Handover
from app.handovers.rights import known_to
from app.people.authority import Authority
from app.schools.models import School


def locked_handover(session: Session, authority: Authority, handover_id: int) -> Handover:
    """Return a handover that the person may know of, locked; raises `NotFound`."""
    found = select(Handover).where(Handover.id == handover_id, known_to(authority)).with_for_update()
    handover = session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if handover is None:
        raise NotFound
    return handover


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
