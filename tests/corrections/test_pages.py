"""The pages of corrections in a browser without JavaScript, from the button on the record to the slip."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.context import Context
from app.corrections.models import Correction
from app.db import now
from app.people.models import Membership, Role
from app.records.models import Record
from app.running.worker import run_worker
from app.tree.models import Folder
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast
from tests.handing_in import decide, hand_in_again
from tests.tree.steps import file_one
from workflows.model import Action

PAGE = "/sua-chua"
Browser = Callable[[str], FlaskClient]


@pytest.fixture
def browser(web_context: Context) -> Browser:
    """Sign somebody of school A in."""
    app = application_on(web_context)
    return lambda who: signed_in(app, f"{who}@truong-a.example")


@pytest.fixture
def filed(context: Context, cast: Cast, pdf: Any) -> Record:
    return file_one(context, cast, pdf("bản một"))


def ask(context: Context, browser: Browser, record: Record) -> str:
    """Press the button on the record's page, and return the address of the correction."""
    page = f"/ho-so/{record.id}"
    answer = send(browser("gv1"), f"{PAGE}/ho-so/{record.id}", page, reason="Ghi nhầm ngày")
    assert answer.status_code == 302
    with context.database.transaction() as session:
        made = session.scalars(select(Correction.id)).one()
    assert answer.location == f"{PAGE}/{made}"
    return answer.location


def download(browser: FlaskClient, path: str) -> bytes:
    with browser.get(path) as answer:
        content: bytes = answer.data
    return content


