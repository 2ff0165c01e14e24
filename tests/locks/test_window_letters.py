"""Who is told of a window that an office lays over its schools: each once, unless it was taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from app.clock import today
from app.context import Context
from app.locks.models import OfficeWindow
from app.locks.window_letters import SCHOOLS_AT_ONCE, mail_about_window, tell_of_window
from app.locks.windows import Window, end_window, set_window
from app.people.authority import Authority
from app.people.models import Membership, Role, User
from app.running.worker import run_worker
from app.schools.models import School
from tests.conftest import Cast
from tests.notices.post_office import PostOffice

YEAR = "2026-2027"


def lay(context: Context, officer: Authority, record_type: str | None = None) -> int:
    """Have the schools of an officer's office closed ten days after each term."""
    with context.database.transaction() as session:
        window = Window(
            officer.office_ids()[0], YEAR, "close", "Chốt sổ", days=10, record_type_code=record_type
        )
        return set_window(session, officer, window).id


def take_back(context: Context, officer: Authority, window_id: int) -> None:
    with context.database.transaction() as session:
        end_window(session, officer, window_id)


def readers(office: PostOffice) -> list[str]:
    return sorted(letter["To"] for letter in office.letters)


def letters_queued(context: Context) -> int:
    waiting = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mail_about_window'")
    with context.database.transaction() as session:
        return int(session.scalars(waiting).one())


def test_the_principal_and_the_records_administrator_of_each_school_below_are_told(
    writing: Context, office: PostOffice, cast: Cast
) -> None:
    with writing.database.transaction() as session:
        province = cast.provincial_officer.office_ids()[0]
        session.execute(update(School).where(School.code == "truong-b").values(office_id=province))
    lay(writing, cast.officer, "KHBD")
    run_worker(writing, wait=False)
    assert readers(office) == sorted([cast.principal.email, cast.records_admin.email])
    assert office.letters[0]["Subject"] == "Phòng Văn hóa – Xã hội (mẫu) đặt lịch đóng sổ"
    body = office.letters[0].get_content()
    for told in ("đóng Kế hoạch bài dạy sau khi học kỳ kết thúc 10 ngày", "Lý do: Chốt sổ", "/khoa-so"):
        assert told in body
    office.letters.clear()
    lay(writing, cast.provincial_officer)
    run_worker(writing, wait=False)
    schools = (cast.principal, cast.records_admin, cast.b_principal, cast.b_records_admin)
    assert readers(office) == sorted(person.email for person in schools)


def test_an_opening_says_from_when_to_when_and_each_reads_it_in_his_language(
    writing: Context, office: PostOffice, cast: Cast
) -> None:
    first, last = today(), today() + timedelta(days=14)
    with writing.database.transaction() as session:
        session.execute(update(User).where(User.id == cast.principal.user_id).values(language="en"))
        above = cast.officer.office_ids()[0]
        window = Window(above, YEAR, "open", "Bổ sung", opens_on=first, closes_on=last)
        set_window(session, cast.officer, window)
    run_worker(writing, wait=False)
    told = {letter["To"]: letter.get_content() for letter in office.letters}
    days = f"từ {first:%d/%m/%Y} đến hết {last:%d/%m/%Y}"
    assert f"mở lại mọi loại hồ sơ {days}" in told[cast.records_admin.email]
    assert "Reason: Bổ sung" in told[cast.principal.email]


def test_jobs_that_run_twice_write_once(writing: Context, office: PostOffice, cast: Cast) -> None:
    window_id = lay(writing, cast.officer)
    run_worker(writing, wait=False)
    tell_of_window(writing, window_id, 0)
    assert letters_queued(writing) == 0
    mail_about_window(writing, window_id, str(cast.principal.user_id))
    assert len(office.letters) == len(set(readers(office))) == 4


def test_a_letter_that_the_server_wants_later_is_sent_later(
    writing: Context, office: PostOffice, cast: Cast
) -> None:
    window_id, reader = lay(writing, cast.officer), str(cast.principal.user_id)
    tell_of_window(writing, window_id, 0)
    office.answer = "450 later"
    with pytest.raises(OSError, match="450"):
        mail_about_window(writing, window_id, reader)
    office.answer = "250 OK"
    mail_about_window(writing, window_id, reader)
    mail_about_window(writing, window_id, reader)
    assert readers(office) == [cast.principal.email]


def test_nobody_is_told_of_what_was_taken_back_before(
    writing: Context, office: PostOffice, cast: Cast
) -> None:
    at_once, in_between = lay(writing, cast.officer), lay(writing, cast.officer)
    take_back(writing, cast.officer, at_once)
    tell_of_window(writing, at_once, 0)
    assert letters_queued(writing) == 0
    tell_of_window(writing, in_between, 0)
    take_back(writing, cast.officer, in_between)
    run_worker(writing, wait=False)
    assert office.letters == []


def test_many_schools_are_told_by_batches_down_to_the_last(
    writing: Context, office: PostOffice, cast: Cast
) -> None:
    with writing.database.transaction() as session:
        first = session.scalars(select(School).where(School.code == "truong-a")).one()
        more = [
            School(code=f"truong-{n:02}", name=f"Trường {n}", levels=["primary"], office_id=first.office_id)
            for n in range(SCHOOLS_AT_ONCE)
        ]
        session.add_all(more)
        session.flush()
        session.add(
            Membership(user_id=cast.b_teacher.user_id, school_id=more[-1].id, role=Role.RECORDS_ADMIN)
        )
    window_id = lay(writing, cast.officer)
    tell_of_window(writing, window_id, 0)
    assert letters_queued(writing) == 4
    run_worker(writing, wait=False)
    assert cast.b_teacher.email in readers(office)
    assert len(office.letters) == 5


def test_without_a_mail_server_nothing_is_queued(context: Context, cast: Cast) -> None:
    tell_of_window(context, lay(context, cast.officer), 0)
    assert letters_queued(context) == 0
    with context.database.transaction() as session:
        assert session.scalars(select(OfficeWindow.ended_at)).all() == [None]
