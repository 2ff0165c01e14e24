"""The board of a school or department: record types, people and periods, at a glance and in numbers."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import ColumnElement

from app.approvals.standstills import MOST_LISTED, Standstill, standstills_in
from app.calendar.days import Calendar
from app.calendar.queries import calendar_of
from app.catalogue.models import PeriodKind, RecordType
from app.catalogue.periods import label_parts, present_year
from app.catalogue.queries import record_types_of
from app.db import now
from app.errors import InvalidRequest, NotAllowed, NotFound
from app.obligations.blueprint import obligations
from app.obligations.board import Mark, counted
from app.obligations.board_forms import Asked, asked_from
from app.obligations.grid import Drawing, Grid, Head, drawn
from app.obligations.models import Obligation
from app.obligations.reach import Scope, boards_of, scopes_of
from app.obligations.tables import by_period, by_type
from app.obligations.windows import overview_columns, period_columns
from app.obligations.words import PARTIES, SIGNS, STATUSES
from app.page import session
from app.people.authority import Authority
from app.people.current import page_authority
from app.people.permissions import Permission, schools_where
from app.people.school_choice import code_asked, in_one_school, school_shown
from app.people.which_school import schools_among
from app.schools.models import School
from app.schools.queries import departments_of


@obligations.get("/theo-doi")
@in_one_school
def board_page() -> ResponseReturnValue:
    """Show how everything stands that is owed in a school or a department."""
    authority = page_authority()
    if authority.office_ids() and "school" not in request.args:
        return redirect(url_for("oversight.schools_page"))
    scope = _scope(authority)
    calendar = calendar_of(session(), scope.school_id, present_year())
    return render_template("obligations/board.html", **_shown(scope, calendar))


def _scope(authority: Authority) -> Scope:
    """Return the one of the person's own schools that the board is about, or one that their office oversees.

    Raises `NotFound`, or `NotAllowed` where they neither overlook a school nor head a department.
    """
    own = boards_of(authority)
    if not own and not authority.office_ids():
        raise NotAllowed
    asked = code_asked()
    if asked and asked not in {school.code for school in schools_among(session(), own)}:
        found = [scope for scope in scopes_of(session(), authority, asked) if scope.overseen]
    else:
        found = scopes_of(session(), authority, school_shown(own).code)
    if not found:
        raise NotFound
    return found[0]


def _standstills(scope: Scope) -> list[Standstill]:
    """Return what waits for nobody, to whoever may know of everybody's; an office is shown how much it is."""
    return standstills_in(session(), [scope.school_id]) if scope.whole else []


def _shown(scope: Scope, calendar: Calendar) -> dict[str, Any]:
    asked = asked_from(request.args, calendar)
    types = _types(scope, calendar.year)
    chosen = next((each for each in types if each.code == asked.record_type), None)
    if asked.record_type and chosen is None:
        raise InvalidRequest(fields="record_type")
    return {
        "school": session().get_one(School, scope.school_id),
        "scope": scope,
        "standstills": _standstills(scope),
        "most_listed": MOST_LISTED,
        "calendar": calendar,
        "kinds": list(PeriodKind),
        "asked": asked,
        "types": {each.code: each for each in types},
        "chosen": chosen,
        "departments": departments_of(session(), scope.school_id) if scope.whole else [],
        "tables": _grids(scope, calendar, asked, types, chosen),
        "all_word": gettext("Tất cả"),
        "signs": _signs(),
        "statuses": STATUSES,
        "marks": [mark for mark in Mark if mark is not Mark.NOTHING],
        "may_plan": scope.school_id in schools_where(page_authority(), Permission.SET_REMINDERS),
        "at": now(),
    }


def _types(scope: Scope, year: str) -> list[RecordType]:
    kept = record_types_of(session(), scope.school_id, year)
    return [each for each in kept if not (scope.overseen and each.sensitive)]


def _grids(
    scope: Scope, calendar: Calendar, asked: Asked, types: Sequence[RecordType], chosen: RecordType | None
) -> list[tuple[str, Grid]]:
    """Make the tables with their titles, ready to be drawn."""
    school = session().get_one(School, scope.school_id)
    classes_url = "" if scope.overseen else url_for("teaching.classes_page", school_code=school.code)
    drawing = Drawing(school.name, classes_url, _signs(), _total_words())
    conditions: list[ColumnElement[bool]] = []
    if asked.department is not None:
        conditions.append(Obligation.department_id == asked.department)
    if chosen is None:
        columns = overview_columns(calendar, asked.window)
        found = counted(session(), scope, calendar.year, now(), columns, conditions)
        tables = by_type(found, [each.code for each in types])
        heads = {each.code: _type_head(asked, each) for each in types}
        return [(gettext(PARTIES[kind]), drawn(table, heads, drawing)) for kind, table in tables.items()]
    conditions.append(RecordType.code == chosen.code)
    columns = period_columns(calendar, asked.window, PeriodKind(chosen.period_kind))
    found = counted(session(), scope, calendar.year, now(), columns, conditions)
    heads = {column: _period_head(asked, column) for column in columns.values()}
    return [("", drawn(by_period(found, list(heads)), heads, drawing))] if found else []


def _type_head(asked: Asked, record_type: RecordType) -> Head:
    url = url_for("obligations.board_page", **asked.kept(record_type=record_type.code))
    return Head(record_type.code, record_type.name, url)


def _period_head(asked: Asked, period: str) -> Head:
    """A week, or the window itself, leads no deeper."""
    message, number, _ = label_parts(period)
    is_finest = "/W" in period or period == asked.window
    url = "" if is_finest else url_for("obligations.board_page", **asked.kept(window=period))
    return Head(gettext(message) % {"number": number}, "", url)


def _signs() -> dict[str, str]:
    return {mark: gettext(sign) if sign else "" for mark, sign in SIGNS.items()}


def _total_words() -> tuple[str, str]:
    return gettext("Cộng"), gettext("Tất cả")
