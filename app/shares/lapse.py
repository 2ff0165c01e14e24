"""Ending what was shared with an office that does not oversee the school any more, and telling the school."""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import not_, or_, select
from sqlalchemy.orm import Session

from app.clock import today
from app.context import Context
from app.jobs import Arguments, defer
from app.notices.letters import write
from app.notices.mail import post
from app.people.authority import LEADERS
from app.people.leading import holders_of
from app.people.models import Role, User
from app.schools.models import Office, School
from app.schools.queries import oversees
from app.shares.models import Share, ShareDecision, ShareState, ShareStep
from app.shares.steps import carry_out, note

_SYSTEM = "system"
_TOLD = (*LEADERS, Role.RECORDS_ADMIN)
_LASTING = (ShareState.REQUESTED, ShareState.OPENING, ShareState.OPEN)


def lapse_shares(session: Session) -> None:
    """Close what offices hold that closed or oversee the school no more, and queue the letters about it.

    A request of theirs is refused. An office that follows gets nothing by it: the school shares anew.
    """
    ended: dict[tuple[int, int], list[str]] = defaultdict(list)
    for share in _without_oversight(session):
        _lapse(session, share)
        ended[share.school_id, share.office_id].append(share.email)
    for (school_id, office_id), readers in ended.items():
        _tell(session, school_id, office_id, readers)


def mail_about_lapse(context: Context, school_id: int, office_id: int, readers: str, user_id: str) -> None:
    """Write to one of the school's leaders whose access ended; raises `OSError`, `MailRefused`."""
    with context.database.transaction() as session:
        told = session.get_one(User, uuid.UUID(user_id))
        letter = write(
            "share_lapsed",
            told.language,
            school=session.get_one(School, school_id).name,
            office=session.get_one(Office, office_id).name,
            told=told.name,
            readers=readers.split(),
            address=f"{context.settings.base_url}/chia-se",
        )
    post(context.settings, told.email, letter)


def _without_oversight(session: Session) -> Sequence[Share]:
    """List, locked and by school, what lasts though its office is not over the school."""
    closed = select(Office.id).where(Office.closed_on < today())
    gone = or_(Share.office_id.in_(closed), not_(oversees(Share.office_id, Share.school_id)))
    found = select(Share).where(Share.state.in_(_LASTING), gone).order_by(Share.school_id, Share.id)
    return session.scalars(found.with_for_update(of=Share, skip_locked=True)).all()


def _lapse(session: Session, share: Share) -> None:
    asked = share.state == ShareState.REQUESTED
    share.state = ShareState.REFUSED if asked else ShareState.CLOSING
    session.add(ShareDecision(share_id=share.id, step=ShareStep.LAPSE, role=_SYSTEM, until=share.until))
    carry_out(session, share)
    note(session, share, "share.lapsed", _SYSTEM, {"answered": not asked})


def _tell(session: Session, school_id: int, office_id: int, readers: Sequence[str]) -> None:
    letters: list[Arguments] = [
        {
            "school_id": school_id,
            "office_id": office_id,
            "readers": " ".join(sorted(set(readers))),
            "user_id": str(person),
        }
        for person in holders_of(session, school_id, _TOLD)
    ]
    defer(session, "mail_about_lapse", letters)
