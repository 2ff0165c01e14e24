"""Who is written to when: the principal, the owner, the witnesses; and of locks on the principal's order."""

from collections.abc import Callable
from datetime import timedelta

from app.context import Context
from app.corrections.deciding import consent, refuse
from app.corrections.letters import mail_about_correction
from app.corrections.requesting import request_correction
from app.db import now
from app.locks.locking import Closing, lift, lock
from app.running.worker import run_worker
from tests.conftest import Cast
from tests.handing_in import hand_in_again
from tests.notices.post_office import PostOffice
from tests.tree.steps import file_one

Pdf = Callable[..., bytes]


def arrived(writing: Context, office: PostOffice) -> dict[str, str]:
    """Return the subjects of what has been written since, by recipient."""
    office.letters.clear()
    run_worker(writing, wait=False)
    return {letter["To"]: letter["Subject"] for letter in office.letters}


def test_each_is_written_to_when_it_is_his_turn(
    writing: Context, office: PostOffice, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(writing, cast, pdf("bản một"), title="Bài 21")
    with writing.database.transaction() as session:
        made = request_correction(session, cast.teacher, record.id, "Ghi nhầm ngày").id
    assert arrived(writing, office) == {cast.principal.email: "Đề nghị sửa chữa chờ bạn quyết định: Bài 21"}
    assert "Ghi nhầm ngày" in office.letters[0].get_content()
    with writing.database.transaction() as session:
        consent(session, cast.principal, made, now() + timedelta(days=1))
    assert arrived(writing, office) == {cast.teacher.email: "Đã đồng ý sửa chữa: Bài 21"}
    hand_in_again(writing, cast.teacher, pdf("bản hai"), record)
    assert arrived(writing, office) == {
        person.email: "Chờ bạn xác nhận sửa chữa: Bài 21"
        for person in (cast.principal, cast.vice_principal, cast.records_admin)
    }


def test_a_refusal_tells_the_owner_why_and_a_step_that_is_past_is_not_written_of(
    writing: Context, office: PostOffice, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(writing, cast, pdf(), title="Bài 21")
    with writing.database.transaction() as session:
        made = request_correction(session, cast.teacher, record.id, "Ghi nhầm").id
    with writing.database.transaction() as session:
        refuse(session, cast.principal, made, "Không có gì sai")
    assert arrived(writing, office) == {cast.teacher.email: "Không đồng ý sửa chữa: Bài 21"}
    assert "Không có gì sai" in office.letters[0].get_content()
    office.letters.clear()
    mail_about_correction(writing, made, "requested", str(cast.principal.user_id))
    assert office.letters == []


def test_the_principal_is_told_of_what_the_office_locks_and_opens_in_his_name(
    writing: Context, office: PostOffice, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(writing, cast, pdf())
    closing = Closing("2026-2027/M10", "Đã kiểm tra", "KHBD", ordered="Lệnh 5")
    with writing.database.transaction() as session:
        made = lock(session, cast.clerk, record.school_id, closing).id
    (subject,) = arrived(writing, office).values()
    assert subject == "Đã khóa sổ theo lệnh của bạn: Trường Tiểu học A"
    body = office.letters[0].get_content()
    for told in ("Văn thư A", "Lệnh 5", "Đã kiểm tra", "Tháng 10, năm học 2026-2027", "Kế hoạch bài dạy"):
        assert told in body
    with writing.database.transaction() as session:
        lift(session, cast.clerk, made, "Nộp bù", "Lệnh 6")
    (subject,) = arrived(writing, office).values()
    assert subject.startswith("Đã mở khóa sổ theo lệnh của bạn")
    with writing.database.transaction() as session:
        lock(session, cast.principal, record.school_id, closing)
    assert arrived(writing, office) == {}
