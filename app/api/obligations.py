"""Obligations: what is owed and when, and how it stands."""

from typing import Annotated

from flask import Response
from msgspec import Meta

from app.api import obligation_representations as shown
from app.api.answers import answer
from app.api.operations import LARGEST, Parameter
from app.api.paging import Moment, after, cursor, limit
from app.api.reading import choice, owner_asked, parameter
from app.catalogue.periods import is_year, year_in
from app.db import now
from app.errors import InvalidRequest
from app.obligations.queries import Filters, list_obligations
from app.obligations.standing import Status
from app.page import session
from app.people.authority import Authority

_Place = tuple[Annotated[int, Meta(ge=0, le=LARGEST)], Moment, Annotated[int, Meta(ge=0, le=2**63 - 1)]]
_STATUSES = frozenset(Status)
_TEXT = {"type": "string", "maxLength": 200}

FILTERS = (
    Parameter("owner", _TEXT, "Only what the person with this id owes, or `me`."),
    Parameter("record_type", _TEXT, "Only obligations of the type with this code."),
    Parameter("period", _TEXT, "Only obligations of this period, like `2026-2027/W12`."),
    Parameter("status", {"type": "string", "enum": ["", *Status]}, "Only obligations that stand so."),
    Parameter("school", _TEXT, "Only obligations in the school with this code."),
    Parameter(
        "year",
        {"type": "string", "pattern": "^([0-9]{4}-[0-9]{4})?$"},
        "The school year, like `2026-2027`; without it that of the period, or the present one.",
    ),
)


def show_obligations(authority: Authority) -> Response:
    """List the obligations that the caller may know of, school by school in the order of deadlines."""
    found = list_obligations(
        session(), authority, _filters(authority), now(), limit=limit(), after=after(_Place)
    )
    following = None if found.following is None else cursor(found.following)
    return answer(shown.Obligations([shown.obligation(view) for view in found.rows], following))


def _filters(authority: Authority) -> Filters:
    period, status = parameter("period"), choice("status", _STATUSES)
    return Filters(
        year=_year() or year_in(period or ""),
        owner=owner_asked(authority),
        record_type=parameter("record_type"),
        period=period,
        status=None if status is None else Status(status),
        school=parameter("school"),
    )


def _year() -> str | None:
    year = parameter("year")
    if year is not None and not is_year(year):
        raise InvalidRequest(fields="year")
    return year
