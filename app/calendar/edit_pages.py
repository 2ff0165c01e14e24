"""Pages on which a school year is edited row by row, laid out anew, or carried over to the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.calendar.blueprint import calendar
from app.calendar.checks import Fault, faults_in, oddities_in
from app.calendar.choosing import editable_school, in_address, wanted_year
from app.calendar.copying import copied_forward
from app.calendar.days import Calendar, Days
from app.calendar.forms import calendar_from, layout_from
from app.calendar.making import WEEKS_BY_TERM
from app.calendar.queries import calendar_of
from app.calendar.saving import BadCalendar, copy_forward, save_calendar
from app.catalogue.models import PeriodKind
from app.catalogue.periods import MONTHS, MOST_WEEKS, period_of, year_after
from app.errors import Refused
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.schools.models import School
from app.sheets.cells import Fault as CellFault
from app.text import N_

_SPARE_WEEKS = 3
"""Empty rows below the last week."""


@dataclass(frozen=True)
class Row:
    """One period in the form: what stands in its two fields, and what is wrong with it."""

    period: str
    part: str
    starts_on: str
    ends_on: str
    faults: list[Fault]


@calendar.get("/<school_code>/sua")
def edit_page(school_code: str) -> ResponseReturnValue:
    """Show the form, with the weeks as they are or as the address asks to lay them out."""
    school = editable_school(school_code)
    present = calendar_of(session(), school.id, wanted_year())
    if "first" not in request.args:
        return edit_form(school, present, present)
    try:
        return edit_form(school, present, layout_from(request.args, present), laid_out=True)
    except Refused as refusal:
        return edit_form(school, present, present, refusal=refusal), refusal.status


@calendar.post("/<school_code>/sua")
def save(school_code: str) -> ResponseReturnValue:
    """Save the calendar, or show what is wrong in which row."""
    school = editable_school(school_code)
    present = calendar_of(session(), school.id, wanted_year())
    typed = calendar_from(request.form, present)
    try:
        if typed.unread:
            raise BadCalendar(typed.faults)
        save_calendar(
            session(), page_authority(), school.id, typed.calendar, fields.line(request.form, "seen")
        )
    except Refused as refusal:
        session().rollback()
        faults = refusal.faults if isinstance(refusal, BadCalendar) else []
        return edit_form(school, present, typed.calendar, faults=faults, refusal=refusal), refusal.status
    session().commit()
    flash(gettext("Đã lưu lịch năm học. Các hạn nộp đang được tính lại."), "success")
    return redirect(url_for("calendar.year_page", school_code=school.code, nam=present.year))


@calendar.get("/<school_code>/chep")
def copy_page(school_code: str) -> ResponseReturnValue:
    """Show what the next year would be like."""
    return _copy_page(editable_school(school_code))


@calendar.post("/<school_code>/chep")
def copy(school_code: str) -> ResponseReturnValue:
    """Carry the year over to the next one."""
    school = editable_school(school_code)
    seen, copied = fields.line(request.form, "seen"), year_after(wanted_year())
    return answered(
        lambda: copy_forward(session(), page_authority(), school.id, wanted_year(), seen),
        lambda refusal: _copy_page(school, refusal),
        url_for("calendar.year_page", school_code=school.code, nam=copied),
        N_("Đã lập lịch năm học %(year)s."),
        year=copied,
    )


def edit_form(
    school: School,
    present: Calendar,
    shown: Calendar,
    *,
    faults: Sequence[Fault] = (),
    cells: Sequence[CellFault] = (),
    laid_out: bool = False,
    refusal: Refused | None = None,
) -> str:
    """Show the form with what is to be changed; `cells` are the faults of a workbook that was read.

    `laid_out` says that what is shown is not what is saved.
    """
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "calendar/edit.html",
        school=school,
        year=present.year,
        nam=in_address(present.year),
        seen=fields.line(request.form, "seen") or present.digest,
        terms=_rows(shown, PeriodKind.TERM, (1, 2), faults),
        months=_rows(shown, PeriodKind.MONTH, MONTHS, faults),
        weeks=_rows(shown, PeriodKind.WEEK, _week_numbers(shown, present), faults),
        others=[each for each in faults if each.period == present.year],
        layout={
            "first": fields.text(request.args, "first") or present.teaching()[0].isoformat(),
            "weeks1": fields.text(request.args, "weeks1") or WEEKS_BY_TERM[0],
            "weeks2": fields.text(request.args, "weeks2") or WEEKS_BY_TERM[1],
        },
        cells=cells,
        laid_out=laid_out,
        error=error,
        hint=hint,
    )


def _week_numbers(*shown: Calendar) -> Sequence[int]:
    last = max((week.number for each in shown for week in each.of_kind(PeriodKind.WEEK)), default=0)
    return range(1, min(last + _SPARE_WEEKS, MOST_WEEKS) + 1)


def _rows(shown: Calendar, kind: PeriodKind, numbers: Sequence[int], faults: Sequence[Fault]) -> list[Row]:
    return [_row(shown, kind, number, faults) for number in numbers]


def _row(shown: Calendar, kind: PeriodKind, number: int, faults: Sequence[Fault]) -> Row:
    """What was typed stands in the fields as it was typed, even where it is no date."""
    period = period_of(shown.year, kind, number)
    days = shown.find(str(period))
    starts_on, ends_on = (days.starts_on.isoformat(), days.ends_on.isoformat()) if days else ("", "")
    if f"{period.part}-from" in request.form:
        starts_on, ends_on = (fields.text(request.form, f"{period.part}-{end}") for end in ("from", "to"))
    wrong = [each for each in faults if each.period == str(period)]
    return Row(str(period), period.part, starts_on, ends_on, wrong)


def _copy_page(school: School, refusal: Refused | None = None) -> str:
    present = calendar_of(session(), school.id, wanted_year())
    copied = copied_forward(present)
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "calendar/copy.html",
        school=school,
        calendar=present,
        nam=in_address(present.year),
        copied=copied,
        pairs=[
            (each, copied.find(each.period.replace(present.year, copied.year))) for each in _compared(present)
        ],
        faults=refusal.faults if isinstance(refusal, BadCalendar) else faults_in(copied),
        oddities=oddities_in(copied),
        error=error,
        hint=hint,
    )


def _compared(present: Calendar) -> list[Days]:
    return [*present.of_kind(PeriodKind.TERM), *present.of_kind(PeriodKind.WEEK)]
