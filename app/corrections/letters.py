"""Telling by mail whose turn it is in a correction: the principal, the owner, the witnesses."""

import uuid
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import VIETNAM
from app.context import Context
from app.corrections.models import Correction, CorrectionState
from app.corrections.queries import is_requester_there, state_of
from app.jobs import Arguments, defer
from app.notices.letters import write
from app.notices.mail import post
from app.people.authority import LEADERS
from app.people.leading import holders_of, principals_now
from app.people.models import Role, User
from app.records.models import Record
from app.records.routing import makers_of
from app.schools.models import School

_WITNESSES = [*sorted(LEADERS), Role.RECORDS_ADMIN]


class Step(StrEnum):
    """After which step a letter is written, and the name of its template."""

    REQUESTED = "requested"
    DECIDED = "decided"
    HANDED_IN = "handed_in"


def tell(session: Session, correction: Correction, step: Step) -> None:
    """Queue letters to those whose turn it is after a step, in the caller's transaction."""
    letters: list[Arguments] = [
        {"correction_id": correction.id, "step": step.value, "user_id": str(reader)}
        for reader in _readers(session, correction, step)
    ]
    defer(session, "mail_about_correction", letters)


def tell_witnesses(session: Session, record_id: uuid.UUID) -> None:
    """Queue letters to the witnesses of a record's open correction, if any: a version was handed in."""
    of_record = select(Correction).where(
        Correction.record_id == record_id, Correction.state == CorrectionState.OPEN
    )
    for correction in session.scalars(of_record).all():
        tell(session, correction, Step.HANDED_IN)


def mail_about_correction(context: Context, correction_id: int, step: str, user_id: str) -> None:
    """Write to one person, unless that step is past by now; raises `OSError`, `MailRefused`."""
    with context.database.transaction() as session:
        correction = session.get_one(Correction, correction_id)
        record = session.get_one(Record, correction.record_id)
        school = session.get_one(School, correction.school_id).name
        reader = session.get_one(User, uuid.UUID(user_id))
        owner = session.get_one(User, correction.requested_by_id).name
    if not _is_due(correction, Step(step)):
        return
    letter = write(
        f"correction_{step}",
        reader.language,
        school=school,
        reader=reader.name,
        owner=owner,
        title=record.title,
        reason=correction.reason,
        state=correction.state,
        comment=correction.comment,
        until=_shown(correction.until),
        address=f"{context.settings.base_url}/sua-chua/{correction.id}",
    )
    post(context.settings, reader.email, letter)


def _readers(session: Session, correction: Correction, step: Step) -> Collection[uuid.UUID]:
    if step is Step.DECIDED:
        return [_whose_turn(session, correction)]
    own: frozenset[object] = frozenset({correction.requested_by_id})
    if step is Step.REQUESTED:
        readers = principals_now(session, correction.school_id)
        own |= makers_of(session.get_one(Record, correction.record_id))
    else:
        readers = holders_of(session, correction.school_id, _WITNESSES)
    return [reader for reader in readers if reader not in own]


def _whose_turn(session: Session, correction: Correction) -> uuid.UUID:
    """Return who hands the new version in: whoever asked, or who answers for the record since he left."""
    is_there = session.scalar(select(is_requester_there()).where(Correction.id == correction.id))
    record = session.get_one(Record, correction.record_id)
    return correction.requested_by_id if is_there else record.keeper_id or record.owner_id


def _is_due(correction: Correction, step: Step) -> bool:
    state = state_of(correction)
    due = {Step.REQUESTED: CorrectionState.REQUESTED, Step.HANDED_IN: CorrectionState.OPEN}
    return due.get(step, state) is state


def _shown(moment: datetime | None) -> str:
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M") if moment else ""
