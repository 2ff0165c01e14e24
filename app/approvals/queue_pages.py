"""The queue: what waits for one's decision, oldest first, and deciding on many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from app import fields
from app.approvals.actions import Outcome, act_on_many
from app.approvals.also_waiting import also_waiting_for
from app.approvals.blueprint import approvals
from app.approvals.facts import actions_for
from app.approvals.forms import MOST_DECIDED, decisions_from, position_after, position_from
from app.approvals.queue import count_waiting, units_waiting, waiting_for
from app.approvals.standing import standings_of
from app.approvals.standstills import MOST_LISTED, standstills_for
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


@approvals.get("/cho-duyet")
@login_required  # type: ignore[untyped-decorator]
def queue_page() -> ResponseReturnValue:
    """Show what waits for the person."""
    return _queue_page(page_authority(), "", [])


@approvals.post("/cho-duyet")
@login_required  # type: ignore[untyped-decorator]
def decide_many() -> ResponseReturnValue:
    """Carry out one decision on every chosen record and show what became of each."""
    authority = page_authority()
    outcomes = act_on_many(session(), authority, decisions_from(request.form))
    session().commit()
    return _queue_page(authority, fields.line(request.form, "action"), _results(authority, outcomes))


def _results(authority: Authority, outcomes: Sequence[Outcome]) -> list[Result]:
    seen = views_of(session(), authority, [outcome.record_id for outcome in outcomes])
    views = {view.record.id: view for view in seen}
    return [_result(views.get(outcome.record_id), outcome) for outcome in outcomes]


def _result(view: RecordView | None, outcome: Outcome) -> Result:
    return Result(view) if outcome.refusal is None else Result(view, *sentences(outcome.refusal))


def _queue_page(authority: Authority, action: str, results: list[Result]) -> ResponseReturnValue:
    department = fields.line(request.args, "department")
    units = {
        name or gettext("Nhà trường"): unit for name, unit in units_waiting(session(), authority).items()
    }
    unit = units.get(department)
    size = MOST_DECIDED if unit or "all" in request.args else PER_PAGE
    found = waiting_for(session(), authority, limit=size + 1, after=position_from(request.args), unit=unit)
    views = found[:size]
    standings = standings_of(session(), [view.record for view in views])
    offered = {
        view.record.id: actions_for(authority, view.record, standings[view.record.id]) for view in views
    }
    return render_template(
        "approvals/queue.html",
        views=views,
        total=count_waiting(session(), authority, unit=unit),
        actions=[each.value for each in _IN_BULK if any(each in actions for actions in offered.values())],
        closed={
            record_id: closure
            for record_id, actions in offered.items()
            if not actions and (closure := standings[record_id].closure)
        },
        units=sorted(units),
        department=department if unit else "",
        decided=action,
        results=results,
        also=also_waiting_for(session(), authority),
        standstills=standstills_for(session(), authority),
        most_listed=MOST_LISTED,
        next_url=_next_url(found, size),
        all_url=url_for("approvals.queue_page", all=1) if size == PER_PAGE < len(found) else "",
    )


def _next_url(found: Sequence[RecordView], size: int) -> str:
    if len(found) <= size:
        return ""
    last = found[size - 1].record
    kept: dict[str, Any] = {
        name: written for name in ("department", "all") if (written := fields.line(request.args, name))
    }
    return url_for("approvals.queue_page", **kept, after=position_after(last.waiting_since, last.id))
