"""The public check page: a stranger finds out what a file is, and the file stays in his browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import ViewportSize, expect

from bench.product import Product
from tests.browser.actors import TEACHER, Record, filed
from tests.browser.windows import Desk, Window, downloaded, pdf_file

TITLE = "Bài đã ký cho trang kiểm tra"


@pytest.fixture(scope="module")
def signed(product: Product, pdf: Callable[..., bytes]) -> Record:
    return filed(product, pdf(TITLE), TITLE)


@pytest.fixture
def official(desk: Desk, signed: Record) -> bytes:
    owner = desk.open(TEACHER)
    owner.go(f"/ho-so/{signed['id']}")
    return downloaded(owner, owner.page.get_by_role("link", name="Tải bản chính thức").click)


def code_of(owner: Window, record: Record) -> str:
    owner.go(f"/ho-so/{record['id']}")
    return (
        owner.page.locator("dt", has_text="Mã hồ sơ").locator("xpath=following-sibling::dd[1]").inner_text()
    )


def check(window: Window, content: bytes) -> None:
    """Choose a file, wait for the verdict, and make sure that no request carried the file."""
    before = len(window.requests)
    window.page.get_by_label("Chọn hoặc thả tệp PDF vào đây").set_input_files(pdf_file("tep.pdf", content))
    expect(window.page.locator("#verdict [data-file]")).to_have_text("tep.pdf")
    expect(window.page.locator("#verdict")).to_be_focused()
    made = window.requests[before:]
    assert all(request.method == "GET" and request.post_data_buffer is None for request in made)
    assert [request.url.endswith(".json") for request in made if "/assets/" not in request.url] == [True]


def test_a_typed_code_shows_who_signed(desk: Desk, signed: Record, size: ViewportSize) -> None:
    code = code_of(desk.open(TEACHER), signed)
    stranger = desk.open(size=size)
    stranger.go("/kiem-tra")
    stranger.page.get_by_label("Mã hồ sơ trên phiếu ký duyệt").fill(code.replace("-", " ").lower())
    stranger.page.get_by_role("button", name="Tra mã").click()
    signatures = stranger.page.locator(".signatures li")
    expect(signatures).to_have_count(2)
    expect(signatures.nth(0)).to_contain_text("Tổ trưởng Một A · Duyệt")
    expect(signatures.nth(1)).to_contain_text("Hiệu trưởng A · Ký duyệt")
    expect(stranger.page.get_by_role("main")).not_to_contain_text(TITLE)


def test_the_official_file_is_right_and_a_changed_one_is_not(
    desk: Desk, signed: Record, official: bytes, size: ViewportSize
) -> None:
    code = code_of(desk.open(TEACHER), signed)
    stranger = desk.open(size=size)
    stranger.go(f"/kiem-tra/{code}")
    check(stranger, official)
    expect(stranger.page.locator("#verdict")).to_contain_text("Đúng là tệp đã ký.")
    check(stranger, official + b"\n")
    expect(stranger.page.locator("#verdict")).to_contain_text("KHÔNG phải tệp đã ký")


def test_a_file_without_a_code_leads_to_its_signatures(desk: Desk, official: bytes) -> None:
    stranger = desk.open()
    stranger.go("/kiem-tra")
    check(stranger, official)
    stranger.page.get_by_role("link", name="Xem ai đã ký, lúc nào").click()
    expect(stranger.page.locator(".signatures li")).to_have_count(2)


def test_an_unknown_code_gets_an_answer(desk: Desk) -> None:
    stranger = desk.open()
    stranger.expected_statuses.add(404)
    stranger.go("/kiem-tra?code=KD-AAAA-BBBB-CCCC")
    expect(stranger.page.locator("#verdict")).to_contain_text("Không có hồ sơ đã ký nào mang mã này.")
