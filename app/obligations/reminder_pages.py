"""The page on which a school says how it reminds its people."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.obligations.blueprint import obligations
from app.obligations.reminder_plans import LONGEST, set_plan
from app.obligations.reminders import plan_of
from app.obligations.reminding import Plan
from app.page import context, session
from app.people.current import page_authority
from app.people.permissions import Permission, schools_where
from app.people.school_choice import in_one_school, school_meant, school_shown

_DAYS = ("days_before", "days_after", "head_told_after")


@obligations.get("/nhac-viec")
@in_one_school
def reminders_page() -> ResponseReturnValue:
    """Show when people are reminded."""
    school_id = school_shown(schools_where(page_authority(), Permission.SET_REMINDERS)).id
    return render_template(
        "obligations/reminders.html",
        plan=plan_of(session(), school_id),
        longest=LONGEST,
        sends_mail=bool(context().settings.mail_url),
    )


@obligations.post("/nhac-viec")
@in_one_school
def save_reminders() -> ResponseReturnValue:
    """Keep when people are reminded from now on."""
    school_id = school_meant(schools_where(page_authority(), Permission.SET_REMINDERS)).id
    set_plan(session(), page_authority(), school_id, _plan())
    session().commit()
    flash(gettext("Đã lưu cách nhắc việc."), "success")
    return redirect(url_for("obligations.reminders_page"))


def _plan() -> Plan:
    days = {name: fields.number(request.form, name) for name in _DAYS}
    return Plan(enabled="enabled" in request.form, **days)
