"""What surrounds every page: navigation by role, times and sizes, assets, languages, and pages of failure."""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.context import Context
from app.db import Database, now
from app.people.models import Role
from app.web.application import create_app
from app.web.layout import ago, duration, local_time, period, size, unbroken
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast
from tests.handing_in import hand_in
from tests.handovers.giving import drawn_up
from tests.people.test_confirming import ask_for, place

_ASSET = re.compile(r"/assets/[0-9a-f]+/[\w.]+")
MOST_BYTES = 150 * 1024
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


def links_of(app: Flask, person: str) -> str:
    """Return the heading of a person's page: the bar and the menu."""
    page = signed_in(app, f"{person}@truong-a.example").get("/ho-so")
    return page.text.partition("</header>")[0]


@pytest.mark.parametrize(
    ("person", "seen", "unseen"),
    [
        ("gv1", ["Hồ sơ của tôi", "Nộp"], ["Chờ duyệt", "Toàn bộ hồ sơ", "Tài khoản"]),
        ("totruong1", ["Chờ duyệt", "Hồ sơ của tôi", "Toàn bộ hồ sơ"], ["Tài khoản"]),
        ("hieutruong", ["Chờ duyệt", "Toàn bộ hồ sơ"], []),
        ("vanthu", ["Toàn bộ hồ sơ", "Nộp"], ["Chờ duyệt", "Tài khoản"]),
    ],
)
def test_people_see_the_way_to_their_own_work(
    app: Flask, person: str, seen: list[str], unseen: list[str]
) -> None:
    links = links_of(app, person)
    assert [word for word in seen if word not in links] == []
    assert [word for word in unseen if word in links] == []


def test_the_bar_counts_what_waits(
    app: Flask, context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    assert 'class="count"' not in links_of(app, "totruong1")
    hand_in(context, cast.teacher, pdf("một"), title="Bài một")
    hand_in(context, cast.teacher2, pdf("hai"), title="Bài hai")
    assert '<span class="count">2</span>' in links_of(app, "totruong1")
    assert 'class="count"' not in links_of(app, "totruong2")


def test_the_menu_shows_shut_and_open_that_a_request_waits(app: Flask, context: Context, cast: Cast) -> None:
    ask_for(context, cast, cast.teacher, place(cast, Role.HEAD))
    assert links_of(app, "hieutruong").count('<span class="count">1</span>') == 2
    assert 'class="count"' not in links_of(app, "phohieutruong")


def test_a_handover_counts_with_either_party_until_he_has_confirmed(
    app: Flask, context: Context, cast: Cast
) -> None:
    handover = f"/ban-giao/{drawn_up(context, cast)}"
    giver, taker = (signed_in(app, f"{each}@truong-a.example") for each in ("gv1", "gv2"))
    for party in (giver, taker):
        page = party.get("/viec-cua-toi").text
        assert "1 biên bản bàn giao chờ bạn xác nhận" in page
        assert page.partition("</header>")[0].count('<span class="count">1</span>') == 2

    send(giver, f"{handover}/giao", handover)

    assert "chờ bạn xác nhận" not in giver.get("/viec-cua-toi").text
    assert "1 biên bản bàn giao chờ bạn xác nhận" in taker.get("/viec-cua-toi").text
    assert 'class="count"' not in links_of(app, "gv3")


def test_the_place_one_is_at_is_marked(app: Flask) -> None:
    assert '<a href="/ho-so" aria-current="page">' in links_of(app, "gv1")


def test_an_officer_led_on_to_his_schools_is_still_at_the_board(app: Flask) -> None:
    page = signed_in(app, "canbo@so.example").get("/theo-doi", follow_redirects=True).text
    assert '<a href="/theo-doi" aria-current="page">' in page


@pytest.mark.parametrize(
    ("path", "person"), [("/dang-nhap", ""), ("/ho-so", "gv1"), ("/nop", "gv1"), ("/cho-duyet", "hieutruong")]
)
def test_a_page_with_all_it_loads_stays_under_150_kb(
    app: Flask, context: Context, cast: Cast, pdf: Callable[..., bytes], path: str, person: str
) -> None:
    for number in range(3):
        hand_in(context, cast.teacher, pdf(f"bài {number}"), title=f"Bài {number}")
    client = signed_in(app, f"{person}@truong-a.example") if person else app.test_client()
    zipped = {"Accept-Encoding": "gzip"}
    page = client.get(path, headers=zipped)
    text = gzip.decompress(page.data).decode()
    loaded = [client.get(asset, headers=zipped) for asset in set(_ASSET.findall(text))]
    assert all(each.status_code == 200 for each in loaded)
    assert len(page.data) + sum(len(each.data) for each in loaded) < MOST_BYTES


def test_no_page_carries_a_script_or_style_of_its_own(app: Flask) -> None:
    client = signed_in(app, "hieutruong@truong-a.example")
    for path in ("/ho-so", "/nop", "/cho-duyet", "/truong", "/khong-co"):
        text = client.get(path).text
        assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text) == []


