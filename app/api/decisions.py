"""Decisions about one record or many."""

import unicodedata
import uuid

from flask import Response

from app.api import representations as shown
from app.api.answers import answer
from app.api.reading import body_of
from app.approvals.actions import Decision, Outcome, act, act_on_many
from app.fields import as_identity
from app.page import context, session
from app.people.authority import Authority
from app.records.queries import view_of, views_of
from workflows.model import Action

_NO_RECORD = uuid.UUID(int=0)


def decide(authority: Authority, record_id: uuid.UUID) -> Response:
    """Decide on one record."""
    given = body_of(shown.Decision)
    comment = _comment(given.comment)
    act(session(), authority, Decision(record_id, Action(given.action), given.turn, given.sha256, comment))
    _commit()
    with context().database.reading() as after:
        return answer(shown.record(after, authority, view_of(after, authority, record_id)))


def decide_many(authority: Authority) -> Response:
    """Decide on many records at once, each by itself."""
    given = body_of(shown.Decisions)
    action, comment = Action(given.action), _comment(given.comment)
    decisions = [
        Decision(as_identity(seen.id) or _NO_RECORD, action, seen.turn, seen.sha256, comment)
        for seen in given.items
    ]
    outcomes = act_on_many(session(), authority, decisions)
    _commit()
    records = _accepted(authority, outcomes)
    pairs = zip(given.items, outcomes, strict=True)
    return answer(shown.Results([_result(seen, outcome, records) for seen, outcome in pairs]))


def _commit() -> None:
    """Commit before the answer is read: until then nobody else of the school can decide anything."""
    session().commit()


def _accepted(authority: Authority, outcomes: list[Outcome]) -> dict[uuid.UUID, shown.Record]:
    accepted = [outcome.record_id for outcome in outcomes if outcome.refusal is None]
    views = views_of(session(), authority, accepted) if accepted else []
    return {record.id: record for record in shown.records(session(), authority, views)}


def _result(seen: shown.Seen, outcome: Outcome, records: dict[uuid.UUID, shown.Record]) -> shown.Result:
    if outcome.refusal is not None:
        return shown.Result(seen.id, ok=False, code=outcome.refusal.code)
    return shown.Result(seen.id, ok=True, record=records.get(outcome.record_id))


def _comment(written: str | None) -> str:
    return unicodedata.normalize("NFC", written or "").strip()
