"""What waits for whom, department by department."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import update

from app.approvals import queue_pages
from app.approvals.queue import count_waiting, units_waiting, waiting_for
from app.context import Context
from app.people.authority import Authority
from app.records.models import Record
from app.schools.models import Department
from tests.browsing import send, signed_in
from tests.conftest import Cast
from tests.handing_in import decide, hand_in
from workflows.model import Action, State

Pdf = Callable[..., bytes]


def approved(context: Context, owner: Authority, head: Authority, content: bytes, title: str) -> None:
    record = hand_in(context, owner, content, title=title).record
    decide(context, head, record, Action.APPROVE)


@pytest.fixture
def waiting(context: Context, cast: Cast, pdf: Pdf) -> None:
    """Three plans of the first department, then one of the second."""
    for number in range(3):
        approved(context, cast.teacher, cast.head, pdf(f"{number}"), f"Bài {number}")
    approved(context, cast.teacher5, cast.head2, pdf("năm"), "Bài của tổ hai")


@pytest.mark.usefixtures("waiting")
def test_a_department_is_found_however_many_others_wait_longer(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        units = units_waiting(session, cast.principal)
        assert list(units) == ["Tổ 1", "Tổ 2"]
        (view,) = waiting_for(session, cast.principal, limit=1, unit=units["Tổ 2"])
        assert view.record.title == "Bài của tổ hai"
        assert count_waiting(session, cast.principal, unit=units["Tổ 1"]) == 3
        assert waiting_for(session, cast.principal, limit=5, unit=frozenset({None})) == []


@pytest.mark.usefixtures("waiting")
def test_departments_of_one_name_in_one_school_are_one_unit(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        session.execute(update(Department).where(Department.name == "Tổ 2").values(name="Tổ 1"))
        units = units_waiting(session, cast.principal)
        assert list(units) == ["Tổ 1"]
        assert count_waiting(session, cast.principal, unit=units["Tổ 1"]) == 4


@pytest.mark.usefixtures("waiting")
def test_the_page_shows_one_department_beyond_its_first_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_pages, "PER_PAGE", 2)
    browser = signed_in(app, "hieutruong@truong-a.example")
    page = browser.get("/cho-duyet").text
    assert "Bài của tổ hai" not in page
    (link,) = [each.split('"')[0] for each in page.split('href="') if ">Tổ 2</a>" in each[:80]]
    narrowed = browser.get(link).text
    assert "Bài của tổ hai" in narrowed
    assert "Bài 0" not in narrowed


def test_a_department_nobody_waits_in_shows_nothing_and_the_way_to_all(
    app: Flask, context: Context, cast: Cast, pdf: Pdf
) -> None:
    approved(context, cast.teacher, cast.head, pdf("một"), "Bài một")
    browser = signed_in(app, "hieutruong@truong-a.example")
    for written in ("Tổ 2", "Nhà trường", "x"):
        page = browser.get("/cho-duyet", query_string={"department": written}).text
        assert "Bài một" not in page
        assert '<a href="/cho-duyet">Tất cả</a>' in page


def test_what_was_decided_in_one_department_leads_back_to_it(
    app: Flask, context: Context, cast: Cast, pdf: Pdf
) -> None:
    for number in range(2):
        approved(context, cast.teacher, cast.head, pdf(f"{number}"), f"Bài {number}")
    approved(context, cast.teacher5, cast.head2, pdf("năm"), "Bài của tổ hai")
    browser = signed_in(app, "hieutruong@truong-a.example")
    page = browser.get("/cho-duyet", query_string={"department": "Tổ 1"}).text
    assert "Bài của tổ hai" not in page
    (path,) = re.findall(r'method="post" action="(/cho-duyet[^"]*)"', page)
    item = page.split('name="item" value="')[1].split('"')[0]
    after = send(browser, unescape(path), "/cho-duyet", action="sign_off", item=item).text
    assert "Bài 1" in after
    assert "Bài của tổ hai" not in after


def test_a_broken_link_is_refused_before_anything_is_decided(
    app: Flask, context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("một")).record
    browser = signed_in(app, "totruong1@truong-a.example")
    item = f"{record.id}:{record.turn}:{record.sha256}"
    answer = send(browser, "/cho-duyet?after=x", "/cho-duyet", action="approve", item=item)
    assert answer.status_code == 422
    with context.database.transaction() as session:
        assert session.get_one(Record, record.id).state == State.SUBMITTED
