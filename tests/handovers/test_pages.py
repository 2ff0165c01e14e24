"""The pages of handovers: drawn up by the office, confirmed by both parties, read by the taker."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.clock import today
from app.context import Context
from app.handovers.carrying_out import carry_out_handover
from app.handovers.confirming import confirm_taking
from app.handovers.models import Handover
from app.people.models import User
from app.running.worker import run_worker
from tests.browsing import send, signed_in
from tests.handing_in import decide, hand_in
from tests.handovers.giving import agreed, carried_out, drawn_up
from tests.notices.post_office import post_office
from tests.tree.steps import file_one
from workflows.model import Action

Cast = SimpleNamespace


def draft(app: Flask, cast: Cast, **fields: object) -> TestResponse:
    """Let the clerk draw up a handover from one teacher to another on its form."""
    form, day = f"/ban-giao/lap/{cast.teacher.user_id}", today().isoformat()
    clerk = signed_in(app, cast.clerk.email)
    return send(clerk, form, form, taker=str(cast.teacher2.user_id), takes_effect_on=day, **fields)


def test_a_handover_goes_its_way_through_the_pages(
    context: Context, cast: Cast, client: FlaskClient, pdf: Callable[..., bytes]
) -> None:
    content = pdf("chờ")
    record = hand_in(context, cast.teacher, content).record
    giver, taker = (signed_in(client.application, each.email) for each in (cast.teacher, cast.teacher2))
    page = draft(client.application, cast, reason="Chuyển trường", item=[f"r{record.id}"]).location
    assert f"Kế hoạch bài dạy: {record.title}" in giver.get(page).text
    send(giver, f"{page}/giao", page)
    assert "Đã thống nhất" not in giver.get(page).text
    send(taker, f"{page}/nhan", page)
    assert "Đã thống nhất" in giver.get(page).text

    with context.database.transaction() as session:
        handover_id = session.scalars(select(Handover.id)).one()
    carry_out_handover(context, handover_id)

    assert "Đã bàn giao" in taker.get(page).text
    with taker.get(f"{page}/ho-so/{record.id}") as read:
        assert read.data == content
    assert taker.get(f"{page}/bien-ban.pdf").data.startswith(b"%PDF")


def test_the_taker_finds_from_the_minutes_the_page_of_what_is_filed(
    context: Context, cast: Cast, client: FlaskClient, pdf: Callable[..., bytes]
) -> None:
    record = file_one(context, cast, pdf("đã lưu"))
    handover = f"/ban-giao/{drawn_up(context, cast)}"
    taker = signed_in(client.application, cast.teacher2.email)
    page = f'href="/ho-so/{record.id}"'
    assert page not in taker.get(handover).text

    agreed(context, cast, int(handover.rpartition("/")[2]))
    carry_out_handover(context, int(handover.rpartition("/")[2]))

    assert page in taker.get(handover).text
    assert f'href="{handover}/ho-so/{record.id}"' in taker.get(handover).text
    assert taker.get(f"/ho-so/{record.id}").status_code == 200


def test_what_is_wrong_with_a_draft_is_said_and_the_ticks_stay(cast: Cast, client: FlaskClient) -> None:
    answer = draft(client.application, cast, reason="Lý do")
    assert answer.status_code == 422
    assert "Chưa chọn hồ sơ hoặc nhiệm vụ" in answer.text
    assert " checked" not in answer.text


def test_the_boxes_of_many_years_are_taken(cast: Cast, client: FlaskClient) -> None:
    boxes = [f"r{uuid.uuid4()}" for _ in range(20_000)]
    answer = draft(client.application, cast, reason="Nghỉ hưu", leaves="y", item=boxes)
    assert answer.status_code == 302


def test_namesakes_are_told_apart_wherever_one_is_chosen_or_listed(
    context: Context, cast: Cast, client: FlaskClient
) -> None:
    with context.database.transaction() as session:
        for person, code in ((cast.teacher, "GV-01"), (cast.teacher2, "GV-02"), (cast.teacher5, "")):
            user = session.get_one(User, person.user_id)
            user.name, user.staff_code = "Phạm Thị Hòa", code
    drawn_up(context, cast)
    clerk = signed_in(client.application, cast.clerk.email)
    listed = clerk.get("/ban-giao").text
    assert "Phạm Thị Hòa (GV-01) bàn giao" in listed
    offered = clerk.get(f"/ban-giao/lap/{cast.teacher.user_id}").text
    for page in (listed, offered):
        assert ">Phạm Thị Hòa (GV-02)</option>" in page
        assert f">Phạm Thị Hòa ({cast.teacher5.email})</option>" in page


def test_nobody_is_chosen_as_taker_until_somebody_chooses(cast: Cast, client: FlaskClient) -> None:
    clerk = signed_in(client.application, cast.clerk.email)
    form = f"/ban-giao/lap/{cast.teacher.user_id}"
    offered = clerk.get(form).text
    assert "không nhận vai trò nào" in offered
    assert '<option value="">Chọn người nhận…</option>' in offered
    assert "<option selected" not in offered
    sent = {"taker": "", "takes_effect_on": today().isoformat(), "reason": "Lý do"}
    answer = send(clerk, form, form, **sent)
    assert answer.status_code == 422
    assert "Chọn người nhận bàn giao." in answer.text


def test_what_was_returned_is_the_takers_to_mend_and_no_task_of_the_giver_any_more(
    context: Context, cast: Cast, client: FlaskClient, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf("trả")).record
    decide(context, cast.head, record, Action.RETURN, "Bổ sung mục tiêu")
    giver = signed_in(client.application, cast.teacher.email)
    assert tasks(giver) == {"Bị trả lại, cần sửa"}

    carried_out(context, cast)

    assert tasks(giver) == {"Bị trả lại, người nhận bàn giao sửa"}
    page = giver.get("/viec-cua-toi").text
    assert f"Chờ {cast.teacher2.name}" in page
    assert "<dt>Bị trả lại</dt><dd>1</dd>" in page


def tasks(browser: FlaskClient) -> set[str]:
    """Return the headings on one's own page under which something returned is listed."""
    headings = re.findall(r"<h2[^>]*>([^<]*?) <", browser.get("/viec-cua-toi").text)
    return {heading for heading in headings if heading.startswith("Bị trả lại")}


def test_both_parties_are_written_to_until_they_have_confirmed(context: Context, cast: Cast) -> None:
    with post_office() as office:
        settings = replace(context.settings, mail_url=office.url)
        writing = Context(settings, context.database, context.sandbox, context.staging)
        handover_id = drawn_up(writing, cast)
        with writing.database.transaction() as session:
            confirm_taking(session, cast.teacher2, handover_id)
        run_worker(writing, wait=False)
        assert [letter["To"] for letter in office.letters] == [cast.teacher.email]
        assert f"/ban-giao/{handover_id}" in office.letters[0].get_content()