def test_from_the_button_to_three_confirmations_and_the_slip(
    context: Context, cast: Cast, browser: Browser, filed: Record, pdf: Any
) -> None:
    path = ask(context, browser, filed)
    principal = browser("hieutruong")
    assert "Chờ hiệu trưởng quyết định" in principal.get(PAGE).text
    assert "1 đề nghị sửa chữa" in principal.get("/cho-duyet").text
    assert principal.get("/").location == "/cho-duyet"
    assert f"số {path.rpartition('/')[2]}</dd>" in principal.get(path).text
    until = (now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    decided = send(principal, f"{path}/quyet-dinh", path, action="consent", until=until)
    assert decided.status_code == 302
    assert "Nộp phiên bản đã sửa" in browser("gv1").get(path).text
    again = hand_in_again(context, cast.teacher, pdf("bản hai"), filed).record
    for who in ("gv1", "phohieutruong", "quantri"):
        witness = browser(who)
        assert "Chờ bạn xác nhận" in witness.get(PAGE).text
        page = witness.get(path).text
        assert "Trang có chữ thay đổi: 1." in page
        assert f'value="{again.sha256}"' in page
        sent = send(witness, f"{path}/xac-nhan", path, version="2", sha256=again.sha256)
        assert sent.status_code == 302
        assert "Xác nhận thay đổi này" not in witness.get(path).text
    for which in ("cu", "moi"):
        picture = principal.get(f"{path}/{which}/1.png?width=400")
        assert picture.data.startswith(b"\x89PNG")
    assert principal.get(f"{path}/moi/2.png").status_code == 404
    for paper in (f"{path}/phieu.pdf", f"{PAGE}/tong-hop.pdf?ky=2026-2027/HK1"):
        printed = principal.get(paper)
        assert (printed.status_code, printed.mimetype) == (200, "application/pdf")
        assert printed.data.startswith(b"%PDF")
    assert principal.get(f"{PAGE}/tong-hop.pdf?ky=2026-2027/W01").status_code == 422


def test_a_refused_request_stays_on_the_records_page_with_what_was_written(
    context: Context, browser: Browser, filed: Record
) -> None:
    page, path = f"/ho-so/{filed.id}", f"{PAGE}/ho-so/{filed.id}"
    teacher = browser("gv1")
    for reason, status in ((" \u200b", 422), ("Ghi nhầm ngày dạy " * 120, 422)):
        answer = send(teacher, path, page, reason=reason)
        assert answer.status_code == status
        assert f">{reason}</textarea>" in answer.text
    with context.database.transaction() as session:
        posts = update(Membership).where(Membership.role == Role.RECORDS_ADMIN)
        session.execute(posts.values(ended_at=now()))

    assert "không còn quản trị hồ sơ nào" in teacher.get(page).text

    answer = send(teacher, path, page, reason="Ghi nhầm ngày")
    assert answer.status_code == 409
    assert ">Ghi nhầm ngày</textarea>" in answer.text
    assert answer.text.count("không còn quản trị hồ sơ nào") == 1


def test_whose_word_is_missing_confirms_on_the_page_also_after_the_time_is_over(
    context: Context, cast: Cast, browser: Browser, filed: Record, pdf: Any
) -> None:
    path, owner = ask(context, browser, filed), browser("gv1")
    until = (now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    send(browser("hieutruong"), f"{path}/quyet-dinh", path, action="consent", until=until)
    again = hand_in_again(context, cast.teacher, pdf("bản hai"), filed).record
    with context.database.transaction() as session:
        session.execute(update(Correction).values(until=now() - timedelta(seconds=1)))
    principal, page = browser("hieutruong"), f"/ho-so/{filed.id}"
    everybody = "Người đề nghị, Lãnh đạo nhà trường, Ban quản trị."
    assert f"Còn chờ xác nhận của: {everybody}" in principal.get(page).text
    for missing, who in ((2, "gv1"), (1, "hieutruong"), (0, "quantri")):
        witness = browser(who)
        assert "Chờ bạn xác nhận" in witness.get(PAGE).text
        sent = send(witness, f"{path}/xac-nhan", path, version="2", sha256=again.sha256)
        assert sent.status_code == 302
        assert "Chờ bạn xác nhận" not in witness.get(PAGE).text
        assert ("vẫn cần đủ ba xác nhận" in owner.get(path).text) == bool(missing)
        assert ("Còn chờ xác nhận của:" in principal.get(page).text) == bool(missing)
    decide(context, cast.head, again, Action.APPROVE)
    decide(context, cast.principal, again, Action.SIGN_OFF)
    run_worker(context, wait=False)
    assert "Đã sửa, đủ xác nhận" in owner.get(path).text


def test_the_file_that_was_replaced_can_still_be_read_from_the_record_the_correction_and_the_tree(
    context: Context, cast: Cast, browser: Browser, filed: Record, pdf: Any
) -> None:
    path, owner, page = ask(context, browser, filed), browser("gv1"), f"/ho-so/{filed.id}"
    before = download(owner, f"{page}/tep/official.pdf")
    until = (now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    send(browser("hieutruong"), f"{path}/quyet-dinh", path, action="consent", until=until)
    again = hand_in_again(context, cast.teacher, pdf("bản hai"), filed).record
    assert owner.get(f"{page}/tep/uploaded.pdf?version=2").status_code == 404
    decide(context, cast.head, again, Action.APPROVE)
    decide(context, cast.principal, again, Action.SIGN_OFF)
    run_worker(context, wait=False)
    assert download(owner, f"{page}/tep/official.pdf") != before
    assert download(owner, f"{page}/tep/official.pdf?version=1") == before
    with context.database.transaction() as session:
        folder = session.scalars(select(Folder.id).order_by(Folder.key.desc())).first()
    link = f"{page}/tep/official.pdf?version=1"
    for where in (page, path, f"/cay-thu-muc/{folder}"):
        assert owner.get(where).text.count(link) == 1
    assert owner.get(f"{page}/tep/official.pdf?version=3").status_code == 404


def test_the_button_is_the_owners_and_gone_while_a_request_waits(
    context: Context, browser: Browser, filed: Record
) -> None:
    page = f"/ho-so/{filed.id}"
    assert "Gửi đề nghị" not in browser("totruong1").get(page).text
    ask(context, browser, filed)
    seen = browser("gv1").get(page).text
    assert "Gửi đề nghị" not in seen
    assert "Đề nghị sửa chữa đang chờ hiệu trưởng." in seen


def test_a_refusal_without_words_and_a_time_that_is_past_are_told_on_the_page(
    context: Context, browser: Browser, filed: Record
) -> None:
    path, principal = ask(context, browser, filed), browser("hieutruong")
    assert re.search(r'name="until"[^>]* value="\d{4}-\d\d-\d\dT17:00"', principal.get(path).text)
    for sent, told in (
        ({"action": "refuse", "comment": " "}, "Không đồng ý thì cần có lý do."),
        ({"action": "consent", "until": "2020-01-01T08:00"}, "Thời hạn mở phải ở tương lai"),
        ({"action": "khác"}, "action"),
    ):
        answer = send(principal, f"{path}/quyet-dinh", path, **sent)
        assert answer.status_code == 422
        assert told in answer.text
    assert send(browser("gv1"), f"{path}/quyet-dinh", path, action="refuse").status_code == 403


def test_a_reason_that_is_missing_or_came_too_late_leaves_what_there_is_of_it(
    context: Context, browser: Browser, filed: Record
) -> None:
    path, principal = ask(context, browser, filed), browser("hieutruong")
    decide_here = f"{path}/quyet-dinh"

    blank = send(principal, decide_here, path, action="refuse", comment=" ")
    assert '<details class="return mt-2" open>' in blank.text

    assert send(principal, decide_here, path, action="refuse", comment="Không sai gì.").status_code == 302
    late = send(principal, decide_here, path, action="refuse", comment="Không cần sửa.")
    assert late.status_code == 409
    assert "Không cần sửa.</textarea>" in late.text
