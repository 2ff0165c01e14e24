"""Records: handing in, finding, and the queue of what waits for the caller."""

import uuid

from flask import Response, url_for

from app.api import representations as shown
from app.api.answers import answer
from app.api.paging import ByTime, after, limit, page
from app.api.reading import choice, form_of, owner_asked, parameter, upload
from app.approvals.queue import waiting_for
from app.approvals.submissions import resubmit, submit
from app.page import context, session
from app.people.authority import Authority
from app.records.intake import Description
from app.records.lists import Filters, list_records
from app.records.queries import RecordView, view_of
from workflows.model import State

_STATES = frozenset(State)


def create_record(authority: Authority) -> Response:
    """Take a file in as a new record."""
    file, said = upload(), form_of(shown.Description)
    description = Description(
        said.record_type,
        said.period,
        said.title,
        said.class_name,
        said.subject,
        school=said.school,
        department=said.department,
    )
    view = submit(context(), authority, file, description)
    return _created(authority, view)


def create_version(authority: Authority, record_id: uuid.UUID) -> Response:
    """Take a file in as the next version of a record that was returned or withdrawn."""
    view = view_of(session(), authority, record_id)
    return _created(authority, resubmit(context(), authority, upload(), view))


def show_records(authority: Authority) -> Response:
    """List the records that the caller may know of, newest first."""
    size, place = limit(), after(ByTime)
    found = list_records(session(), authority, _filters(authority), limit=size + 1, after=place)
    views, following = page(found, size, lambda view: (view.record.created_at, view.record.id))
    return answer(shown.Records(shown.records(session(), authority, views), following))


def show_queue(authority: Authority) -> Response:
    """List the records that wait for the caller's decision, oldest first."""
    size, place = limit(), after(ByTime)
    with context().database.reading() as reading:
        found = waiting_for(reading, authority, limit=size + 1, after=place)
        views, following = page(found, size, lambda view: (view.record.waiting_since, view.record.id))
        return answer(shown.Records(shown.records(reading, authority, views), following))


def show_record(authority: Authority, record_id: uuid.UUID) -> Response:
    """Show one record."""
    return answer(shown.record(session(), authority, view_of(session(), authority, record_id)))


def _created(authority: Authority, view: RecordView) -> Response:
    response = answer(shown.record(session(), authority, view), 201)
    response.headers["Location"] = url_for("api.show_record", record_id=view.record.id)
    return response


def _filters(authority: Authority) -> Filters:
    return Filters(
        state=choice("state", _STATES),
        record_type=parameter("record_type"),
        owner=owner_asked(authority),
        period=parameter("period"),
        school=parameter("school"),
        q=parameter("q"),
    )
