"""Beginning, ending and handing on duties, and classes and subjects changed one at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit.chain import verify
from app.context import Context
from app.errors import NotAllowed, NotFound, Refused
from app.people.authority import Authority
from app.people.leaving import end_posts
from app.schools.models import School
from app.schools.queries import school_by_code
from app.teaching.classes import (
    ClassData,
    add_class,
    classes_of_next_year,
    copy_classes,
    edit_class,
    remove_class,
)
from app.teaching.duties import Task, begin_duty, end_duty, hand_on_duty
from app.teaching.models import Duty, SchoolClass
from app.teaching.queries import classes_of, duties_of, homerooms_of, subjects_of
from app.teaching.refusals import (
    BadClass,
    BadDuty,
    BadDutyDay,
    ClassInUse,
    ClassTaken,
    DutyTaken,
    NothingToCopy,
    SubjectInUse,
    SubjectTaken,
)
from app.teaching.subjects import add_subject, code_for, remove_subject, rename_subject
from tests.conftest import Cast, authority
from tests.waiting import until_somebody_waits

YEAR, NEXT = "2026-2027", "2027-2028"
DAY = date(2026, 12, 1)


def school_a(session: Session) -> School:
    return school_by_code(session, "truong-a")


def room(session: Session, name: str) -> SchoolClass:
    return next(each for each in classes_of(session, school_a(session).id, YEAR) if each.name == name)


def subject_id(session: Session, name: str) -> int:
    return next(each.id for each in subjects_of(session, school_a(session).id) if each.name == name)


def leading(session: Session, name: str, day: date) -> str:
    shown = homerooms_of(session, school_a(session).id, YEAR, day)
    return shown[room(session, name).id].person


def waiting_builds(session: Session) -> int:
    jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'build_obligations' AND status = 'todo'"
    return session.scalar(text(jobs)) or 0


def test_a_new_homeroom_teacher_takes_over_on_his_day_and_the_old_one_stays_in_the_history(
    context: Context, cast: Cast
) -> None:
    with context.database.transaction() as session:
        school, before = school_a(session), waiting_builds(session)
        task = Task(cast.teacher5.user_id, Duty.HOMEROOM, room(session, "1A").id)
        begin_duty(session, cast.principal, school.id, YEAR, task, DAY)

    with context.database.transaction() as session:
        assert leading(session, "1A", DAY - timedelta(days=1)) == "Giáo viên Một A"
        assert leading(session, "1A", DAY) == "Giáo viên Năm A"
        assert waiting_builds(session) == before + 1
        assert verify(session) == []


def test_a_duty_that_is_handed_on_changes_hands_on_the_day(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        duty = next(
            each.assignment
            for each in duties_of(session, school.id, YEAR, person=cast.teacher.user_id)
            if each.subject == "Toán"
        )
        begun = hand_on_duty(session, cast.records_admin, school.id, duty.id, cast.teacher2.user_id, DAY)

        assert (begun.user_id, begun.starts_on, begun.class_id) == (cast.teacher2.user_id, DAY, duty.class_id)
        assert duty.ends_on == date(2026, 11, 30)


def test_a_duty_ends_on_a_day_of_the_year_and_not_before_it_began(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        duty = duties_of(session, school.id, YEAR, person=cast.teacher.user_id)[0].assignment

        end_duty(session, cast.principal, school.id, duty.id, DAY)

        assert duty.ends_on == DAY
        for wrong in (date(2026, 7, 31), date(2027, 8, 1)):
            with pytest.raises(BadDutyDay):
                end_duty(session, cast.principal, school.id, duty.id, wrong)


def test_a_duty_needs_a_person_a_class_and_a_subject_of_the_school(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        school, b = school_a(session), school_by_code(session, "truong-b")
        maths, first = subject_id(session, "Toán"), room(session, "1A").id
        foreign = classes_of(session, b.id, YEAR)[0].id
        mine = cast.teacher2.user_id
        wrong = (
            Task(cast.b_teacher.user_id, Duty.SUBJECT, first, maths),
            Task(mine, Duty.SUBJECT, foreign, maths),
            Task(mine, Duty.SUBJECT, first, None),
            Task(mine, Duty.HOMEROOM, None),
            Task(mine, Duty.YOUTH_LEADER, first),
        )
        for task in wrong:
            with pytest.raises(BadDuty):
                begin_duty(session, cast.principal, school.id, YEAR, task, DAY)


def test_nobody_gets_the_same_duty_twice(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        task = Task(cast.teacher.user_id, Duty.SUBJECT, room(session, "1A").id, subject_id(session, "Toán"))
        with pytest.raises(DutyTaken):
            begin_duty(session, cast.principal, school_a(session).id, YEAR, task, DAY)


@pytest.mark.parametrize(
    ("role", "refusal"),
    [("teacher", NotAllowed), ("clerk", NotAllowed), ("b_principal", NotFound), ("officer", NotFound)],
)
def test_only_principal_and_administrator_arrange_classes(
    context: Context, cast: Cast, role: str, refusal: type[Refused]
) -> None:
    who: Authority = authority(cast, role)
    with context.database.transaction() as session, pytest.raises(refusal):
        add_class(session, who, school_a(session).id, YEAR, ClassData("2C", 2))


def test_classes_are_told_apart_however_they_are_written(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        for typed in ("5a", "Lớp 5A", "5 A"):
            with pytest.raises(ClassTaken):
                add_class(session, cast.principal, school.id, YEAR, ClassData(typed, 5))
        added = add_class(session, cast.principal, school.id, YEAR, ClassData(" 5C ", 5))
        assert (added.name, added.level) == ("5C", "primary")


@pytest.mark.parametrize(
    "data", [ClassData("6A", 6), ClassData("", 1), ClassData("x" * 31, 1), ClassData("1C", 1, 77)]
)
def test_a_class_has_a_name_and_a_grade_that_the_school_teaches(
    context: Context, cast: Cast, data: ClassData
) -> None:
    with context.database.transaction() as session, pytest.raises(BadClass):
        add_class(session, cast.principal, school_a(session).id, YEAR, data)


def test_a_class_in_which_somebody_taught_is_renamed_and_not_removed(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        school, taught = school_a(session), room(session, "1A")
        with pytest.raises(ClassInUse):
            remove_class(session, cast.principal, school.id, taught.id)
        edit_class(session, cast.principal, school.id, taught.id, ClassData("1A1", 1))
        empty = add_class(session, cast.principal, school.id, YEAR, ClassData("1D", 1))
        remove_class(session, cast.principal, school.id, empty.id)
        names = [each.name for each in classes_of(session, school.id, YEAR)]

    assert "1A1" in names
    assert not {"1A", "1D"} & set(names)


def test_classes_move_up_a_grade_into_the_next_year_once(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        planned = [each.name for each in classes_of_next_year(session, school, YEAR)]

        assert planned == ["1A", "1B", "2A", "2B", "3A", "3B", "4A", "4B", "5A", "5B"]
        assert copy_classes(session, cast.principal, school.id, YEAR) == 10
        assert homerooms_of(session, school.id, NEXT, date(2027, 9, 6)) == {}
        with pytest.raises(NothingToCopy):
            copy_classes(session, cast.principal, school.id, YEAR)


def test_subjects_are_known_by_name_however_it_is_written(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        school = school_a(session)
        with pytest.raises(SubjectTaken):
            add_subject(session, cast.principal, school.id, "Lịch sử và Địa lý")
        added = add_subject(session, cast.principal, school.id, "Âm nhạc")
        assert added.code == "AN"
        rename_subject(session, cast.principal, school.id, added.id, "Nghệ thuật (Âm nhạc)")
        remove_subject(session, cast.principal, school.id, added.id)
        with pytest.raises(SubjectInUse):
            remove_subject(session, cast.principal, school.id, subject_id(session, "Toán"))


def test_a_made_code_is_one_that_is_free() -> None:
    assert code_for("Toán", set()) == "TOAN"
    assert code_for("Tiếng Việt", {"TV"}) == "TV2"


def test_who_is_leaving_meanwhile_gets_no_duty(context: Context, cast: Cast) -> None:
    def begin() -> None:
        with context.database.transaction() as session:
            task = Task(cast.teacher.user_id, Duty.YOUTH_LEADER)
            begin_duty(session, cast.principal, school_a(session).id, YEAR, task, DAY)

    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            end_posts(session, school_a(session).id, cast.teacher.user_id, cast.clerk.user_id)
            beginning = pool.submit(begin)
            until_somebody_waits(context)
        with pytest.raises(BadDuty):
            beginning.result(timeout=30)
