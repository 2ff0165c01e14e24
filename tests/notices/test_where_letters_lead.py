"""A letter leads only where its reader may go, and where he then finds what it tells of."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask

from app.context import Context
from app.corrections import deciding
from app.corrections.requesting import request_correction
from app.locks.locking import Closing, lock
from app.people import asking
from app.people.account_queries import Place
from app.people.accounts import administrator_of
from app.people.confirming import confirm, refuse
from app.people.models import Role
from app.people.persons import Person
from app.running.worker import run_worker
from tests.browsing import application_on, sign_in
from tests.conftest import Cast
from tests.handing_in import hand_in
from tests.handovers.giving import drawn_up
from tests.notices.post_office import PostOffice
from tests.people.test_confirming import ask_for, place
from tests.tree.steps import file_one

Pdf = Callable[..., bytes]
NOTHING = ("Không có đề nghị nào", "Không có gì chờ bạn")


def write_many_letters(writing: Context, cast: Cast, pdf: Pdf) -> None:
    """Ask, confirm, refuse, stop, lock, correct, hand over, and let a record wait for nobody."""
    filed = file_one(writing, cast, pdf("đã lưu"))
    with writing.database.transaction() as session:
        made = request_correction(session, cast.teacher, filed.id, "Ghi nhầm ngày")
        deciding.refuse(session, cast.principal, made.id, "Chưa cần")
    with writing.database.transaction() as session:
        school_id = cast.principal.posts[0].school_id
        closing = Closing(period="2026-2027/M10", reason="Kiểm tra", ordered="Lệnh miệng")
        lock(session, cast.clerk, school_id, closing)
    confirmed = ask_for(writing, cast, cast.teacher, place(cast, Role.DEPUTY_HEAD))
    refused = ask_for(writing, cast, cast.teacher2, place(cast, Role.HEAD))
    with writing.database.transaction() as session:
        confirm(session, cast.principal, confirmed.id)
        refuse(session, cast.principal, refused.id, "Chưa có quyết định")
    drawn_up(writing, cast)
    hand_in(writing, cast.teacher5, pdf("chờ tổ trưởng"))
    with writing.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        asking.disable(session, admin, cast.head2.user_id)
        asking.set_places(session, admin, cast.head.user_id, [Place(Role.CLERK)])
        asking.edit_account(
            session, admin, cast.vice_principal.user_id, Person("Tên Mới", cast.vice_principal.email, "")
        )


def where_it_leads(app: Flask, reader: str, path: str) -> str:
    """Return what hinders the reader on the page that a letter leads to; empty where nothing does."""
    browser = app.test_client()
    if sign_in(browser, reader).status_code != 302:
        return "may not sign in"
    answer = browser.get(path, follow_redirects=True)
    if answer.status_code != 200:
        return str(answer.status_code)
    return next((each for each in NOTHING if each in answer.text), "")


@pytest.mark.timeout(300)
def test_every_link_of_a_letter_opens_for_its_reader(
    writing: Context, web_context: Context, office: PostOffice, cast: Cast, pdf: Pdf
) -> None:
    write_many_letters(writing, cast, pdf)
    run_worker(writing, wait=False)
    app, led, wrong = application_on(web_context), Counter[str](), set()
    for reader, subject, path in {
        (letter["To"], letter["Subject"], path)
        for letter in office.letters
        for path in re.findall(rf"{re.escape(writing.settings.base_url)}(/\S+)", letter.get_content())
    }:
        led[path.split("/")[1]] += 1
        hindrance = where_it_leads(app, reader, path)
        if hindrance:
            wrong.add((reader, subject, path, hindrance))

    assert wrong == set()
    assert set(led) >= {"tai-khoan", "sua-chua", "khoa-so", "cho-duyet", "ban-giao"}
