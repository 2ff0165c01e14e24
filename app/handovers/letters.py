"""Telling both parties by mail that a handover waits for their confirmation."""

import uuid

from sqlalchemy.orm import Session

from app.context import Context
from app.handovers.models import Handover
from app.jobs import Arguments, defer
from app.notices.mail import write_to
from app.people.models import User
from app.schools.models import School


def tell_parties(session: Session, handover: Handover) -> None:
    """Queue a letter to giver and taker, in the caller's transaction."""
    letters: list[Arguments] = [
        {"handover_id": handover.id, "user_id": str(reader)}
        for reader in (handover.from_user_id, handover.to_user_id)
    ]
    defer(session, "mail_about_handover", letters)


def mail_about_handover(context: Context, handover_id: int, user_id: str) -> None:
    """Write to one party, unless he confirmed or it is over by now; raises `OSError`, `MailRefused`."""
    with context.database.transaction() as session:
        handover = session.get_one(Handover, handover_id)
        reader = session.get_one(User, uuid.UUID(user_id))
        school = session.get_one(School, handover.school_id).name
        giver = session.get_one(User, handover.from_user_id).name
        taker = session.get_one(User, handover.to_user_id).name
    said = handover.given_at if reader.id == handover.from_user_id else handover.taken_at
    if said is not None or handover.cancelled_at is not None or reader.disabled_at is not None:
        return
    write_to(
        context.settings,
        reader,
        "handover_drawn_up",
        f"/ban-giao/{handover.id}",
        school=school,
        giver=giver,
        taker=taker,
        reason=handover.reason,
        day=handover.takes_effect_on.strftime("%d/%m/%Y"),
    )
