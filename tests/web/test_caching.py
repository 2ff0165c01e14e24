"""What browsers keep: assets for good and for everybody, pictures of pages until their reader signs out."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.context import Context
from app.records.models import Record
from app.web.assets import asset_url
from tests.browsing import send, signed_in
from tests.handing_in import hand_in

EMAIL = "gv1@truong-a.example"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return signed_in(app, EMAIL)


@pytest.fixture
def record(context: Context, cast: SimpleNamespace, pdf: Callable[..., bytes]) -> Record:
    return hand_in(context, cast.teacher, pdf("Bài 1")).record


def pictures_on(client: FlaskClient, record: Record) -> list[str]:
    """Return the addresses of the pictures on the record's page."""
    page = client.get(f"/ho-so/{record.id}").text
    return [each.replace("&amp;", "&") for each in re.findall(r'<img src="([^"]+/trang/[^"]+)"', page)]


@pytest.mark.parametrize("name", ["kyduyet.css", "bootstrap.css", "htmx.js", "icons.svg"])
def test_an_asset_is_the_same_for_everybody_and_kept_for_good(client: FlaskClient, name: str) -> None:
    with client.application.test_request_context():
        address = asset_url(name)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_page_that_changes_nothing_in_the_session_sets_no_cookie(client: FlaskClient) -> None:
    client.get("/viec-cua-toi")
    assert "Set-Cookie" not in client.get("/viec-cua-toi").headers


def test_a_record_opened_again_asks_for_no_picture_again(client: FlaskClient, record: Record) -> None:
    (address,) = pictures_on(client, record)
    answer = client.get(address)
    assert answer.headers["Cache-Control"].startswith("private, max-age=")
    assert answer.headers["Cache-Control"].endswith(", immutable")
    assert pictures_on(client, record) == [address]


def test_a_picture_that_is_not_named_or_named_otherwise_is_asked_for_each_time(
    client: FlaskClient, record: Record
) -> None:
    for address in (f"/ho-so/{record.id}/trang/1.png", f"/ho-so/{record.id}/trang/1.png?v={'0' * 16}"):
        assert client.get(address).headers["Cache-Control"] == "private, no-cache"


def test_signing_out_clears_what_the_browser_keeps(client: FlaskClient) -> None:
    assert send(client, "/dang-xuat", "/viec-cua-toi").headers["Clear-Site-Data"] == '"cache"'
