"""The page on which a school says how it reminds its people."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.errors import NotAllowed
from app.obligations.blueprint import obligations
from app.obligations.reminder_plans import LONGEST, may_plan, set_plan
from app.obligations.reminders import plan_of
from app.obligations.reminding import Plan
from app.page import context, session
from app.people.current import page_authority

_DAYS = ("days_before", "days_after", "head_told_after")


@obligations.get("/nhac-viec")
def reminders_page() -> ResponseReturnValue:
    """Show when people are reminded."""
    school_id = _school_id()
    return render_template(
        "obligations/reminders.html",
        plan=plan_of(session(), school_id),
        longest=LONGEST,
        sends_mail=bool(context().settings.mail_url),
    )


@obligations.post("/nhac-viec")
def save_reminders() -> ResponseReturnValue:
    """Keep when people are reminded from now on."""
    set_plan(session(), page_authority(), _school_id(), _plan())
    session().commit()
    flash(gettext("Đã lưu cách nhắc việc."), "success")
    return redirect(url_for("obligations.reminders_page"))


def _school_id() -> int:
    school_id = may_plan(page_authority())
    if school_id is None:
        raise NotAllowed
    return school_id


def _plan() -> Plan:
    days = {name: fields.number(request.form, name) for name in _DAYS}
    return Plan(enabled="enabled" in request.form, **days)
