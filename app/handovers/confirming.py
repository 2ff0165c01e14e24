"""The two parties' word: the giver that he gave everything, the taker that he has it."""

from sqlalchemy.orm import Session

from app.db import now
from app.errors import NotAllowed
from app.handovers.journal import locked_handover, write_down
from app.handovers.models import Handover
from app.handovers.queries import is_due, is_giver_there
from app.handovers.refusals import GiverIsThere, HandoverMoved
from app.jobs import defer
from app.people.authority import Authority
from app.people.permissions import Permission, may


def may_give(authority: Authority, handover: Handover, *, giver_is_there: bool) -> bool:
    """Tell whether the person may confirm the giving: the giver, or once he is gone the office in his stead.

    Else the office could end anybody's posts with the help of a taker of its choice.
    """
    if giver_is_there:
        return authority.user_id == handover.from_user_id
    draws_up = may(authority, Permission.DRAW_UP_HANDOVERS, handover.school_id)
    return draws_up and authority.user_id != handover.to_user_id


def may_take(authority: Authority, handover: Handover) -> bool:
    """Tell whether the person may confirm the taking over: the taker, while he is in the school."""
    return authority.user_id == handover.to_user_id and authority.belongs_to(handover.school_id)


def confirm_giving(session: Session, authority: Authority, handover_id: int) -> None:
    """Confirm that everything named was given.

    Raises `NotFound`, `NotAllowed`, `GiverIsThere` for the office, or `HandoverMoved` when that was confirmed
    or the handover is over.
    """
    caller, handover = locked_handover(session, authority, handover_id)
    is_there = is_giver_there(session, handover)
    if not may_give(caller, handover, giver_is_there=is_there):
        raise (
            GiverIsThere
            if is_there and may(caller, Permission.DRAW_UP_HANDOVERS, handover.school_id)
            else NotAllowed
        )
    if handover.given_at is not None or _is_over(handover):
        raise HandoverMoved
    handover.given_at, handover.given_by_id = now(), caller.user_id
    in_stead = caller.user_id != handover.from_user_id
    write_down(session, str(caller.user_id), handover, "handover.given", in_stead=in_stead)
    _ask_to_carry_out(session, handover)


def confirm_taking(session: Session, authority: Authority, handover_id: int) -> None:
    """Confirm that everything named was taken over, from the taker's own account; raises as above."""
    caller, handover = locked_handover(session, authority, handover_id)
    if not may_take(caller, handover):
        raise NotAllowed
    if handover.taken_at is not None or _is_over(handover):
        raise HandoverMoved
    handover.taken_at = now()
    write_down(session, str(caller.user_id), handover, "handover.taken")
    _ask_to_carry_out(session, handover)


def _is_over(handover: Handover) -> bool:
    return handover.done_at is not None or handover.cancelled_at is not None


def _ask_to_carry_out(session: Session, handover: Handover) -> None:
    if is_due(handover):
        defer(session, "carry_out_handover", [{"handover_id": handover.id}])
