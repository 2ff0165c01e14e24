"""Pages that list records: one's own, all that one may see, and the start page that leads to what is due."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import fields
from app.approvals.also_waiting import count_with_others
from app.approvals.blueprint import approvals
from app.approvals.forms import filters_from, position_after, position_from
from app.approvals.history import latest_comments
from app.approvals.lists import count_narrowed
from app.approvals.standstills import MOST_LISTED, standstills_for
from app.approvals.suggestions import period_choices, present_calendars
from app.catalogue.queries import record_types_ever_of
from app.clock import today
from app.page import session
from app.people.authority import SCHOOL_WIDE, Authority
from app.people.current import page_authority
from app.people.models import Role
from app.people.second_persons import count_confirmable
from app.people.which_school import schools_among
from app.records.lists import list_narrowed, narrow
from app.records.queries import RecordView
from workflows.model import State

PER_PAGE = 50
_FILTERS = ("state", "record_type", "period", "q", "school")


@approvals.get("/")
def home() -> ResponseReturnValue:
    """Lead to what is due: the queue if something waits, else the records one works with."""
    return redirect(url_for(_due(page_authority())))


@approvals.get("/ho-so")
def my_records() -> ResponseReturnValue:
    """List the person's own records."""
    return _list_page(page_authority(), page_authority().user_id)


@approvals.get("/truong")
def all_records() -> ResponseReturnValue:
    """List every record that the person may know of."""
    return _list_page(page_authority(), None)


def _due(authority: Authority) -> str:
    if count_with_others(session(), authority, most=1):
        return "approvals.queue_page"
    if count_confirmable(session(), authority, most=1):
        return "people.account_requests"
    held = {post.role for post in authority.posts}
    overlooks = held & (SCHOOL_WIDE | {Role.OFFICER})
    return "approvals.all_records" if overlooks else "approvals.my_records"


def _list_page(authority: Authority, owner: uuid.UUID | None) -> ResponseReturnValue:
    filters = filters_from(request.args, owner)
    narrowed = narrow(session(), authority, filters)
    found = list_narrowed(session(), narrowed, limit=PER_PAGE + 1, after=position_from(request.args))
    views = found[:PER_PAGE]
    own = schools_among(session(), authority.own_schools())
    asked = [each.id for each in own if filters.school in (None, each.code)]
    types = record_types_ever_of(session(), asked)
    calendar, *others = present_calendars(session(), asked, today())
    counts = count_narrowed(session(), narrowed)
    return render_template(
        "approvals/records.html",
        own=owner is not None,
        views=views,
        filters=filters,
        is_narrowed=bool(_kept()),
        states=[state.value for state in State if state in counts],
        total=_total(counts, filters.state),
        counts=counts,
        types=types,
        periods=period_choices(types, calendar, today(), others),
        schools={each.code: each.name for each in own} if len(own) > 1 else {},
        comments=latest_comments(session(), _returned(views)),
        next_url=_next_url(found),
        standstills=standstills_for(session(), authority) if owner is None else [],
        most_listed=MOST_LISTED,
    )


def _total(counts: Mapping[str, int | None], state: str | None) -> int | None:
    """Return how long the list is, where that was counted."""
    if state is not None:
        return counts.get(state, 0)
    return None if None in counts.values() else sum(count or 0 for count in counts.values())


def _returned(views: Sequence[RecordView]) -> list[uuid.UUID]:
    return [view.record.id for view in views if view.record.state == State.RETURNED]


def _next_url(found: Sequence[RecordView]) -> str:
    if len(found) <= PER_PAGE:
        return ""
    last = found[PER_PAGE - 1].record
    return url_for(request.endpoint or "", **_kept(), after=position_after(last.created_at, last.id))


def _kept() -> dict[str, Any]:
    """Return the filters in the address that narrow the list."""
    return {name: written for name in _FILTERS if (written := fields.line(request.args, name))}
