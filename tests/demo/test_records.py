"""What the demo's people have handed in when it is first opened."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.calendar.days import Calendar
from app.calendar.making import default_calendar
from app.context import Context
from app.corrections.models import Correction, CorrectionState
from app.demo.records import lock_week, plant_records
from app.demo.stories import Ending, Story, locked_week, stories
from app.locks.models import Lock
from app.records.models import Record
from app.running.worker import run_worker
from workflows.model import State

YEAR = "2026-2027"
DAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return default_calendar(YEAR)


def test_there_are_about_sixty_records_of_every_ending(calendar: Calendar) -> None:
    told = stories(calendar, DAY)
    assert 55 <= len(told) <= 65
    assert set(Counter(story.ending for story in told)) == set(Ending)


@given(st.integers(min_value=0, max_value=364))
def test_on_every_day_of_the_year_each_record_has_a_slot_of_its_own(passed: int) -> None:
    calendar, day = default_calendar(YEAR), date(2026, 8, 1) + timedelta(days=passed)
    told = stories(calendar, day)
    slots = {(each.school, each.owner, each.description) for each in told}
    assert len(slots) == len(told)
    assert all(calendar.find(each.description.period) for each in told)
    assert any(each.description.period == locked_week(calendar, day) for each in told)


def test_each_ending_is_reached_through_the_products_own_verbs(context: Context, calendar: Calendar) -> None:
    told = one_of_each_ending(stories(calendar, DAY))
    plant_records(context, told, lambda: run_worker(context, wait=False))
    lock_week(context, locked_week(calendar, DAY))
    with context.database.transaction() as session:
        assert dict(Counter(session.scalars(select(Record.state)))) == {
            State.SUBMITTED: 1,
            State.DEPARTMENT_APPROVED: 1,
            State.RETURNED: 1,
            State.WITHDRAWN: 1,
            State.FILED: 2,
        }
        assert session.scalars(select(Correction.state)).all() == [CorrectionState.OPEN]
        assert session.scalars(select(Lock.period)).all() == [locked_week(calendar, DAY)]


def test_begun_again_after_a_kill_it_brings_each_record_on_and_adds_none(
    context: Context, calendar: Calendar
) -> None:
    told = [
        next(each for each in stories(calendar, DAY) if each.ending is ending)
        for ending in (Ending.APPROVED, Ending.WITHDRAWN, Ending.RETURNED)
    ]
    handed_in_only = [replace(each, ending=Ending.SUBMITTED) for each in told]
    for some in (handed_in_only[:2], told, told):
        plant_records(context, some, lambda: run_worker(context, wait=False))
        lock_week(context, locked_week(calendar, DAY))
    with context.database.transaction() as session:
        states = Counter(session.scalars(select(Record.state)))
        assert states == {State.DEPARTMENT_APPROVED: 1, State.WITHDRAWN: 1, State.RETURNED: 1}
        assert len(session.scalars(select(Lock.id)).all()) == 1


def one_of_each_ending(told: list[Story]) -> list[Story]:
    return [next(each for each in told if each.ending is ending) for ending in Ending]
