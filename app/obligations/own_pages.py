"""What one person owes: his own page with a button for each, and the same page as his leaders see it."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.approvals.standstills import MOST_LISTED, standstills_for
from app.catalogue.models import OwnerKind
from app.catalogue.periods import present_year
from app.clock import today
from app.curriculum.choices import Choice, choices_of
from app.curriculum.offering import named_files, told
from app.curriculum.recognition import recognise
from app.db import now
from app.errors import NotFound
from app.locks.closures import closures_of
from app.obligations.blueprint import obligations
from app.obligations.duties import sort_duties
from app.obligations.matching import is_lesson_of, slot_for
from app.obligations.models import Obligation
from app.obligations.queries import OwedView, views_of
from app.obligations.reach import check_known, scopes_of
from app.page import context, session
from app.people.authority import Authority
from app.people.current import page_authority
from app.people.models import Membership, User
from app.people.which_school import schools_among
from app.records.destination import departments_to_hand_in_for
from app.records.models import Record
from app.records.queries import RecordView, list_views
from app.schools.models import Department, School

MOST_SHOWN = 40
"""Rows of each part of the page; the rest is only counted."""
MOST_OFFERED = 40
"""Obligations offered for a file by the page itself; the others come with the first file."""


@obligations.get("/viec-cua-toi")
def my_duties() -> ResponseReturnValue:
    """Show what the person owes, most urgent first."""
    authority = page_authority()
    return _page(authority, authority.user_id, authority.name)


@obligations.post("/viec-cua-toi/xep")
def place_files() -> ResponseReturnValue:
    """Answer with the obligation, and the lesson, that each file is most likely for; null where unknown."""
    authority = page_authority()
    views = _owed_by(authority, authority.user_id, now())
    lessons = choices_of(session(), authority, present_year(), today())
    return jsonify([_placed(name, views, lessons) for name in named_files()])


@obligations.get("/viec-cua-toi/con-lai")
def more_slots() -> ResponseReturnValue:
    """Answer with what else the person owes in the year, as options for the files he drops."""
    authority, moment = page_authority(), now()
    views = _owed_by(authority, authority.user_id, moment)
    duties = sort_duties(views, moment)
    return render_template(
        "obligations/more_slots.html",
        duties=duties,
        closed=_closed(duties.open[MOST_OFFERED:]),
        schools=_several_schools(views),
        most_offered=MOST_OFFERED,
    )


@obligations.get("/theo-doi/nguoi/<uuid:person_id>")
def duties_of(person_id: uuid.UUID) -> ResponseReturnValue:
    """Show what somebody else owes to whoever looks after him."""
    authority = page_authority()
    check_known(session(), authority, scopes_of(session(), authority), person_id)
    person = session().get(User, person_id)
    if person is None:
        raise NotFound
    return _page(authority, person_id, person.name)


def _placed(name: str, views: Sequence[OwedView], lessons: Sequence[Choice]) -> dict[str, Any]:
    lesson = recognise(name, lessons)
    slot = slot_for(name, views, lesson)
    is_told = slot is not None and lesson is not None and is_lesson_of(lesson, slot)
    return {"slot": slot and slot.id, "lesson": told(lesson) if lesson and is_told else None}


def _page(authority: Authority, person_id: uuid.UUID, name: str) -> ResponseReturnValue:
    moment = now()
    views = _owed_by(authority, person_id, moment)
    duties = sort_duties(views, moment)
    records = _records([*duties.returned, *duties.under_way[:MOST_SHOWN]])
    passed_on = [view for view in duties.returned if _is_passed_on(view, records, person_id)]
    return render_template(
        "obligations/duties.html",
        own=person_id == authority.user_id,
        name=name,
        person_id=person_id,
        duties=duties,
        to_mend=[view for view in duties.returned if view not in passed_on],
        passed_on=passed_on,
        total=len(views),
        records=records,
        closed=_closed(duties.open),
        standstills=standstills_for(session(), authority) if person_id == authority.user_id else [],
        most_listed=MOST_LISTED,
        most=MOST_SHOWN,
        most_offered=MOST_OFFERED,
        year=present_year(),
        limit_mb=context().settings.max_upload_mb,
        departments=_departments(authority) if person_id == authority.user_id else {},
        schools=_several_schools(views),
    )


def _several_schools(views: Sequence[OwedView]) -> Mapping[str, str]:
    """Return the names of the schools where something is owed, by their codes, if they are several."""
    owed_at = {view.school_id for view in views}
    return {each.code: each.name for each in schools_among(session(), owed_at)} if len(owed_at) > 1 else {}


def _departments(authority: Authority) -> Mapping[School, Sequence[Department]]:
    """Return the departments to choose from in each school where the person is in several."""
    found = {
        school: departments_to_hand_in_for(session(), authority, OwnerKind.TEACHER, school.id)
        for school in schools_among(session(), authority.own_schools())
    }
    return {school: several for school, several in found.items() if len(several) > 1}


def _owed_by(authority: Authority, person_id: uuid.UUID, moment: datetime) -> list[OwedView]:
    """Read what somebody owes in the schools he belongs to, as far as the caller may know of it."""
    belongs_to = set(session().scalars(select(Membership.school_id).where(Membership.user_id == person_id)))
    scopes = [scope for scope in scopes_of(session(), authority) if scope.school_id in belongs_to]
    own = Obligation.owner_id == person_id
    return [view for scope in scopes for view in views_of(session(), scope, present_year(), moment, own)]


def _closed(views: Sequence[OwedView]) -> set[int]:
    """Return which of these can be handed in for no more, or not yet again: their periods are closed."""
    closures = closures_of(session(), {view.school_id for view in views})
    return {view.id for view in views if closures.over(view.school_id, view.type_code, view.period)}


def _records(views: Sequence[OwedView]) -> dict[uuid.UUID, RecordView]:
    """Return the records that need somebody, for who that is and since when."""
    ids = [view.record_id for view in views if view.record_id is not None]
    found = list_views(session(), Record.id.in_(ids), (Record.id,), len(ids)) if ids else []
    return {view.record.id: view for view in found}


def _is_passed_on(view: OwedView, records: Mapping[uuid.UUID, RecordView], person_id: uuid.UUID) -> bool:
    """Tell whether a person's own record was handed over, so that it is for the taker to mend."""
    seen = None if view.record_id is None else records.get(view.record_id)
    return (
        view.party == f"u:{person_id}" and seen is not None and not seen.record.is_answered_for_by(person_id)
    )
