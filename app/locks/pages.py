"""The page of locks ("khóa sổ"): what is closed, by whom and since when, and closing and opening."""

from collections.abc import Callable
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.calendar.days import Calendar
from app.calendar.queries import calendar_of
from app.catalogue.models import PeriodKind
from app.catalogue.periods import label_parts, present_year, year_after
from app.catalogue.queries import record_types, record_types_ever_of, record_types_of
from app.clock import today
from app.errors import Refused
from app.locks.authority import needs_order, schools_known_to
from app.locks.blueprint import locks
from app.locks.closures import first_closed_day
from app.locks.forms import Groups, LockForm
from app.locks.locking import lift, lock
from app.locks.models import OfficeWindow
from app.locks.queries import count_stopped, locks_known_to, windows_over
from app.page import sentences, session
from app.people.current import page_authority
from app.people.permissions import Permission, may, schools_where
from app.people.school_choice import code_asked, in_one_school, school_meant, school_shown
from app.schools.models import School
from app.text import N_

_LIFTED_SHOWN = 20
_HEADINGS = {
    PeriodKind.MONTH: N_("Theo tháng"),
    PeriodKind.TERM: N_("Theo học kỳ"),
    PeriodKind.YEAR: N_("Cả năm"),
    PeriodKind.WEEK: N_("Theo tuần"),
}


@locks.get("/khoa-so")
@in_one_school
def locks_page() -> ResponseReturnValue:
    """Show what is closed in the person's school, and to whoever may the form for it."""
    if not schools_known_to(page_authority()):
        return redirect(url_for("oversight.windows_page"))
    return _page(_form(_school().id))


@locks.post("/khoa-so")
@in_one_school
def set_lock() -> ResponseReturnValue:
    """Close a period."""
    school_id = school_meant(schools_where(page_authority(), Permission.CLOSE_PERIODS)).id
    form = _form(school_id)
    if not form.validate():
        return _page(form), 422
    try:
        made = lock(session(), page_authority(), school_id, form.closing())
    except Refused as refusal:
        session().rollback()
        return _page(form, refusal), refusal.status
    stopped = count_stopped(session(), made)
    session().commit()
    _tell(stopped)
    return redirect(url_for("locks.locks_page"))


@locks.post("/khoa-so/<int(max=2147483647):lock_id>/mo")
@in_one_school
def lift_lock(lock_id: int) -> ResponseReturnValue:
    """Open a period again."""
    reason, ordered = fields.text(request.form, "reason"), fields.text(request.form, "ordered")
    lift(session(), page_authority(), lock_id, reason, ordered)
    session().commit()
    flash(gettext("Đã mở khóa sổ kỳ này."), "success")
    return redirect(url_for("locks.locks_page", school=code_asked() or None))


def _tell(stopped: int) -> None:
    """Say that the period is closed, and how many records wait in it for a decision that cannot be made."""
    flash(gettext("Đã khóa sổ kỳ này."), "success")
    if stopped:
        flash(gettext("%(count)s hồ sơ đang chờ duyệt dừng lại đến khi mở khóa.", count=stopped), "warning")


def _school() -> School:
    """Return the school that the page is about, rather one whose periods the person may close."""
    authority = page_authority()
    return school_shown(
        schools_known_to(authority), rather=schools_where(authority, Permission.CLOSE_PERIODS)
    )


def _form(school_id: int) -> LockForm:
    if not may(page_authority(), Permission.CLOSE_PERIODS, school_id):
        return LockForm().offer([], {})
    calendars = _calendars(school_id)
    form = LockForm(period=_latest_month(calendars))
    return form.offer(record_types_of(session(), school_id, present_year()), _periods(calendars))


def _calendars(school_id: int) -> list[Calendar]:
    """Return the calendars of this school year and the last one."""
    year = present_year()
    return [calendar_of(session(), school_id, each) for each in (year, year_after(year, -1))]


def _latest_month(calendars: list[Calendar]) -> str:
    """Return the month that ended last: the one that is most likely to be closed."""
    months = [days for calendar in calendars for days in calendar.of_kind(PeriodKind.MONTH)]
    ended = [days for days in months if days.ends_on < today()]
    return max(ended or months, key=lambda days: days.ends_on).period


def _periods(calendars: list[Calendar]) -> Groups:
    """List the periods of the calendars under a heading for each kind."""
    return {
        gettext(heading): [
            (days.period, _label(days.period)) for calendar in calendars for days in calendar.of_kind(kind)
        ]
        for kind, heading in _HEADINGS.items()
    }


def _label(period: str) -> str:
    message, number, year = label_parts(period)
    return f"{gettext(message) % {'number': number}} · {year}"


def _page(form: LockForm, refusal: Refused | None = None) -> str:
    authority = page_authority()
    error, hint = sentences(refusal) if refusal else ("", "")
    school_id = _school().id
    return render_template(
        "locks/locks.html",
        form=form,
        error=error,
        hint=hint,
        views=locks_known_to(session(), authority, school_id, in_force=True),
        lifted=locks_known_to(session(), authority, school_id, in_force=False, limit=_LIFTED_SHOWN),
        windows=windows_over(session(), [school_id]),
        closing_days=_closing_days(school_id),
        names=_names([school_id]),
        may_lock=may(authority, Permission.CLOSE_PERIODS, school_id),
        may_lift=lambda school_id: may(authority, Permission.CLOSE_PERIODS, school_id),
        needs_order=lambda school_id: needs_order(authority, school_id),
        school_id=school_id,
    )


def _closing_days(school_id: int) -> Callable[[OfficeWindow], list[tuple[str, date]]]:
    """Return what tells from which day on a window closes each term of a school."""

    def days_of(window: OfficeWindow) -> list[tuple[str, date]]:
        if window.days is None:
            return []
        terms = calendar_of(session(), school_id, window.year).of_kind(PeriodKind.TERM)
        return [(term.period, first_closed_day(term.ends_on, window.days)) for term in terms]

    return days_of


def _names(school_ids: list[int]) -> dict[str, str]:
    """Return how the record types that a lock or window can name are called."""
    every = [*record_types(session()), *record_types_ever_of(session(), school_ids)]
    return {each.code: each.name for each in every}
