"""The principal's word on a request: consent until a moment, or refusal."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.corrections.journal import Held, locked_correction, write_down
from app.corrections.letters import Step, tell
from app.corrections.models import Correction, CorrectionState
from app.corrections.refusals import BadUntil, CorrectionMoved, RefusalUnexplained
from app.db import now
from app.errors import NotAllowed
from app.people.authority import Authority, Post
from app.people.permissions import Permission, Target, may
from app.reasons import explanation_of
from app.records.models import Record
from app.records.routing import makers_of

LONGEST = timedelta(days=30)
"""For how long one record is opened at most."""
LONGEST_COMMENT = 2000


def consent(session: Session, authority: Authority, correction_id: int, until: datetime) -> None:
    """Open one record for its owner's new version until a moment.

    Raises `NotFound`, `NotAllowed` for anybody but the principal or his delegate, and for whoever asked or
    whose record it is, `CorrectionMoved` or `BadUntil`.
    """
    held, post = _to_decide(session, authority, correction_id)
    if not now() < until <= now() + LONGEST:
        raise BadUntil(days=LONGEST.days)
    held.correction.until = until
    _decided(session, held, post, CorrectionState.OPEN)


def refuse(session: Session, authority: Authority, correction_id: int, comment: str) -> None:
    """Refuse a request, saying why; raises as `consent` does, `TextTooLong` or `RefusalUnexplained`."""
    held, post = _to_decide(session, authority, correction_id)
    held.correction.comment = explanation_of(comment, LONGEST_COMMENT, RefusalUnexplained, name="comment")
    _decided(session, held, post, CorrectionState.REFUSED)


def may_decide(authority: Authority, correction: Correction, record: Record) -> bool:
    """Tell whether the person holds the principal's authority over a request and a record not his own."""
    own = Target(correction.school_id, makers_of(record) | {correction.requested_by_id})
    return may(authority, Permission.DECIDE_CORRECTIONS, own)


def _to_decide(session: Session, authority: Authority, correction_id: int) -> tuple[Held, Post]:
    held = locked_correction(session, authority, correction_id)
    post = held.caller.leads(held.correction.school_id)
    if post is None or not may_decide(held.caller, held.correction, held.record):
        raise NotAllowed
    if held.correction.state != CorrectionState.REQUESTED:
        raise CorrectionMoved
    return held, post


def _decided(session: Session, held: Held, post: Post, state: CorrectionState) -> None:
    correction, caller = held.correction, held.caller
    correction.state = state
    correction.decided_by_id, correction.decided_at = caller.user_id, now()
    correction.decider_name = caller.name
    correction.role, correction.capacity = post.role, post.capacity
    tell(session, correction, Step.DECIDED)
    write_down(session, caller, correction, f"correction.{state}", role=post.role, capacity=post.capacity)
