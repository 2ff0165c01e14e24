"""What is expected of whom: pure, against the default calendar."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.calendar.days import Days
from app.calendar.deadlines import Deadline, usual_deadline
from app.calendar.making import default_calendar
from app.catalogue.models import PeriodKind, RecordType
from app.obligations.expected import Slot, expected
from app.obligations.staffing import Member, SchoolRoom, Staffing, Stay, Task
from app.people.models import Role
from app.teaching.models import Duty

YEAR = "2026-2027"
CALENDAR = default_calendar(YEAR)
ALWAYS = Stay(date(2020, 8, 1))
GONE = Stay(date(2020, 8, 1), date(2026, 10, 1))
FIVE_A, FIVE_B = SchoolRoom("5A", 5, "primary"), SchoolRoom("5B", 5, "primary")
SIX_A = SchoolRoom("6A", 6, "lower_secondary")
AN, BINH, CHI = (uuid.UUID(int=number) for number in (1, 2, 3))


def a_type(**columns: object) -> RecordType:
    usual = {"id": 1, "code": "KHBD", "owner_kind": "teacher", "period_kind": "week", "levels": []}
    return RecordType(**{**usual, "submitter": "teacher", "slot_format": "person", **columns})


def a_member(
    person: uuid.UUID, role: Role = Role.TEACHER, stay: Stay = ALWAYS, department: int = 7
) -> Member:
    return Member(person, role, department, stay)


def by_rule(record_type: RecordType, period: Days, _person: uuid.UUID | None) -> Deadline:
    return usual_deadline(CALENDAR, (), record_type.code, period)


def owed(
    record_type: RecordType,
    members: Sequence[Member],
    tasks: Sequence[Task] = (),
    rooms: Sequence[SchoolRoom] = (FIVE_A, FIVE_B),
    **more: object,
) -> list[Slot]:
    staffing = Staffing(3, (7, 8), rooms, members, tasks, **more)  # type: ignore[arg-type]
    periods = [period for kind in PeriodKind for period in CALENDAR.taught(kind)]
    return expected(staffing, [record_type], periods, by_rule)


def periods(slots: Sequence[Slot]) -> list[str]:
    return [slot.period.partition("/")[2] for slot in slots]


def test_a_teacher_owes_one_plan_for_each_of_35_weeks() -> None:
    slots = owed(a_type(), [a_member(AN)])
    assert periods(slots) == [f"W{week:02}" for week in range(1, 36)]
    assert {slot.claim.party for slot in slots} == {f"u:{AN}"}
    assert {slot.claim.department_id for slot in slots} == {7}


def test_months_without_teaching_owe_nothing() -> None:
    slots = owed(a_type(period_kind="month"), [a_member(AN)])
    assert set(periods(slots)).isdisjoint({"M06", "M07", "M08"})


def test_a_head_who_teaches_owes_his_plan_once_and_a_clerk_owes_none() -> None:
    members = [a_member(AN, Role.HEAD), a_member(AN), a_member(BINH, Role.CLERK)]
    assert len(owed(a_type(), members)) == 35


def test_who_joins_in_mid_year_owes_from_then_on() -> None:
    week = CALENDAR.find(f"{YEAR}/W12")
    assert week is not None
    joined = Stay(week.starts_on + timedelta(days=2))
    assert periods(owed(a_type(), [a_member(AN, stay=joined)]))[0] == "W13"


def test_who_has_left_owes_nothing_any_more_not_even_what_was_due_before() -> None:
    assert owed(a_type(), [a_member(AN, stay=GONE)]) == []


def test_who_came_back_owes_what_was_due_in_both_his_times() -> None:
    back = a_member(AN, stay=Stay(date(2027, 3, 1)))
    weeks = set(periods(owed(a_type(), [a_member(AN, stay=GONE), back])))
    assert {"W01", "W35"} < weeks
    assert "W12" not in weeks


def test_who_only_moved_to_another_place_of_the_school_owes_what_was_due_before() -> None:
    clerk = a_member(AN, Role.CLERK, stay=Stay(date(2026, 10, 2)))
    assert periods(owed(a_type(), [a_member(AN, stay=GONE), clerk])) == ["W01", "W02", "W03", "W04"]


def test_who_joins_after_the_plans_were_due_owes_the_register_that_is_closed_at_the_end() -> None:
    joined = Stay(date(2026, 12, 1))
    assert owed(a_type(code="KHGDGV", period_kind="year"), [a_member(AN, stay=joined)]) == []
    assert len(owed(a_type(code="SCN", period_kind="year"), [a_member(AN, stay=joined)])) == 1


def test_only_homeroom_teachers_owe_the_homeroom_register() -> None:
    tasks = [Task(AN, Duty.HOMEROOM, ALWAYS, FIVE_A), Task(BINH, Duty.SUBJECT, ALWAYS, FIVE_A, "Toán")]
    slots = owed(
        a_type(submitter="homeroom_teacher", period_kind="year"), [a_member(AN), a_member(BINH)], tasks
    )
    assert [slot.claim.owner_id for slot in slots] == [AN]


def test_a_duty_handed_over_is_owed_by_whoever_has_it_when_it_is_due() -> None:
    half = date(2027, 1, 20)
    tasks = [
        Task(AN, Duty.HOMEROOM, Stay(date(2026, 9, 1), half), FIVE_A),
        Task(BINH, Duty.HOMEROOM, Stay(half + timedelta(days=1)), FIVE_A),
    ]
    members = [a_member(AN), a_member(BINH)]
    monthly = owed(a_type(submitter="homeroom_teacher", period_kind="month"), members, tasks)
    assert [slot.claim.owner_id for slot in monthly] == [AN] * 5 + [BINH] * 4


def test_who_has_left_does_nothing_any_more() -> None:
    tasks = [Task(AN, Duty.HOMEROOM, ALWAYS, FIVE_A)]
    gone = a_member(AN, stay=GONE)
    assert owed(a_type(submitter="homeroom_teacher", period_kind="year"), [gone], tasks) == []


def test_class_and_subject_are_told_apart_where_the_type_asks_for_it() -> None:
    tasks = [
        Task(AN, Duty.SUBJECT, ALWAYS, FIVE_A, "Toán"),
        Task(AN, Duty.SUBJECT, ALWAYS, FIVE_A, "Tiếng Việt"),
        Task(AN, Duty.SUBJECT, ALWAYS, FIVE_B, "Toán"),
    ]
    by_class = owed(a_type(slot_format="class", period_kind="year"), [a_member(AN)], tasks)
    assert [slot.claim.class_name for slot in by_class] == ["5A", "5B"]
    by_subject = owed(a_type(slot_format="class_subject", period_kind="year"), [a_member(AN)], tasks)
    assert {(slot.claim.class_name, slot.claim.subject) for slot in by_subject} == {
        ("5A", "Toán"),
        ("5A", "Tiếng Việt"),
        ("5B", "Toán"),
    }


def test_lessons_of_a_curriculum_plan_are_owed_one_by_one_in_their_week() -> None:
    tasks = [Task(AN, Duty.SUBJECT, ALWAYS, FIVE_A, "Toán")]
    lessons = {("Toán", 5, f"{YEAR}/W02"): ["Bài 3", "Bài 4"]}
    slots = owed(a_type(slot_format="lesson"), [a_member(AN)], tasks, lessons=lessons)
    titles = [slot.claim.title for slot in slots if slot.period.endswith("W02")]
    assert titles == ["Bài 3", "Bài 4"]
    assert [slot.claim.title for slot in slots if slot.period.endswith("W03")] == [""]


def test_types_of_another_level_are_not_owed_by_who_teaches_only_elsewhere() -> None:
    tasks = [
        Task(AN, Duty.SUBJECT, ALWAYS, FIVE_A, "Toán"),
        Task(BINH, Duty.SUBJECT, ALWAYS, SIX_A, "Toán"),
    ]
    secondary = a_type(levels=["lower_secondary"], period_kind="year")
    slots = owed(secondary, [a_member(AN), a_member(BINH), a_member(CHI)], tasks, rooms=(FIVE_A, SIX_A))
    assert [slot.claim.owner_id for slot in slots] == [BINH, CHI]


def test_a_departments_records_are_asked_of_its_head_else_of_nobody() -> None:
    members = [a_member(AN, Role.HEAD), a_member(BINH, Role.DEPUTY_HEAD), a_member(CHI)]
    slots = owed(a_type(owner_kind="department", submitter="head", period_kind="year"), members)
    assert [(slot.claim.party, slot.claim.owner_id) for slot in slots] == [("d:7", AN), ("d:8", None)]


def test_a_schools_records_are_asked_of_its_clerk() -> None:
    members = [a_member(AN, Role.RECORDS_ADMIN), a_member(BINH, Role.CLERK)]
    (slot,) = owed(a_type(owner_kind="school", submitter="office", period_kind="year"), members)
    assert (slot.claim.party, slot.claim.owner_id) == ("s:3", BINH)


def test_each_class_owes_its_book_even_without_a_homeroom_teacher() -> None:
    book = a_type(owner_kind="class", submitter="homeroom_teacher", slot_format="class", period_kind="year")
    slots = owed(book, [a_member(AN)], [Task(AN, Duty.HOMEROOM, ALWAYS, FIVE_A)])
    assert [(s.claim.party, s.claim.class_name, s.claim.owner_id) for s in slots] == [
        ("s:3", "5A", AN),
        ("s:3", "5B", None),
    ]


def test_a_class_whose_teacher_left_asks_whoever_took_it_over_for_what_is_late_too() -> None:
    book = a_type(owner_kind="class", submitter="homeroom_teacher", slot_format="class", period_kind="week")
    tasks = [
        Task(BINH, Duty.HOMEROOM, Stay(date(2026, 9, 1), date(2026, 9, 10)), FIVE_A),
        Task(AN, Duty.HOMEROOM, Stay(date(2026, 9, 11)), FIVE_A),
    ]
    members = [a_member(AN, stay=GONE), a_member(BINH), a_member(CHI)]
    without = {slot.period[-3:]: slot.claim.owner_id for slot in owed(book, members, tasks, (FIVE_A,))}
    assert (without["W01"], without["W03"], without["W20"]) == (BINH, None, None)
    taken = [*tasks, Task(CHI, Duty.HOMEROOM, Stay(date(2026, 11, 1)), FIVE_A)]
    asked = {slot.period[-3:]: slot.claim.owner_id for slot in owed(book, members, taken, (FIVE_A,))}
    assert (asked["W01"], asked["W03"], asked["W20"]) == (BINH, CHI, CHI)


def test_a_departments_records_are_asked_of_its_present_head_once_the_one_of_then_left() -> None:
    plan = a_type(owner_kind="department", submitter="head", period_kind="week")
    new = a_member(BINH, Role.HEAD, stay=Stay(date(2026, 10, 20)))
    slots = owed(plan, [a_member(AN, Role.HEAD, stay=GONE), new])
    early = next(slot for slot in slots if slot.claim.party == "d:7")
    assert (early.period[-3:], early.claim.owner_id) == ("W01", BINH)


def test_who_was_excused_owes_nothing_and_others_do() -> None:
    def excused(record_type: RecordType, period: Days, person: uuid.UUID | None) -> Deadline | None:
        return None if person == AN else by_rule(record_type, period, person)

    staffing = Staffing(3, (7,), (), [a_member(AN), a_member(BINH)], ())
    slots = expected(staffing, [a_type()], CALENDAR.taught("week"), excused)
    assert Counter(slot.claim.owner_id for slot in slots) == {BINH: 35}


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 300), st.none() | st.integers(0, 200)), max_size=6)
)
def test_nobody_owes_outside_his_stay_nor_after_leaving_and_nothing_twice(
    stays: list[tuple[int, int, int | None]],
) -> None:
    start = date(2026, 8, 1)
    members = [
        a_member(
            uuid.UUID(int=person),
            stay=Stay(
                start + timedelta(days=first),
                None if length is None else start + timedelta(days=first + length),
            ),
        )
        for person, first, length in stays
    ]
    slots = owed(a_type(), members)
    assert len({(slot.claim.party, slot.period) for slot in slots}) == len(slots)
    for slot in slots:
        week = CALENDAR.find(slot.period)
        assert week is not None
        own = [member.days for member in members if member.user_id == slot.claim.owner_id]
        assert any(week.starts_on in stay for stay in own)
        assert any(stay.last is None for stay in own)
        assert slot.deadline.due_at < datetime(2027, 6, 30, tzinfo=UTC)
