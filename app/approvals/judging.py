"""Whether a decision is accepted: the workflow's verdict in the words of refusals."""

from app.approvals.facts import SYSTEM_FACTS, facts_of
from app.approvals.standing import Standing
from app.errors import CommentRequired, NotAllowed, NotNow, Refused, Stale
from app.people.authority import Authority
from app.records.models import Record
from app.records.rereading import refusal_by_gate
from workflows.definitions import definition
from workflows.engine import Refusal, Request, decide
from workflows.model import State, Transition

_REFUSED: dict[Refusal, type[Refused]] = {
    Refusal.NOT_ALLOWED: NotAllowed,
    Refusal.STALE: Stale,
    Refusal.NOT_NOW: NotNow,
    Refusal.COMMENT_REQUIRED: CommentRequired,
}


def judge(
    actor: Authority | None, record: Record, standing: Standing, request: Request
) -> Transition | Refused:
    """Return the transition that a request makes of the record as it stands, or the refusal.

    The actor is None for the system.
    """
    verdict = decide(
        definition(record.route, record.route_version),
        State(record.state),
        turn=record.turn,
        sha256=record.sha256,
        request=request,
        facts=SYSTEM_FACTS if actor is None else facts_of(actor, record, standing),
    )
    if isinstance(verdict, Transition):
        return verdict
    closure = standing.closure
    if verdict is Refusal.LOCKED and closure is not None:
        return closure.refusal()
    by_gate = refusal_by_gate(record)
    if verdict is Refusal.NOT_TAKEN and by_gate is not None:
        return by_gate
    return _REFUSED[verdict]()
