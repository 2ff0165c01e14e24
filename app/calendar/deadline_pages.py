"""The page of a school's deadlines: what holds for which records, and for whom not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.calendar.blueprint import calendar
from app.calendar.choosing import editable_school, in_address, wanted_year
from app.calendar.days import Calendar
from app.calendar.deadline_rules import FARTHEST, drop_deadline_rule, set_deadline_rule
from app.calendar.deadlines import Rule, rule_for, usual_deadline
from app.calendar.exception_queries import colleagues_for, exceptions_known_to
from app.calendar.exceptions import LONGEST_REASON
from app.calendar.forms import rule_from
from app.calendar.models import DeadlineRule
from app.calendar.queries import calendar_of, deadline_rules_of, present_period
from app.calendar.rights import may_grant_to
from app.calendar.words import ANCHORS, in_words
from app.catalogue.choosing import known_school, years_around
from app.catalogue.models import PeriodKind, RecordType
from app.catalogue.periods import present_year
from app.catalogue.queries import record_types_of
from app.clock import today
from app.db import now
from app.errors import Refused
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.people.permissions import Permission, may
from app.schools.models import School
from app.text import N_

_KINDS = (PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.TERM, PeriodKind.YEAR)


@dataclass(frozen=True)
class Line:
    """The rule that holds for a record type or a kind of period, and when it makes something due next."""

    name: str
    rule: str
    own_id: int | None
    """Of the rule the school set itself; None where the shipped one holds."""
    period: str = ""
    due_at: datetime | None = None


@calendar.get("/<school_code>/han-nop")
def deadlines_page(school_code: str) -> ResponseReturnValue:
    """Show rules and exceptions."""
    return deadlines(known_school(school_code))


@calendar.post("/<school_code>/han-nop")
def set_rule(school_code: str) -> ResponseReturnValue:
    """Set a rule of the school's own."""
    school = editable_school(school_code)
    return deadlines_changed(
        school, lambda: set_deadline_rule(session(), page_authority(), school.id, rule_from(request.form))
    )


@calendar.post("/<school_code>/han-nop/<int(max=2147483647):rule_id>/bo")
def drop_rule(school_code: str, rule_id: int) -> ResponseReturnValue:
    """Go back to the shipped rule."""
    school = editable_school(school_code)
    return deadlines_changed(school, lambda: drop_deadline_rule(session(), page_authority(), rule_id))


def deadlines_changed(school: School, change: Callable[[], object]) -> ResponseReturnValue:
    """Make a change and show the page anew, saying what was refused of it."""
    return answered(
        change,
        lambda refusal: deadlines(school, refusal),
        url_for("calendar.deadlines_page", school_code=school.code, nam=wanted_year()),
        N_("Đã lưu. Các hạn nộp đang được tính lại."),
    )


def deadlines(school: School, refusal: Refused | None = None) -> str:
    """Show the deadlines of a school, with what was refused of a change."""
    authority, year = page_authority(), wanted_year()
    shown = calendar_of(session(), school.id, year)
    rules, types = deadline_rules_of(session(), school.id), record_types_of(session(), school.id, year)
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "calendar/deadlines.html",
        school=school,
        calendar=shown,
        years=years_around(year),
        nam=in_address(year),
        this_year=present_year(),
        kinds=_KINDS,
        anchors=ANCHORS,
        general=[(kind, _line(rules, kind, "", "")) for kind in _KINDS],
        lines=[_next_due(shown, rules, each) for each in types],
        types=types,
        suggested=present_period(shown, PeriodKind.WEEK, today()).period,
        type_names={each.code: each.name for each in types},
        exceptions=exceptions_known_to(session(), authority, school.id, year),
        colleagues=colleagues_for(session(), authority, school.id),
        may_edit=may(authority, Permission.EDIT_CALENDAR, school.id),
        may_revoke=lambda person: may_grant_to(session(), authority, school.id, person),
        farthest=FARTHEST,
        longest=LONGEST_REASON,
        sent=request.form,
        error=error,
        hint=hint,
    )


def _next_due(shown: Calendar, rows: Sequence[DeadlineRule], record_type: RecordType) -> Line:
    kind = PeriodKind(record_type.period_kind)
    line = _line(rows, kind, record_type.code, record_type.name)
    rules = [Rule.of(row) for row in rows]
    ahead = {
        usual_deadline(shown, rules, record_type.code, days).due_at: days.period
        for days in shown.taught(kind)
    }
    due_at = min((each for each in ahead if each > now()), default=max(ahead))
    return Line(line.name, line.rule, line.own_id, ahead[due_at], due_at)


def _line(rows: Sequence[DeadlineRule], kind: PeriodKind, code: str, name: str) -> Line:
    rule = rule_for([Rule.of(row) for row in rows], code, kind)
    own = next(
        (row.id for row in rows if Rule.of(row) == rule and (row.record_type_code or "") == code), None
    )
    return Line(name, in_words(rule, gettext), own)
