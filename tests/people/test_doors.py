"""Pages are closed to whoever is not signed in, unless they are named as open."""

from socket import socketpair
from uuid import uuid4

import pytest
from flask import Flask

from app import bodies
from app.bodies import Rest
from app.context import Context
from app.people.doors import OPEN_TO_EVERYONE
from app.web.application import create_app
from tests.browsing import signed_in


@pytest.fixture
def app(context: Context) -> Flask:
    """Return an application with a page that its author said nothing more about."""
    app = create_app(context)
    app.add_url_rule("/trang-moi", "new_page", lambda: "bên trong", methods=["GET", "POST"])
    return app


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_that_nothing_is_said_about_sends_a_stranger_to_the_sign_in_page(
    app: Flask, method: str
) -> None:
    answer = app.test_client().open("/trang-moi", method=method)

    assert answer.status_code == 302
    assert answer.location.startswith("/dang-nhap")


def test_it_is_shown_to_whoever_is_signed_in(app: Flask) -> None:
    assert signed_in(app, "gv1@truong-a.example").get("/trang-moi").text == "bên trong"


def test_an_address_that_does_not_exist_is_not_found_by_a_stranger_either(app: Flask) -> None:
    assert app.test_client().get("/khong-co").status_code == 404


def test_every_page_named_as_open_exists(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= OPEN_TO_EVERYONE


TYPED = "Bìa ghi nhầm năm học, xin nộp lại."
PAGE = "http://localhost/ho-so/1?page=2"


def test_what_was_typed_before_the_session_ended_is_shown_again(app: Flask) -> None:
    form = {"reason": TYPED, "password": "mật khẩu của tôi"}

    answer = app.test_client().post("/trang-moi", data=form, headers={"Referer": PAGE})

    assert answer.status_code == 401
    assert "Phiên đăng nhập đã kết thúc; chưa ghi nhận gì" in answer.text
    assert "session_over" in answer.text
    assert TYPED in answer.text
    assert "mật khẩu của tôi" not in answer.text
    assert 'href="/dang-nhap?next=/ho-so/1?page%3D2"' in answer.text


@pytest.mark.parametrize(
    "elsewhere", ["https://noi-khac.example/ho-so", "", "http://localhost//noi-khac.example/"]
)
def test_the_way_back_leads_to_no_other_site(app: Flask, elsewhere: str) -> None:
    answer = app.test_client().post("/trang-moi", data={"reason": TYPED}, headers={"Referer": elsewhere})

    assert answer.status_code == 401
    assert "noi-khac" not in answer.text


def test_a_strangers_form_with_a_file_is_sent_to_the_sign_in_page_unread(app: Flask) -> None:
    answer = app.test_client().post(
        "/nop", data={"title": TYPED}, content_type="multipart/form-data", headers={"Referer": PAGE}
    )

    assert answer.status_code == 302
    assert answer.location == "/dang-nhap?next=/ho-so/1?page%3D2"


def test_a_long_list_is_not_read_for_a_stranger(app: Flask) -> None:
    drawing_up, many = f"/ban-giao/lap/{uuid4()}", {"item": ["r" * 40] * 8000}
    few = {"item": ["r" * 40]}

    assert app.test_client().post(drawing_up, data={"reason": TYPED, **many}).status_code == 302
    assert TYPED in app.test_client().post(drawing_up, data={"reason": TYPED, **few}).text


def test_a_stranger_who_sends_a_form_slowly_holds_no_thread(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "STRANGERS_REST", Rest(1024, 0.05))
    ours, theirs = socketpair()
    with ours, theirs, ours.makefile("rb") as body:
        theirs.sendall(b"reason=")
        sent = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "5000"}
        given = {"wsgi.input": body, "gunicorn.socket": ours, **sent}

        answer = app.test_client().post("/trang-moi", environ_overrides=given)

    assert answer.status_code == 302


def test_a_form_of_another_session_shows_what_was_typed(app: Flask) -> None:
    answer = signed_in(app, "gv1@truong-a.example").post("/trang-moi", data={"reason": TYPED})

    assert answer.status_code == 400
    assert TYPED in answer.text
