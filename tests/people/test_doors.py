"""Pages are closed to whoever is not signed in, unless they are named as open."""

import pytest
from flask import Flask

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
