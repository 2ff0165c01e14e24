"""Saving calendars and holidays: who may, what is refused, and what it leaves behind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.calendar.checks import faults_in
from app.calendar.days import Calendar, DaysOff
from app.calendar.holidays import BadHoliday, add_holiday, remove_holiday
from app.calendar.making import Layout, default_calendar, laid_out
from app.calendar.models import SchoolPeriod
from app.calendar.queries import calendar_of, covering, holidays_of
from app.calendar.saving import BadCalendar, YearBegun, copy_forward, ensure_calendar, save_calendar
from app.catalogue.models import PeriodKind
from app.catalogue.periods import BadPeriod, is_year, present_year, year_after
from app.clock import today
from app.context import Context
from app.errors import InvalidRequest, NotAllowed, NotFound, Refused, Stale
from app.jobs import is_queued
from app.people.authority import Authority, authority_of
from app.people.delegations import Mandate, Term, delegate
from app.records.models import Record
from app.schools.models import School
from app.schools.queries import school_by_code
from app.text import is_writable
from tests.conftest import Cast, authority
from tests.handing_in import decide, hand_in
from tests.hostile_values import VALUES
from tests.waiting import until_somebody_waits
from workflows.model import Action

YEAR = "2026-2027"
FAR = "2040-2041"
"""A year for which the demo has saved nothing."""
DEFAULT = default_calendar(YEAR)


def school_a(session: Session) -> School:
    return school_by_code(session, "truong-a")


def shorter(calendar: Calendar) -> Calendar:
    """The same year with 33 weeks."""
    return laid_out(calendar.year, Layout(date(2026, 9, 7), (17, 16)), calendar.holidays)


def kinds_in_audit(session: Session) -> list[str]:
    own = select(AuditEntry.kind).where(AuditEntry.chain == "truong-a").order_by(AuditEntry.number)
    return list(session.scalars(own))


def test_a_school_without_rows_has_the_default_calendar_with_its_holidays(context: Context) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        assert calendar_of(session, school.id, FAR) == default_calendar(FAR)
        assert covering(session, school.id, f"{FAR}/W35")[-1] == FAR
        with pytest.raises(BadPeriod):
            covering(session, school.id, f"{FAR}/W36")


def test_what_is_no_period_is_refused_with_an_example_of_one(context: Context) -> None:
    written = [each for each in VALUES if is_writable(each)]
    with context.database.transaction() as session:
        for period in [*written, "/W12", "2026", "2026-2028/W12", f"{FAR}/", f"{FAR}/W1"]:
            with pytest.raises(BadPeriod) as refused:
                covering(session, school_a(session).id, period)
            assert is_year(str(refused.value.values["example"]).removesuffix("/W12")), period


def test_saving_the_default_changes_nothing_anybody_reads_and_is_done_once(context: Context) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        before = kinds_in_audit(session)
        ensure_calendar(session, school.id, FAR)
        ensure_calendar(session, school.id, FAR)
        saved = calendar_of(session, school.id, FAR)
        assert (set(saved.periods), saved.holidays) == (
            set(default_calendar(FAR).periods),
            default_calendar(FAR).holidays,
        )
        stored = session.execute(
            select(SchoolPeriod.period, SchoolPeriod.within).where(
                SchoolPeriod.school_id == school.id, SchoolPeriod.year == FAR
            )
        )
        assert all(within == saved.within(period) for period, within in stored)
        assert kinds_in_audit(session) == before


def test_two_who_save_the_default_at_once_save_it_once(context: Context) -> None:
    with context.database.transaction() as session:
        school_id = school_a(session).id
    together = Barrier(2)

    def ensure() -> None:
        with context.database.transaction() as session:
            together.wait(timeout=30)
            ensure_calendar(session, school_id, FAR)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(ensure), pool.submit(ensure)]:
            done.result()
    with context.database.transaction() as session:
        assert len(holidays_of(session, school_id, FAR)) == len(default_calendar(FAR).holidays)


def test_a_changed_calendar_is_saved_audited_and_what_is_owed_worked_out_anew(
    context: Context, cast: Cast
) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        save_calendar(session, cast.principal, school.id, shorter(DEFAULT), DEFAULT.digest)
        assert len(calendar_of(session, school.id, YEAR).of_kind(PeriodKind.WEEK)) == 33
        assert calendar_of(session, school.id, YEAR).holidays == DEFAULT.holidays
        assert kinds_in_audit(session)[-1] == "calendar.saved"
        assert is_queued(session, "build_obligations", "year", YEAR)
        with pytest.raises(BadPeriod):
            covering(session, school.id, f"{YEAR}/W34")


def test_nothing_is_saved_until_every_row_is_right(context: Context, cast: Cast) -> None:
    wrong = replace(DEFAULT, periods=tuple(each for each in DEFAULT.periods if each.number != 7))
    with context.database.transaction() as session:
        school = school_a(session)
        with pytest.raises(BadCalendar) as refusal:
            save_calendar(session, cast.principal, school.id, wrong, DEFAULT.digest)
        assert refusal.value.faults == faults_in(wrong)
        assert calendar_of(session, school.id, YEAR).digest == DEFAULT.digest


@pytest.mark.parametrize(
    ("week", "is_withdrawn", "is_refused"),
    [(34, False, True), (34, True, False), (33, False, False)],
    ids=["a dropped week with a record", "withdrawn before", "a week that stays"],
)
def test_a_week_is_dropped_only_when_no_record_is_in_it(
    context: Context, cast: Cast, pdf: Callable[..., bytes], week: int, is_withdrawn: bool, is_refused: bool
) -> None:
    record = hand_in(context, cast.teacher, pdf("bài"), period=f"{YEAR}/W{week}").record
    if is_withdrawn:
        decide(context, cast.teacher, record, Action.WITHDRAW)
    with context.database.transaction() as session:
        school = school_a(session)
        if not is_refused:
            save_calendar(session, cast.principal, school.id, shorter(DEFAULT), DEFAULT.digest)
            return
        with pytest.raises(BadCalendar) as refusal:
            save_calendar(session, cast.principal, school.id, shorter(DEFAULT), DEFAULT.digest)
        assert [(each.period, each.values) for each in refusal.value.faults] == [
            (record.period, {"count": 1})
        ]
        assert calendar_of(session, school.id, YEAR).digest == DEFAULT.digest


def test_what_is_handed_in_while_its_week_is_dropped_is_refused(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            save_calendar(session, cast.principal, school_a(session).id, shorter(DEFAULT), DEFAULT.digest)
            handed = pool.submit(hand_in, context, cast.teacher, pdf("bài"), period=f"{YEAR}/W34")
            until_somebody_waits(context)
        with pytest.raises(BadPeriod):
            handed.result(timeout=30)
    with context.database.transaction() as session:
        assert session.scalars(select(Record.id)).all() == []


def test_records_of_another_school_keep_no_week(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    hand_in(context, cast.b_teacher, pdf("bài của trường khác"), period=f"{YEAR}/W34")
    with context.database.transaction() as session:
        save_calendar(session, cast.principal, school_a(session).id, shorter(DEFAULT), DEFAULT.digest)


def test_a_page_that_is_out_of_date_saves_nothing(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        save_calendar(session, cast.principal, school.id, shorter(DEFAULT), DEFAULT.digest)
        with pytest.raises(Stale):
            save_calendar(session, cast.records_admin, school.id, DEFAULT, DEFAULT.digest)


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        ("records_admin", None),
        ("vice_principal", NotAllowed),
        ("head", NotAllowed),
        ("teacher", NotAllowed),
        ("clerk", NotAllowed),
        ("b_principal", NotFound),
        ("officer", NotFound),
    ],
)
def test_principal_and_administrators_change_the_year(
    context: Context, cast: Cast, role: str, refusal: type[Refused] | None
) -> None:
    changes: list[Callable[[Session, Authority, int], object]] = [
        lambda session, who, school_id: save_calendar(
            session, who, school_id, shorter(DEFAULT), calendar_of(session, school_id, YEAR).digest
        ),
        lambda session, who, school_id: add_holiday(
            session, who, school_id, YEAR, DaysOff("Nghỉ bão", date(2026, 10, 5), date(2026, 10, 6))
        ),
        lambda session, who, school_id: remove_holiday(
            session, who, holidays_of(session, school_id, YEAR)[0].id
        ),
    ]
    for change in changes:
        with context.database.transaction() as session:
            school_id = school_a(session).id
            if refusal is None:
                change(session, authority(cast, role), school_id)
            else:
                with pytest.raises(refusal):
                    change(session, authority(cast, role), school_id)


def test_the_principals_delegate_changes_the_year(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        term = Term(today(), today())
        delegate(session, cast.principal, Mandate(cast.vice_principal.user_id, "KT.", term))
    with context.database.transaction() as session:
        lent = reload(session, cast.vice_principal)
        school = school_a(session)
        save_calendar(session, lent, school.id, shorter(DEFAULT), DEFAULT.digest)


def test_a_holiday_is_added_in_its_place_and_taken_away(context: Context, cast: Cast) -> None:
    off = DaysOff("  Nghỉ  bão ", date(2026, 10, 5), date(2026, 10, 6))
    with context.database.transaction() as session:
        school = school_a(session)
        added = add_holiday(session, cast.principal, school.id, YEAR, off)
        assert (
            DaysOff("Nghỉ bão", off.starts_on, off.ends_on) in calendar_of(session, school.id, YEAR).holidays
        )
        assert off.starts_on in calendar_of(session, school.id, YEAR).free_days
        remove_holiday(session, cast.principal, added.id)
        assert off.starts_on not in calendar_of(session, school.id, YEAR).free_days
        assert kinds_in_audit(session)[-2:] == ["holiday.added", "holiday.removed"]


def test_adding_a_holiday_to_a_year_that_was_not_saved_keeps_the_others(context: Context, cast: Cast) -> None:
    off = DaysOff("Nghỉ bão", date(2040, 10, 5), date(2040, 10, 6))
    with context.database.transaction() as session:
        school = school_a(session)
        add_holiday(session, cast.principal, school.id, FAR, off)
        assert set(calendar_of(session, school.id, FAR).holidays) == {*default_calendar(FAR).holidays, off}


@pytest.mark.parametrize(
    ("off", "refusal"),
    [
        (DaysOff("Nghỉ", date(2026, 10, 6), date(2026, 10, 5)), BadHoliday),
        (DaysOff("Nghỉ", date(2026, 10, 6), date(2027, 1, 6)), BadHoliday),
        (DaysOff("Nghỉ", date(2027, 8, 1), date(2027, 8, 1)), BadHoliday),
        (DaysOff(" \u200b", date(2026, 10, 6), date(2026, 10, 6)), InvalidRequest),
    ],
)
def test_a_holiday_lies_in_its_year_and_has_a_name(
    context: Context, cast: Cast, off: DaysOff, refusal: type[Refused]
) -> None:
    with context.database.transaction() as session, pytest.raises(refusal):
        add_holiday(session, cast.principal, school_a(session).id, YEAR, off)


def test_a_year_is_carried_over_with_its_holidays(context: Context, cast: Cast) -> None:
    present = present_year()
    with context.database.transaction() as session:
        school = school_a(session)
        off = DaysOff("Nghỉ bão", date(int(present[:4]), 10, 5), date(int(present[:4]), 10, 6))
        add_holiday(session, cast.principal, school.id, present, off)
        seen = default_calendar(year_after(present)).digest
        copy_forward(session, cast.principal, school.id, present, seen)
        copied = calendar_of(session, school.id, year_after(present))
        assert "Nghỉ bão" in {each.name for each in copied.holidays}
        assert kinds_in_audit(session)[-1] == "calendar.copied"
        assert is_queued(session, "build_obligations", "year", year_after(present))


def test_a_year_in_which_teaching_has_begun_is_not_overwritten(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session, pytest.raises(YearBegun):
        copy_forward(
            session, cast.principal, school_a(session).id, "2024-2025", default_calendar("2025-2026").digest
        )


def test_a_copy_that_nobody_saw_is_not_made(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session, pytest.raises(Stale):
        copy_forward(session, cast.principal, school_a(session).id, present_year(), "0" * 64)


def test_one_schools_year_is_not_anothers(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        save_calendar(session, cast.principal, school_a(session).id, shorter(DEFAULT), DEFAULT.digest)
        other = school_by_code(session, "truong-b")
        assert calendar_of(session, other.id, YEAR).digest == DEFAULT.digest


def reload(session: Session, who: Authority) -> Authority:
    """Return the authority as it is now."""
    found = authority_of(session, who.user_id)
    assert found is not None
    return found
