"""Whoever stops a decider does it alone and at once, and everybody who could undo it learns of it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.context import Context
from app.people.leaving import end_posts
from app.people.models import AccountRequest, User
from app.running.worker import run_worker
from tests.browsing import send, sign_in, signed_in
from tests.conftest import Cast
from tests.notices.post_office import PostOffice


@pytest.fixture
def admin(client: FlaskClient, cast: Cast) -> FlaskClient:
    """The browser of school A's administrator."""
    return signed_in(client.application, cast.records_admin.email)


def letters_after(writing: Context, office: PostOffice, *subjects: str) -> dict[str, str]:
    """Return what was written about the given subjects, by recipient."""
    run_worker(writing, wait=False)
    return {
        letter["To"]: letter.get_content()
        for letter in office.letters
        if letter["Subject"].startswith(subjects)
    }


def test_a_decider_is_locked_at_once_and_he_and_who_could_let_him_in_are_told(
    admin: FlaskClient, client: FlaskClient, writing: Context, office: PostOffice, cast: Cast
) -> None:
    page = f"/tai-khoan/{cast.head.user_id}"
    assert send(admin, f"{page}/khoa", page).location == page
    assert sign_in(client, cast.head.email).status_code == 401

    told = letters_after(writing, office, "Đã khóa tài khoản của người duyệt, ký")
    assert set(told) == {
        person.email
        for person in (cast.head, cast.principal, cast.vice_principal, cast.officer, cast.provincial_officer)
    }
    assert f"{cast.records_admin.name} đã khóa tài khoản của {cast.head.name}." in told[cast.principal.email]
    assert f"/tai-khoan/{cast.head.user_id}" in told[cast.principal.email]
    assert "/tai-khoan/" not in told[cast.head.email]
    with writing.database.transaction() as session:
        of_school = AuditEntry.chain == "truong-a", AuditEntry.kind == "account.disabled"
        assert session.scalars(select(AuditEntry.subject).where(*of_school)).all() == [str(cast.head.user_id)]


def test_to_let_him_in_again_takes_two(admin: FlaskClient, writing: Context, cast: Cast) -> None:
    page = f"/tai-khoan/{cast.head.user_id}"
    send(admin, f"{page}/khoa", page)

    assert send(admin, f"{page}/mo-khoa", page).location == "/tai-khoan/xac-nhan"
    with writing.database.transaction() as session:
        assert session.get_one(User, cast.head.user_id).disabled_at is not None
        assert session.scalars(select(AccountRequest.kind)).all() == ["enable"]


@pytest.mark.parametrize(
    ("who", "renamed", "told_of"), [("head", True, True), ("head", False, False), ("teacher", True, False)]
)
def test_of_a_deciders_new_name_he_and_who_could_undo_it_are_told(
    admin: FlaskClient,
    writing: Context,
    office: PostOffice,
    cast: Cast,
    who: str,
    renamed: bool,
    told_of: bool,
) -> None:
    person = getattr(cast, who)
    page, name = f"/tai-khoan/{person.user_id}", "Người Khác" if renamed else person.name
    answer = send(admin, f"{page}/thong-tin", page, name=name, email=person.email, staff_code="M9")
    assert answer.location == page

    told = letters_after(writing, office, "Đã đổi họ tên của người duyệt, ký")
    readers = {person.email, cast.principal.email, cast.vice_principal.email, cast.officer.email}
    assert readers <= set(told) if told_of else told == {}
    if told_of:
        assert f"từ “{person.name}” thành “Người Khác”" in told[person.email]
    with writing.database.transaction() as session:
        edited = select(AuditEntry.subject).where(AuditEntry.kind == "account.edited")
        assert session.scalars(edited).all() == [str(person.user_id)]


def test_a_decider_who_is_signed_out_everywhere_learns_of_it_and_so_does_who_answers_for_him(
    admin: FlaskClient, writing: Context, office: PostOffice, cast: Cast
) -> None:
    for person in (cast.head, cast.teacher):
        page = f"/tai-khoan/{person.user_id}"
        assert send(admin, f"{page}/phien", page).location == page
    told = letters_after(writing, office, "Đã đăng xuất người duyệt, ký ở mọi nơi")
    assert set(told) == {
        person.email
        for person in (cast.head, cast.principal, cast.vice_principal, cast.officer, cast.provincial_officer)
    }
    assert f"đã đăng xuất {cast.head.name} ở mọi nơi" in told[cast.head.email]
    assert not any(cast.teacher.name in letter for letter in told.values())


def test_of_a_teacher_who_is_locked_nobody_is_told(
    admin: FlaskClient, writing: Context, office: PostOffice, cast: Cast
) -> None:
    page = f"/tai-khoan/{cast.teacher.user_id}"
    send(admin, f"{page}/khoa", page)
    assert letters_after(writing, office, "Đã khóa", "Đã kết thúc") == {}


def test_to_take_a_deciders_post_away_is_told_in_the_same_way(
    admin: FlaskClient, writing: Context, office: PostOffice, cast: Cast
) -> None:
    page = f"/tai-khoan/{cast.head.user_id}"
    assert send(admin, f"{page}/vai-tro", page, place=["teacher:"]).location == page

    told = letters_after(writing, office, "Đã kết thúc vai trò duyệt, ký")
    assert cast.principal.email in told
    assert "Giao lại vai trò cần hai người" in told[cast.head.email]


@pytest.mark.parametrize(("who", "told_of"), [("principal", True), ("head", True), ("teacher", False)])
def test_of_a_deciders_leave_he_and_who_could_undo_it_are_told(
    writing: Context, office: PostOffice, cast: Cast, who: str, told_of: bool
) -> None:
    person = getattr(cast, who)
    with writing.database.transaction() as session:
        end_posts(session, cast.clerk.posts[0].school_id, person.user_id, cast.clerk.user_id)
    told = letters_after(writing, office, "Đã kết thúc vai trò duyệt, ký")
    readers = {person.email, cast.vice_principal.email, cast.records_admin.email, cast.officer.email}
    assert readers <= set(told) if told_of else told == {}