def test_an_asset_is_kept_for_good_under_its_own_digest_only(app: Flask) -> None:
    client = app.test_client()
    address = next(each for each in _ASSET.findall(client.get("/dang-nhap").text) if each.endswith(".css"))
    assert "immutable" in client.get(address).headers["Cache-Control"]
    outdated = re.sub(r"/[0-9a-f]{12}/", "/000000000000/", address)
    assert client.get(outdated).headers["Cache-Control"] == "no-cache"


def test_a_browser_without_compression_gets_the_same_bytes(app: Flask) -> None:
    client = app.test_client()
    address = next(each for each in _ASSET.findall(client.get("/dang-nhap").text) if "layout.js" in each)
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data


def test_nothing_but_assets_is_found_among_them(app: Flask) -> None:
    for name in ("..", "nothing.js", "%2e%2e%2fweb.py"):
        assert app.test_client().get(f"/assets/0/{name}").status_code == 404


def test_an_unknown_address_says_what_to_do(app: Flask) -> None:
    answer = app.test_client().get("/khong-co")
    assert answer.status_code == 404
    assert "Kiểm tra lại đường dẫn" in answer.text
    assert 'href="/"' in answer.text


def test_a_lost_database_is_told_in_a_sentence(context: Context) -> None:
    client = signed_in(application_on(context), "gv1@truong-a.example")
    cookie = client.get_cookie("kyduyet")
    assert cookie is not None
    without = create_app(replace(context, database=Database(NOWHERE))).test_client()
    without.set_cookie("kyduyet", cookie.value)
    answer = without.get("/ho-so")
    assert answer.status_code == 503
    assert "chưa phục vụ được" in answer.text


def test_english_is_a_choice_that_the_next_page_keeps(app: Flask) -> None:
    client = signed_in(app, "gv1@truong-a.example")
    assert '<html lang="vi">' in client.get("/ho-so").text
    answer = send(client, "/ngon-ngu", "/ho-so", language="en", next="/ho-so?state=filed")
    assert answer.location == "/ho-so?state=filed"
    assert '<html lang="en">' in client.get("/ho-so").text


def test_times_are_those_of_vietnam(app: Flask) -> None:
    with app.test_request_context():
        assert local_time(datetime(2026, 11, 21, 19, 5, tzinfo=UTC)) == "22/11/2026 02:05"


@pytest.mark.parametrize(
    ("passed", "shown"),
    [
        (timedelta(seconds=20), "dưới 1 phút"),
        (timedelta(minutes=59), "59 phút"),
        (timedelta(hours=23, minutes=59), "23 giờ"),
        (timedelta(days=3, hours=5), "3 ngày"),
    ],
)
def test_durations_are_in_their_largest_whole_unit(app: Flask, passed: timedelta, shown: str) -> None:
    with app.test_request_context():
        assert duration(now() - passed) == shown
        assert ago(now() - passed) == f"{shown} trước"


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0 KB"),
        (1, "1 KB"),
        (120_832, "118 KB"),
        (20 * 1024**2, "20 MB"),
        (1_677_722, "1,6 MB"),
        (15 * 1024**3, "15 GB"),
        (1024**4, "1 TB"),
        (2048 * 1024**4, "2.048 TB"),
    ],
)
def test_sizes_are_those_of_file_managers(app: Flask, count: int, shown: str) -> None:
    with app.test_request_context():
        assert size(count) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Phép cộng (tiết 3–4)", 'Phép cộng (tiết <span class="text-nowrap">3–4</span>)'),
        ("<b>1–2</b> & 3", '&lt;b&gt;<span class="text-nowrap">1–2</span>&lt;/b&gt; &amp; 3'),
        ("Tiết 5 – ôn tập", "Tiết 5 – ôn tập"),
    ],
)
def test_ranges_are_kept_on_one_line_and_the_rest_is_escaped(text: str, shown: str) -> None:
    assert unbroken(text) == shown


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("2026-2027/W12", "Tuần 12 · 2026-2027"),
        ("2026-2027/HK1", "Học kỳ 1 · 2026-2027"),
        ("2026-2027", "Cả năm · 2026-2027"),
    ],
)
def test_periods_are_in_words(app: Flask, stored: str, shown: str) -> None:
    with app.test_request_context():
        assert period(stored) == shown
