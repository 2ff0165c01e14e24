"""The page of a school's year: its terms, weeks, months and holidays."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.calendar.blueprint import calendar
from app.calendar.checks import oddities_in
from app.calendar.choosing import editable_school, in_address, wanted_year
from app.calendar.forms import days_off_from
from app.calendar.holidays import LONGEST_NAME, add_holiday, remove_holiday
from app.calendar.queries import calendar_of, holidays_of, present_period
from app.catalogue.choosing import known_school, lead_to_school, years_around
from app.catalogue.models import PeriodKind
from app.catalogue.periods import present_year
from app.clock import today
from app.errors import Refused
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.people.permissions import Permission, may
from app.schools.models import School
from app.text import N_


@calendar.get("")
def home() -> ResponseReturnValue:
    """Lead to the year of the one school the person knows of, or let him look for a school."""
    return lead_to_school("calendar.year_page", "calendar/schools.html")


@calendar.get("/<school_code>")
def year_page(school_code: str) -> ResponseReturnValue:
    """Show the school year."""
    return _page(known_school(school_code))


@calendar.post("/<school_code>/ngay-nghi")
def add_day_off(school_code: str) -> ResponseReturnValue:
    """Add a holiday."""
    school = editable_school(school_code)
    return _changed(
        school,
        lambda: add_holiday(
            session(), page_authority(), school.id, wanted_year(), days_off_from(request.form)
        ),
    )


@calendar.post("/<school_code>/ngay-nghi/<int(max=2147483647):holiday_id>/bo")
def remove_day_off(school_code: str, holiday_id: int) -> ResponseReturnValue:
    """Take a holiday away."""
    school = editable_school(school_code)
    return _changed(school, lambda: remove_holiday(session(), page_authority(), holiday_id))


def _changed(school: School, change: Callable[[], object]) -> ResponseReturnValue:
    return answered(
        change,
        lambda refusal: _page(school, refusal),
        url_for("calendar.year_page", school_code=school.code, nam=wanted_year()),
        N_("Đã lưu ngày nghỉ. Các hạn nộp đang được tính lại."),
    )


def _page(school: School, refusal: Refused | None = None) -> str:
    year, editing = wanted_year(), may(page_authority(), Permission.EDIT_CALENDAR, school.id)
    shown = calendar_of(session(), school.id, year)
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "calendar/year.html",
        school=school,
        calendar=shown,
        holidays=holidays_of(session(), school.id, year) or shown.holidays,
        kinds=PeriodKind,
        weeks_of=lambda term: [week for week in shown.of_kind(PeriodKind.WEEK) if term.covers(week)],
        present=present_period(shown, PeriodKind.WEEK, today()).period if year == present_year() else "",
        years=years_around(year),
        nam=in_address(year),
        this_year=present_year(),
        may_edit=editing,
        oddities=oddities_in(shown) if editing else [],
        longest=LONGEST_NAME,
        sent=request.form,
        error=error,
        hint=hint,
    )
