"""What the demo's people teach."""

import pytest
from sqlalchemy import func, select

from app.calendar.models import SchoolPeriod
from app.context import Context
from app.curriculum.queries import lessons_in, plans_of
from app.people.models import User
from app.schools.queries import school_by_code
from app.teaching.models import Assignment, Duty, SchoolClass

YEAR = "2026-2027"


@pytest.mark.parametrize(("code", "classes"), [("truong-a", 10), ("truong-b", 8)])
def test_every_class_has_one_homeroom_teacher(context: Context, code: str, classes: int) -> None:
    with context.database.transaction() as session:
        school = school_by_code(session, code)
        led = session.execute(
            select(SchoolClass.name, func.count(Assignment.id))
            .join(Assignment, (Assignment.class_id == SchoolClass.id) & (Assignment.duty == Duty.HOMEROOM))
            .where(SchoolClass.school_id == school.id, SchoolClass.year == YEAR)
            .group_by(SchoolClass.name)
        )
        assert [count for _, count in led] == [1] * classes


def test_every_teacher_and_head_teaches(context: Context) -> None:
    with context.database.transaction() as session:
        teaching = select(Assignment.user_id).where(Assignment.duty == Duty.SUBJECT, Assignment.year == YEAR)
        emails = set(session.scalars(select(User.email).where(User.id.in_(teaching))))
    local = {f"gv{number}" for number in range(1, 9)} | {"totruong1", "totruong2"}
    assert emails == {f"{each}@{school}.example" for each in local for school in ("truong-a", "truong-b")}


def test_both_schools_have_the_calendars_of_two_years(context: Context) -> None:
    with context.database.transaction() as session:
        saved = set(session.execute(select(SchoolPeriod.school_id, SchoolPeriod.year).distinct()))
        schools = [school_by_code(session, code).id for code in ("truong-a", "truong-b")]
    assert {tuple(row) for row in saved} >= {
        (school, year) for school in schools for year in ("2025-2026", YEAR)
    }


@pytest.mark.parametrize(("code", "grade"), [("truong-a", 1), ("truong-b", 6)])
def test_each_school_has_a_curriculum_plan_that_fills_its_weeks(
    context: Context, code: str, grade: int
) -> None:
    with context.database.transaction() as session:
        school = school_by_code(session, code)
        (view,) = plans_of(session, school.id, YEAR)
        lessons = lessons_in(session, view.plan.id)
    assert view.plan.grade == grade
    assert {lesson.week for lesson in lessons} == set(range(1, 36))
    places = [place for each in lessons for place in range(each.first_period, each.last_period + 1)]
    assert places == list(range(1, len(places) + 1))
