"""When records are due."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendar.days import Days
from app.calendar.deadlines import Anchor, Deadline, Rule, deadline_for, due, shipped_rules, usual_deadline
from app.calendar.making import default_calendar
from app.calendar.models import DeadlineException
from app.calendar.words import in_words
from app.catalogue.models import PeriodKind
from app.clock import VIETNAM

CALENDAR = default_calendar("2026-2027")
FRIDAY_NOON = Rule(PeriodKind.WEEK, Anchor.BEGIN, -3, time(12))
TEACHER = uuid.uuid4()
WITHIN = ["2026-2027/W12", "2026-2027/M11", "2026-2027/HK1", "2026-2027"]


def local(deadline: Deadline) -> tuple[datetime | None, datetime]:
    """A deadline by the clocks of Vietnam."""
    opens = deadline.opens_at and deadline.opens_at.astimezone(VIETNAM)
    return opens, deadline.due_at.astimezone(VIETNAM)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment by the clocks of Vietnam."""
    return datetime(year, month, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("code", "period", "opens", "due_at"),
    [
        ("KHBD", "2026-2027/W12", None, at(2026, 11, 21, 17)),
        ("KHBD", "2026-2027/W22", None, at(2027, 1, 30, 17)),
        ("SSHCM", "2026-2027/M11", at(2026, 11, 5), at(2026, 11, 10, 23, 59)),
        ("SSHCM", "2026-2027/M02", at(2027, 2, 5), at(2027, 2, 15, 23, 59)),
        ("SGDB", "2026-2027/M11", at(2026, 12, 1), at(2026, 12, 10, 23, 59)),
        ("KHNDCS", "2026-2027/M11", None, at(2026, 10, 30, 17)),
        ("STDGV", "2026-2027/HK1", None, at(2027, 1, 20, 23, 59)),
        ("SCN", "2026-2027", None, at(2027, 6, 2, 23, 59)),
        ("KHGDNT", "2026-2027", None, at(2026, 10, 7, 23, 59)),
    ],
)
def test_shipped_rules_hold_until_a_school_says_otherwise(
    code: str, period: str, opens: datetime | None, due_at: datetime
) -> None:
    days = CALENDAR.find(period)
    assert days is not None
    assert local(usual_deadline(CALENDAR, [], code, days)) == (opens, due_at)


def test_a_schools_rule_for_a_type_goes_before_its_rule_for_the_kind() -> None:
    days = CALENDAR.find("2026-2027/W12")
    assert days is not None
    own = Rule(PeriodKind.WEEK, Anchor.BEGIN, 0, time(7), None, "KHBD")
    assert local(usual_deadline(CALENDAR, [FRIDAY_NOON, own], "KHBD", days))[1] == at(2026, 11, 23, 7)
    assert local(usual_deadline(CALENDAR, [FRIDAY_NOON, own], "PBG", days))[1] == at(2026, 11, 20, 12)


def test_there_is_a_shipped_rule_for_every_kind_of_period() -> None:
    assert {rule.period_kind for rule in shipped_rules() if rule.record_type_code is None} == set(PeriodKind)


RULES = st.builds(
    Rule,
    period_kind=st.just(PeriodKind.WEEK),
    anchor=st.sampled_from([Anchor.BEGIN, Anchor.END]),
    days=st.integers(-60, 60),
    at=st.times().map(lambda each: each.replace(tzinfo=None)),
    opens_days=st.none() | st.integers(-60, 60),
)
FREE = st.lists(st.tuples(st.dates(date(2026, 7, 1), date(2027, 8, 1)), st.integers(1, 15)), max_size=8).map(
    lambda spans: {start + timedelta(days=day) for start, count in spans for day in range(count)}
)


@given(rule=RULES, days=st.sampled_from(CALENDAR.of_kind(PeriodKind.WEEK)), free=FREE)
def test_nothing_is_due_on_a_holiday_nor_before_it_opens(rule: Rule, days: Days, free: set[date]) -> None:
    reckoned = due(rule, days, free)
    opens, due_at = local(reckoned)
    assert due_at.date() not in free
    assert due_at.time() == rule.at
    assert opens is None or opens.date() <= due_at.date()
    assert reckoned.due_at.tzinfo is UTC


@given(rule=RULES, days=st.sampled_from(CALENDAR.of_kind(PeriodKind.WEEK)), free=FREE)
def test_a_deadline_moves_only_over_days_off(rule: Rule, days: Days, free: set[date]) -> None:
    usual, moved = local(due(rule, days))[1].date(), local(due(rule, days, free))[1].date()
    between = {min(usual, moved) + timedelta(days=day) for day in range(abs((usual - moved).days) + 1)}
    assert all(day in free or day.weekday() == 6 for day in between - {moved})


def exception(period: str, due_at: datetime | None, code: str | None = None) -> DeadlineException:
    """An exception for the teacher."""
    return DeadlineException(user_id=TEACHER, period=period, due_at=due_at, record_type_code=code)


USUAL = Deadline(None, datetime(2026, 11, 21, 10, tzinfo=UTC))
LATER, LATEST = datetime(2026, 11, 25, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("exceptions", "expected"),
    [
        ([], USUAL.due_at),
        ([exception("2026-2027/M11", LATER)], LATER),
        ([exception("2026-2027/M10", LATER)], USUAL.due_at),
        ([exception("2026-2027", LATER, "SCN")], USUAL.due_at),
        ([exception("2026-2027/M11", None)], None),
        ([exception("2026-2027/W12", LATER), exception("2026-2027/M11", None)], LATER),
        ([exception("2026-2027/W12", LATER), exception("2026-2027/W12", LATEST)], LATEST),
        ([exception("2026-2027/W12", LATEST, "KHBD"), exception("2026-2027/W12", LATER)], LATEST),
        ([exception("2026-2027", datetime(2026, 9, 1, tzinfo=UTC))], USUAL.due_at),
    ],
)
def test_the_nearest_exception_counts_and_only_puts_off(
    exceptions: list[DeadlineException], expected: datetime | None
) -> None:
    found = deadline_for(USUAL, exceptions, TEACHER, "KHBD", WITHIN)
    assert (found and found.due_at) == expected


def test_an_exception_is_for_one_person() -> None:
    found = deadline_for(USUAL, [exception("2026-2027", None)], uuid.uuid4(), "KHBD", WITHIN)
    assert found == USUAL


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(PeriodKind.WEEK, Anchor.BEGIN, -2, time(17)), "Trước khi tuần bắt đầu 2 ngày, 17:00"),
        (Rule(PeriodKind.TERM, Anchor.END, 10, time(23, 59)), "Sau khi học kỳ kết thúc 10 ngày, 23:59"),
        (Rule(PeriodKind.YEAR, Anchor.END, 0, time(7)), "Ngày cuối của năm học, 07:00"),
        (
            Rule(PeriodKind.MONTH, Anchor.MONTH_DAY, 10, time(23, 59), 5),
            "Ngày 10 của tháng, 23:59; nhận từ 5 ngày trước hạn",
        ),
    ],
)
def test_a_rule_is_said_as_people_would(rule: Rule, words: str) -> None:
    assert in_words(rule) == words
