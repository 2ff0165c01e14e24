"""A school's own deadline rules, and exceptions for persons."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.calendar.deadline_rules import BadRule, drop_deadline_rule, set_deadline_rule
from app.calendar.deadlines import Anchor, Rule
from app.calendar.exception_queries import colleagues_for, exceptions_known_to
from app.calendar.exceptions import AlreadyRevoked, Grace, grant_exception, revoke_exception
from app.calendar.queries import deadline_exceptions_of, deadline_rules_of
from app.catalogue.models import PeriodKind
from app.catalogue.periods import BadPeriod
from app.catalogue.queries import UnknownRecordType
from app.context import Context
from app.db import now
from app.errors import NotAllowed, NotFound, Refused
from app.people.models import Membership, Role
from app.reasons import ReasonRequired
from app.schools.queries import school_by_code
from tests.conftest import Cast, authority

YEAR = "2026-2027"
FRIDAY = Rule(PeriodKind.WEEK, Anchor.BEGIN, -3, time(17))
UNTIL = datetime(2026, 11, 30, 10, tzinfo=UTC)


def school_id(session: Session) -> int:
    return school_by_code(session, "truong-a").id


def grace(cast: Cast, role: str = "teacher") -> Grace:
    return Grace(authority(cast, role).user_id, f"{YEAR}/M11", UNTIL, "Nghỉ ốm")


def test_a_school_has_one_rule_for_a_type_or_kind_and_the_last_word_counts(
    context: Context, cast: Cast
) -> None:
    own = replace(FRIDAY, days=-1, record_type_code="KHBD")
    with context.database.transaction() as session:
        for rule in (FRIDAY, own, replace(own, at=time(12))):
            set_deadline_rule(session, cast.principal, school_id(session), rule)
        rules = {Rule.of(row) for row in deadline_rules_of(session, school_id(session))}
        assert rules == {FRIDAY, replace(own, at=time(12))}
        last = select(AuditEntry.kind).order_by(AuditEntry.at.desc()).limit(1)
        assert session.scalars(last).one() == "deadline_rule.set"


def test_a_types_rule_counts_from_the_types_own_periods(context: Context, cast: Cast) -> None:
    wrong = replace(FRIDAY, period_kind=PeriodKind.YEAR, record_type_code="KHBD")
    with context.database.transaction() as session:
        row = set_deadline_rule(session, cast.principal, school_id(session), wrong)
        assert row.period_kind == PeriodKind.WEEK


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        (replace(FRIDAY, anchor=Anchor.MONTH_DAY, days=5), BadRule),
        (Rule(PeriodKind.MONTH, Anchor.MONTH_DAY, 32, time(7)), BadRule),
        (Rule(PeriodKind.MONTH, Anchor.MONTH_DAY, 5, time(7), 10), BadRule),
        (replace(FRIDAY, days=-121), BadRule),
        (replace(FRIDAY, opens_days=-2), BadRule),
        (replace(FRIDAY, record_type_code="NO"), UnknownRecordType),
    ],
)
def test_a_rule_names_days_that_exist(
    context: Context, cast: Cast, rule: Rule, refusal: type[Refused]
) -> None:
    with context.database.transaction() as session, pytest.raises(refusal):
        set_deadline_rule(session, cast.principal, school_id(session), rule)


def test_a_dropped_rule_gives_way_to_the_shipped_one(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        row = set_deadline_rule(session, cast.records_admin, school_id(session), FRIDAY)
        with pytest.raises(NotAllowed):
            drop_deadline_rule(session, cast.head, row.id)
        with pytest.raises(NotFound):
            drop_deadline_rule(session, cast.b_principal, row.id)
        drop_deadline_rule(session, cast.principal, row.id)
        assert deadline_rules_of(session, school_id(session)) == []


@pytest.mark.parametrize(
    ("granter", "person", "refusal"),
    [
        ("principal", "teacher", None),
        ("head", "teacher", None),
        ("head", "teacher5", NotAllowed),
        ("head", "head", NotAllowed),
        ("principal", "principal", NotAllowed),
        ("records_admin", "teacher", NotAllowed),
        ("teacher2", "teacher", NotAllowed),
        ("principal", "b_teacher", NotFound),
        ("b_principal", "teacher", NotFound),
        ("officer", "teacher", NotFound),
    ],
)
def test_who_grants_an_exception_to_whom(
    context: Context, cast: Cast, granter: str, person: str, refusal: type[Refused] | None
) -> None:
    with context.database.transaction() as session:
        if refusal is None:
            grant_exception(session, authority(cast, granter), school_id(session), grace(cast, person))
            assert len(deadline_exceptions_of(session, school_id(session), YEAR)) == 1
        else:
            with pytest.raises(refusal):
                grant_exception(session, authority(cast, granter), school_id(session), grace(cast, person))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"period": f"{YEAR}/W36"}, BadPeriod),
        ({"record_type_code": "NO"}, UnknownRecordType),
        ({"reason": " "}, ReasonRequired),
    ],
)
def test_an_exception_is_for_something_that_exists_and_has_a_reason(
    context: Context, cast: Cast, changes: dict[str, str], refusal: type[Refused]
) -> None:
    wish = replace(grace(cast), **changes)  # type: ignore[arg-type]  # the fields are all texts
    with context.database.transaction() as session, pytest.raises(refusal):
        grant_exception(session, cast.principal, school_id(session), wish)


def test_an_exception_is_taken_back_once(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        granted = grant_exception(session, cast.principal, school_id(session), grace(cast))
        with pytest.raises(NotAllowed):
            revoke_exception(session, cast.teacher, granted.id)
        with pytest.raises(NotFound):
            revoke_exception(session, cast.b_principal, granted.id)
        revoke_exception(session, cast.head, granted.id)
        assert deadline_exceptions_of(session, school_id(session), YEAR) == []
        with pytest.raises(AlreadyRevoked):
            revoke_exception(session, cast.head, granted.id)


def test_the_exception_of_somebody_who_left_is_taken_back_by_the_principal(
    context: Context, cast: Cast
) -> None:
    with context.database.transaction() as session:
        granted = grant_exception(session, cast.head, school_id(session), grace(cast))
        own = update(Membership).where(Membership.user_id == cast.teacher.user_id)
        session.execute(own.values(ended_at=now()))
        with pytest.raises(NotAllowed):
            revoke_exception(session, cast.head, granted.id)
        revoke_exception(session, cast.principal, granted.id)
        assert deadline_exceptions_of(session, school_id(session), YEAR) == []


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("teacher", True),
        ("head", True),
        ("principal", True),
        ("records_admin", True),
        ("teacher2", False),
        ("head2", False),
        ("clerk", False),
        ("b_principal", False),
    ],
)
def test_reasons_are_for_the_person_and_whoever_answers_for_him(
    context: Context, cast: Cast, role: str, sees: bool
) -> None:
    with context.database.transaction() as session:
        grant_exception(session, cast.principal, school_id(session), grace(cast))
        seen = exceptions_known_to(session, authority(cast, role), school_id(session), YEAR)
    assert [view.exception.reason for view in seen] == (["Nghỉ ốm"] if sees else [])


def test_a_head_is_offered_his_department_and_nobody_himself(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        own = select(Membership.department_id).where(
            Membership.user_id == cast.head.user_id, Membership.role == Role.HEAD
        )
        department = session.scalars(own).one()
        members = session.scalars(select(Membership.user_id).where(Membership.department_id == department))
        offered = {each.user_id for each in colleagues_for(session, cast.head, school_id(session))}
        assert offered == set(members) - {cast.head.user_id}
        named = {each.name for each in colleagues_for(session, cast.head, school_id(session))}
        assert "Giáo viên Một A (GV01)" in named
        assert colleagues_for(session, cast.teacher, school_id(session)) == []
        assert colleagues_for(session, cast.records_admin, school_id(session)) == []
