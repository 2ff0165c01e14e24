"""The queue: what waits for one's decision, oldest first, and deciding on many at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.approvals.actions import Outcome, act_on_many
from app.approvals.also_waiting import also_waiting_for
from app.approvals.blueprint import approvals
from app.approvals.facts import actions_for
from app.approvals.forms import MOST_DECIDED, NothingChosen, decisions_from, position_after, position_from
from app.approvals.queue import MOST_COUNTED, Cursor, Unit, count_waiting, units_waiting, waiting_for
from app.approvals.standing import standings_of
from app.approvals.standstills import MOST_LISTED, standstills_for
from app.errors import CommentRequired, Refused, TextTooLong
from app.page import sentences, session
from app.people.authority import Authority
from app.people.current import page_authority
from app.records.queries import RecordView, views_of
from workflows.model import Action

PER_PAGE = 100

_IN_BULK = (Action.SIGN_OFF, Action.APPROVE, Action.RETURN)


@dataclass(frozen=True)
class Result:
    """What became of one record of a bulk decision; without a detail it was accepted."""

    view: RecordView | None
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True)
class _Asked:
    """Which part of the queue is looked at."""

    department: str
    after: Cursor | None
    everything: bool


@approvals.get("/cho-duyet")
def queue_page() -> ResponseReturnValue:
    """Show what waits for the person."""
    return _queue_page(page_authority(), _asked(), "", [])


@approvals.post("/cho-duyet")
def decide_many() -> ResponseReturnValue:
    """Carry out one decision on every chosen record and show what became of each."""
    authority, asked, action = page_authority(), _asked(), fields.line(request.form, "action")
    try:
        decisions = decisions_from(request.form)
    except (NothingChosen, CommentRequired, TextTooLong) as refusal:
        return _queue_page(authority, asked, action, [], refusal), refusal.status
    outcomes = act_on_many(session(), authority, decisions)
    session().commit()
    return _queue_page(authority, asked, action, _results(authority, outcomes))


def _results(authority: Authority, outcomes: Sequence[Outcome]) -> list[Result]:
    seen = views_of(session(), authority, [outcome.record_id for outcome in outcomes])
    views = {view.record.id: view for view in seen}
    return [_result(views.get(outcome.record_id), outcome) for outcome in outcomes]


def _result(view: RecordView | None, outcome: Outcome) -> Result:
    return Result(view) if outcome.refusal is None else Result(view, *sentences(outcome.refusal))


def _asked() -> _Asked:
    department = fields.line(request.args, "department")
    return _Asked(department, position_from(request.args), everything="all" in request.args)


def _units(authority: Authority) -> dict[str, Unit]:
    """Return the units to choose from by the names that the page shows."""
    units: dict[str, Unit] = {}
    for name, unit in units_waiting(session(), authority).items():
        shown = name or gettext("Nhà trường")
        units[shown] = units.get(shown, frozenset()) | unit
    return units


def _queue_page(
    authority: Authority, asked: _Asked, action: str, results: list[Result], refusal: Refused | None = None
) -> str:
    units = _units(authority)
    # A department in which nothing waits any more shows nothing, not what waits in all others.
    unit = units.get(asked.department, frozenset()) if asked.department else None
    size = MOST_DECIDED if unit or asked.everything else PER_PAGE
    found = waiting_for(session(), authority, limit=size + 1, after=asked.after, unit=unit)
    views = found[:size]
    standings = standings_of(session(), [view.record for view in views])
    offered = {
        view.record.id: actions_for(authority, view.record, standings[view.record.id]) for view in views
    }
    return render_template(
        "approvals/queue.html",
        views=views,
        several_schools=len(authority.own_schools()) > 1,
        total=_told(count_waiting(session(), authority, unit=unit)),
        actions=[each.value for each in _IN_BULK if any(each in actions for actions in offered.values())],
        closed={
            record_id: closure
            for record_id, actions in offered.items()
            if not actions and (closure := standings[record_id].closure)
        },
        units=sorted(units),
        department=asked.department,
        decided=action,
        results=results,
        refused=sentences(refusal) if refusal else None,
        chosen=frozenset(fields.several(request.form, "item", MOST_DECIDED)),
        comment=_comment_kept(refusal, results),
        also=also_waiting_for(session(), authority),
        standstills=standstills_for(session(), authority),
        most_listed=MOST_LISTED,
        next_url=_next_url(found, size, asked),
        all_url=url_for("approvals.queue_page", all=1) if size == PER_PAGE < len(found) else "",
    )


def _comment_kept(refusal: Refused | None, results: Sequence[Result]) -> str:
    """Return the reason that was typed, where it was not used for every record that was chosen."""
    is_used = refusal is None and not any(result.detail for result in results)
    return "" if is_used else fields.text(request.form, "comment")


def _told(count: int) -> str:
    """Return the number that a page shows; beyond what is counted there are only more."""
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def _next_url(found: Sequence[RecordView], size: int, asked: _Asked) -> str:
    if len(found) <= size:
        return ""
    last = found[size - 1].record
    after = position_after(last.waiting_since, last.id)
    everything = 1 if asked.everything else None
    return url_for("approvals.queue_page", department=asked.department or None, all=everything, after=after)
