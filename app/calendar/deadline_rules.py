"""Setting a school's own rule for when records are due, and going back to the shipped one."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.calendar.changes import Facts, finish_change
from app.calendar.deadlines import Anchor, Rule
from app.calendar.models import DeadlineRule
from app.calendar.rights import school_to_edit, works_at
from app.catalogue.models import PeriodKind
from app.catalogue.periods import present_year
from app.catalogue.queries import record_type_for
from app.errors import NotFound, Refused
from app.people.authority import Authority
from app.text import N_

FARTHEST = 120
"""Days before or after its anchor that a deadline may lie."""
_DAYS_OF_MONTH = range(1, 32)


class BadRule(Refused):
    """The rule names no day that exists, or opens after it is due."""

    code, status = "bad_rule", 422
    detail = N_("Quy tắc hạn nộp này không hợp lệ.")
    hint = N_(
        "Ngày trong tháng (1 đến 31) chỉ dùng cho hồ sơ theo tháng; số ngày trước hoặc sau kỳ không quá 120; "
        "ngày mở không đứng sau hạn."
    )


def set_deadline_rule(session: Session, authority: Authority, school_id: int, rule: Rule) -> DeadlineRule:
    """Set the rule for a record type, or for all whose periods are of a kind, in place of an earlier one.

    Of a type's rule the kind of period is the type's own, whatever was given.
    Raises `NotFound`, `NotAllowed`, `UnknownRecordType`, or `BadRule`.
    """
    school = school_to_edit(session, authority, school_id)
    year = present_year()
    if rule.record_type_code is not None:
        record_type = record_type_for(session, school_id, rule.record_type_code, year)
        rule = replace(rule, period_kind=PeriodKind(record_type.period_kind))
    if not _is_sound(rule):
        raise BadRule
    row = _rule_like(session, school_id, rule) or DeadlineRule(school_id=school_id)
    row.record_type_code, row.period_kind = rule.record_type_code, rule.period_kind
    row.anchor, row.days, row.opens_days, row.at = rule.anchor, rule.days, rule.opens_days, rule.at
    session.add(row)
    session.flush()
    finish_change(session, authority, school, year, ("deadline_rule.set", str(row.id), _facts(row)))
    return row


def drop_deadline_rule(session: Session, authority: Authority, rule_id: int) -> None:
    """Take a school's own rule away, for the shipped one to hold; raises `NotFound` or `NotAllowed`."""
    row = session.get(DeadlineRule, rule_id)
    if row is None or not works_at(authority, row.school_id):
        raise NotFound
    school = school_to_edit(session, authority, row.school_id)
    facts = _facts(row)
    session.delete(row)
    session.flush()
    finish_change(session, authority, school, present_year(), ("deadline_rule.dropped", str(rule_id), facts))


def _is_sound(rule: Rule) -> bool:
    numbers = [rule.days] if rule.opens_days is None else [rule.opens_days, rule.days]
    if rule.anchor is Anchor.MONTH_DAY:
        exist = rule.period_kind is PeriodKind.MONTH and all(each in _DAYS_OF_MONTH for each in numbers)
    else:
        exist = all(abs(each) <= FARTHEST for each in numbers)
    return exist and numbers == sorted(numbers)


def _rule_like(session: Session, school_id: int, rule: Rule) -> DeadlineRule | None:
    same = select(DeadlineRule).where(
        DeadlineRule.school_id == school_id,
        DeadlineRule.record_type_code.is_not_distinct_from(rule.record_type_code),
        DeadlineRule.period_kind == rule.period_kind,
    )
    return session.scalars(same).one_or_none()


def _facts(row: DeadlineRule) -> Facts:
    return {
        "record_type": row.record_type_code,
        "period_kind": row.period_kind,
        "anchor": row.anchor,
        "days": row.days,
        "opens_days": row.opens_days,
        "at": row.at.isoformat(),
    }
