"""Reminders: who gets which letter on which day, never two, and none on quiet days."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import delete, func, select, text, update

from app.calendar.models import Holiday
from app.context import Context
from app.errors import InvalidRequest, NotAllowed
from app.notices.mail import MailRefused
from app.obligations.models import Obligation, Reminder, ReminderPlan
from app.obligations.queries import OwedView
from app.obligations.reminder_plans import set_plan
from app.obligations.reminders import plan_of, remind_school, send_reminder
from app.obligations.reminding import Digest, Plan, Superiors, digests, is_quiet, today_of
from app.obligations.standing import Status
from app.people.models import Role, User
from app.schools.queries import school_by_code
from tests.conftest import Cast
from tests.notices.post_office import PostOffice
from tests.two_schools import also_at

YEAR = "2026-2027"
MONDAY = date(2026, 11, 23)
DAY = date.today() + timedelta(days=9 - date.today().weekday())  # noqa: DTZ011 -- a Wednesday to come
AN, HEAD, DEPUTY, PRINCIPAL = (uuid.UUID(int=number) for number in range(1, 5))
PLAN = Plan(days_before=2, days_after=1, head_told_after=3)


def owed(due: date, status: Status, owner: uuid.UUID = AN) -> OwedView:
    """A record of somebody in department 7 that is due at 17:00 in Vietnam."""
    due_at = datetime(due.year, due.month, due.day, 10, tzinfo=UTC)
    return OwedView(
        1, 1, "truong-a", "KHBD", "Kế hoạch bài dạy", f"u:{owner}", owner, "Cô An", 7, "Tổ 1", "", "", "",
        f"{YEAR}/W12", None, due_at, status.value, None, None,
    )  # fmt: skip


def letters(day: date, views: Sequence[OwedView], free_days: Sequence[date] = ()) -> dict[uuid.UUID, Digest]:
    superiors = Superiors({7: HEAD}, {HEAD, DEPUTY}, [PRINCIPAL])
    return digests(views, superiors, today_of(day, PLAN, free_days))


def test_one_letter_tells_of_everything_when_something_comes_near() -> None:
    day = date(2026, 11, 24)
    views = [owed(day + timedelta(days=2), Status.MISSING), owed(day - timedelta(days=30), Status.LATE)]
    digest = letters(day, views)[AN]
    assert (len(digest.soon), len(digest.late)) == (1, 1)


def test_nothing_new_sends_no_letter() -> None:
    day = date(2026, 11, 25)
    assert letters(day, [owed(day + timedelta(days=1), Status.MISSING)]) == {}
    assert letters(day, [owed(day - timedelta(days=20), Status.LATE)]) == {}


def test_what_came_due_on_quiet_days_is_told_on_the_next_day_that_is_not() -> None:
    saturday = MONDAY - timedelta(days=2)
    assert AN in letters(MONDAY, [owed(saturday, Status.LATE)])
    off = [MONDAY, MONDAY + timedelta(days=1)]
    assert AN in letters(MONDAY + timedelta(days=2), [owed(saturday, Status.LATE)], off)


def test_the_head_is_told_after_some_days_and_of_everybody_in_one_letter() -> None:
    day = date(2026, 11, 26)
    views = [owed(day - timedelta(days=3), Status.LATE), owed(day - timedelta(days=8), Status.LATE)]
    found = letters(day, views)
    assert found[HEAD].others == {AN: 2}
    assert AN not in found


def test_two_people_of_one_name_are_counted_apart() -> None:
    day = date(2026, 11, 26)
    namesake = uuid.UUID(int=9)
    views = [owed(day - timedelta(days=3), Status.LATE, each) for each in (AN, namesake, namesake)]
    assert letters(day, views)[HEAD].others == {AN: 1, namesake: 2}


def test_a_head_is_not_told_of_his_own_records_twice() -> None:
    day = date(2026, 11, 26)
    found = letters(day, [owed(day - timedelta(days=1), Status.LATE, HEAD)])
    assert found[HEAD].others == {}
    assert len(found[HEAD].late) == 1


def test_the_principal_is_told_of_a_heads_late_records_after_the_same_days_and_in_one_letter() -> None:
    day = date(2026, 11, 26)
    two_days, three_days = (owed(day - timedelta(days=number), Status.LATE, HEAD) for number in (2, 3))
    assert PRINCIPAL not in letters(day, [two_days])
    found = letters(day, [two_days, three_days, owed(day - timedelta(days=8), Status.LATE, HEAD)])
    assert found[PRINCIPAL].heads == {HEAD: 2}
    assert found[PRINCIPAL].others == {}


def test_of_a_deputys_late_records_head_and_principal_are_told() -> None:
    day = date(2026, 11, 26)
    found = letters(day, [owed(day - timedelta(days=3), Status.LATE, DEPUTY)])
    assert (found[HEAD].others, found[PRINCIPAL].heads) == ({DEPUTY: 1}, {DEPUTY: 1})


def test_of_a_teachers_late_records_the_principal_is_not_told() -> None:
    day = date(2026, 11, 26)
    assert PRINCIPAL not in letters(day, [owed(day - timedelta(days=3), Status.LATE)])


def test_a_heads_lateness_that_falls_on_quiet_days_is_told_to_the_principal_after_them() -> None:
    thursday = owed(MONDAY - timedelta(days=4), Status.LATE, HEAD)
    assert PRINCIPAL in letters(MONDAY, [thursday])
    assert PRINCIPAL not in letters(MONDAY + timedelta(days=1), [thursday])
    off = [MONDAY]
    assert PRINCIPAL in letters(MONDAY + timedelta(days=1), [thursday], off)


@pytest.mark.parametrize(("day", "quiet"), [(MONDAY, False), (MONDAY - timedelta(days=1), True)])
def test_sundays_are_quiet(day: date, quiet: bool) -> None:
    assert is_quiet(day, ()) is quiet
    assert is_quiet(day, {day})


@pytest.fixture
def school_id(context: Context, cast: Cast) -> int:
    """School A without holidays, where one plan of teacher 1 comes due two days after `DAY`."""
    with context.database.transaction() as session:
        session.execute(delete(Holiday))
        own = select(func.min(Obligation.id)).where(Obligation.owner_id == cast.teacher.user_id)
        due_at = datetime.combine(DAY + timedelta(days=2), time(10), UTC)
        chosen = Obligation.id == own.scalar_subquery()
        session.execute(update(Obligation).where(chosen).values(due_at=due_at))
        return school_by_code(session, "truong-a").id


def reminded(context: Context) -> list[bool]:
    """Whether each reminder that was written down has been sent."""
    with context.database.transaction() as session:
        return [sent_at is not None for sent_at in session.scalars(select(Reminder.sent_at))]


def test_a_letter_is_written_down_once_and_sent_once(
    writing: Context, office: PostOffice, cast: Cast, school_id: int
) -> None:
    for _ in range(2):
        remind_school(writing, school_id, DAY.isoformat())
    with writing.database.transaction() as session:
        person = session.scalars(
            select(Reminder.user_id).where(Reminder.user_id == cast.teacher.user_id)
        ).one()
        jobs = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'send_reminder'")
        assert session.scalar(jobs) == len(session.scalars(select(Reminder)).all())
    for _ in range(2):
        send_reminder(writing, str(person), school_id, DAY.isoformat())
    (letter,) = office.letters
    assert letter["To"] == cast.teacher.email
    assert "Kế hoạch bài dạy" in letter.get_content()
    assert "/viec-cua-toi" in letter.get_content()


def test_a_server_out_of_reach_lets_the_letter_be_sent_later(
    writing: Context, office: PostOffice, cast: Cast, school_id: int
) -> None:
    remind_school(writing, school_id, DAY.isoformat())
    nobody = replace(writing, settings=replace(writing.settings, mail_url="smtp://127.0.0.1:9"))
    with pytest.raises(OSError, match="refused"):
        send_reminder(nobody, str(cast.teacher.user_id), school_id, DAY.isoformat())
    assert not any(reminded(writing))
    send_reminder(writing, str(cast.teacher.user_id), school_id, DAY.isoformat())
    assert len(office.letters) == 1


def test_a_letter_that_the_server_refuses_can_be_sent_once_it_takes_it(
    writing: Context, office: PostOffice, cast: Cast, school_id: int
) -> None:
    remind_school(writing, school_id, DAY.isoformat())
    office.answer = "550 nobody of that name"
    with pytest.raises(MailRefused):
        send_reminder(writing, str(cast.teacher.user_id), school_id, DAY.isoformat())
    office.answer = "250 OK"
    send_reminder(writing, str(cast.teacher.user_id), school_id, DAY.isoformat())
    assert len(office.letters) == 1


def test_who_handed_in_meanwhile_gets_no_letter(
    writing: Context, office: PostOffice, cast: Cast, school_id: int
) -> None:
    remind_school(writing, school_id, DAY.isoformat())
    with writing.database.transaction() as session:
        session.execute(delete(Obligation).where(Obligation.owner_id == cast.teacher.user_id))
    send_reminder(writing, str(cast.teacher.user_id), school_id, DAY.isoformat())
    assert office.letters == []


def test_a_school_that_wants_no_reminders_sends_none(context: Context, school_id: int) -> None:
    with context.database.transaction() as session:
        off = {"enabled": False, "days_before": 2, "days_after": 1, "head_told_after": 3}
        session.add(ReminderPlan(school_id=school_id, **off))
    remind_school(context, school_id, DAY.isoformat())
    assert reminded(context) == []


def test_only_those_in_charge_say_how_a_school_reminds(context: Context, cast: Cast, school_id: int) -> None:
    with context.database.transaction() as session:
        set_plan(session, cast.principal, school_id, Plan(days_before=5))
        assert plan_of(session, school_id).days_before == 5
        set_plan(session, cast.records_admin, school_id, Plan(enabled=False))
        assert not plan_of(session, school_id).enabled
    for stranger in (cast.teacher, cast.head, cast.b_principal):
        with context.database.transaction() as session, pytest.raises(NotAllowed):
            set_plan(session, stranger, school_id, Plan())
    with context.database.transaction() as session, pytest.raises(InvalidRequest):
        set_plan(session, cast.principal, school_id, Plan(head_told_after=0))


def test_the_principals_letter_names_the_heads_who_are_late(
    writing: Context, office: PostOffice, cast: Cast, school_id: int
) -> None:
    day = DAY - timedelta(days=14)
    with writing.database.transaction() as session:
        own = select(func.min(Obligation.id)).where(Obligation.party == f"u:{cast.head.user_id}")
        session.execute(delete(Obligation).where(Obligation.id != own.scalar_subquery()))
        session.execute(
            update(Obligation).values(due_at=datetime.combine(day - timedelta(days=3), time(10), UTC))
        )
    remind_school(writing, school_id, day.isoformat())
    send_reminder(writing, str(cast.principal.user_id), school_id, day.isoformat())
    (letter,) = office.letters
    assert letter["Subject"] == "Tổ trưởng, tổ phó có hồ sơ trễ hạn"
    assert f"- {cast.head.name}: 1 hồ sơ" in letter.get_content()
    assert "Trong tổ bạn" not in letter.get_content()


def test_the_heads_letter_tells_namesakes_apart_by_their_staff_codes(
    writing: Context, office: PostOffice, cast: Cast, school_id: int
) -> None:
    day = DAY - timedelta(days=14)
    with writing.database.transaction() as session:
        alike = [session.get_one(User, each.user_id) for each in (cast.teacher, cast.teacher2)]
        late = [select(func.min(Obligation.id)).where(Obligation.party == f"u:{each.id}") for each in alike]
        kept = [Obligation.id != chosen.scalar_subquery() for chosen in late]
        session.execute(delete(Obligation).where(*kept))
        session.execute(
            update(Obligation).values(due_at=datetime.combine(day - timedelta(days=3), time(10), UTC))
        )
        for user, code in zip(alike, ("GV-01", ""), strict=True):
            user.name, user.staff_code = "Phạm Thị Hòa", code
    remind_school(writing, school_id, day.isoformat())
    send_reminder(writing, str(cast.head.user_id), school_id, day.isoformat())
    (letter,) = office.letters
    assert "- Phạm Thị Hòa (GV-01): 1 hồ sơ" in letter.get_content()
    assert f"- Phạm Thị Hòa ({cast.teacher2.email}): 1 hồ sơ" in letter.get_content()


def test_who_works_at_two_schools_is_reminded_by_each(
    writing: Context, office: PostOffice, cast: Cast, school_id: int
) -> None:
    with writing.database.transaction() as session:
        own = select(Obligation).where(Obligation.owner_id == cast.teacher.user_id).limit(1)
        there = school_by_code(session, "truong-b").id
        near = datetime.combine(DAY + timedelta(days=2), time(10), UTC)
        of_the_second = select(Obligation.id).where(Obligation.school_id == there).limit(1)
        chosen = Obligation.id == of_the_second.scalar_subquery()
        session.execute(
            update(Obligation).where(chosen).values(owner_id=session.scalars(own).one().owner_id, due_at=near)
        )
    also_at(writing, cast.teacher, "truong-b", Role.TEACHER)
    for each in (school_id, there) * 2:
        remind_school(writing, each, DAY.isoformat())
        send_reminder(writing, str(cast.teacher.user_id), each, DAY.isoformat())

    told = [letter.get_content() for letter in office.letters]
    assert [letter["To"] for letter in office.letters] == [cast.teacher.email] * 2
    assert "Trường Tiểu học A" in told[0]
    assert "Trường Trung học cơ sở B" in told[1]
