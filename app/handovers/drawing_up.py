"""Drawing up a handover, and cancelling one that was not carried out."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.catalogue.periods import school_year_of
from app.clock import today
from app.db import now
from app.errors import NotAllowed, NotFound
from app.handovers.holdings import Holding, chosen, duties_of, records_of
from app.handovers.journal import locked_handover, write_down
from app.handovers.letters import tell_parties
from app.handovers.models import Handover, HandoverItem
from app.handovers.queries import givers_of, staff_of
from app.handovers.refusals import (
    BadDay,
    BadTaker,
    HandoverMoved,
    HandoverReasonRequired,
    NothingToHandOver,
)
from app.people.accounts import LastAdministrator
from app.people.authority import Authority
from app.people.holding import caller_now, keep_posts
from app.people.leaving import is_last_administrator
from app.people.permissions import Permission, may, require
from app.reasons import reason_of

LONGEST_REASON = 500
MOST_DAYS = 120
"""How far before or after today a handover may take effect."""


@dataclass(frozen=True)
class Draft:
    """What the office writes down: who gives what to whom, from which day on, and why.

    `keys` are those of the holdings that were ticked.
    """

    from_user_id: uuid.UUID
    to_user_id: uuid.UUID
    takes_effect_on: date
    reason: str
    leaves: bool
    keys: Sequence[str]


def draw_up(session: Session, authority: Authority, school_id: int, draft: Draft) -> Handover:
    """Write a school's handover down, with a copy of what it names, for both parties to confirm.

    Raises `NotAllowed`, `NotFound` for a giver who never worked in the school, `BadTaker`, `BadDay`,
    `HandoverReasonRequired`, `NothingToHandOver`, and `LastAdministrator`.
    """
    if not may(authority, Permission.DRAW_UP_HANDOVERS, school_id):
        raise NotAllowed  # before anybody has to wait for a stranger
    keep_posts(session, [school_id])
    caller = caller_now(session, authority)
    require(caller, Permission.DRAW_UP_HANDOVERS, school_id)
    items = _checked(session, school_id, draft)
    made = Handover(
        school_id=school_id,
        year=school_year_of(draft.takes_effect_on),
        from_user_id=draft.from_user_id,
        to_user_id=draft.to_user_id,
        reason=reason_of(draft.reason, LONGEST_REASON, HandoverReasonRequired),
        takes_effect_on=draft.takes_effect_on,
        leaves=draft.leaves,
        prepared_by_id=caller.user_id,
    )
    session.add(made)
    session.flush()
    session.add_all(_item(made, each) for each in items)
    tell_parties(session, made)
    write_down(session, str(caller.user_id), made, "handover.drawn_up", items=len(items))
    return made


def cancel(session: Session, authority: Authority, handover_id: int) -> None:
    """Cancel a handover that was not carried out; raises `NotFound`, `NotAllowed`, `HandoverMoved`."""
    caller, handover = locked_handover(session, authority, handover_id)
    require(caller, Permission.DRAW_UP_HANDOVERS, handover.school_id)
    if handover.done_at is not None or handover.cancelled_at is not None:
        raise HandoverMoved
    handover.cancelled_at = now()
    write_down(session, str(caller.user_id), handover, "handover.cancelled")


def _checked(session: Session, school_id: int, draft: Draft) -> list[Holding]:
    if draft.from_user_id not in {each.user_id for each in givers_of(session, school_id)}:
        raise NotFound
    staff = {each.user_id for each in staff_of(session, school_id)}
    if draft.to_user_id not in staff - {draft.from_user_id}:
        raise BadTaker
    if abs((draft.takes_effect_on - today()).days) > MOST_DAYS:
        raise BadDay(days=MOST_DAYS)
    reason_of(draft.reason, LONGEST_REASON, HandoverReasonRequired)
    if draft.leaves and is_last_administrator(session, school_id, draft.from_user_id):
        raise LastAdministrator
    held = records_of(session, school_id, draft.from_user_id)
    held += duties_of(session, school_id, draft.from_user_id)
    items = chosen(held, draft.keys)
    if not items and not draft.leaves:
        raise NothingToHandOver
    return items


def _item(handover: Handover, holding: Holding) -> HandoverItem:
    return HandoverItem(
        handover_id=handover.id,
        record_id=holding.record_id,
        assignment_id=holding.assignment_id,
        title=holding.title,
        detail=holding.detail,
    )
