"""Pages that only a form or a mistake leads to: no barriers and nothing sideways there either."""

from collections.abc import Callable

from playwright.sync_api import expect

from bench.product import Product
from tests.browser.actors import HEAD, THIRD_TEACHER, handed_in
from tests.browser.inspection import assert_open_to_all
from tests.browser.windows import DESK, PHONE, Desk, pdf_file

LONG_NAME = "kehoachbaidaykhongcodaucachnaocatronghettoanboten" * 3


def test_files_before_and_after_they_are_sent(desk: Desk, pdf: Callable[..., bytes]) -> None:
    teacher = desk.open(THIRD_TEACHER, size=PHONE)
    teacher.go("/nop")
    honest, broken = pdf_file(f"{LONG_NAME}.pdf", pdf(LONG_NAME)), pdf_file("hong.pdf", b"no PDF at all")
    teacher.page.get_by_label("Chọn tệp PDF").set_input_files([honest, broken])
    expect(teacher.page.locator(".chosen-file")).to_have_count(2)
    assert_open_to_all(teacher)
    teacher.page.get_by_role("button", name="Nộp (2)").click()
    expect(teacher.page.locator(".answer")).to_have_count(2)
    assert_open_to_all(teacher)


def test_an_open_menu(desk: Desk) -> None:
    head = desk.open(HEAD, size=PHONE)
    head.go("/ho-so")
    head.page.locator("details.menu > summary").click()
    expect(head.page.get_by_role("link", name="Ủy quyền")).to_be_visible()
    assert_open_to_all(head)
    head.page.keyboard.press("Escape")
    expect(head.page.locator("details.menu > summary")).to_be_focused()


def test_the_results_of_a_bulk_decision(desk: Desk, product: Product, pdf: Callable[..., bytes]) -> None:
    titles = ["Một trong hai", "Hai trong hai"]
    for title in titles:
        handed_in(product, pdf(title), title, THIRD_TEACHER)
    head, again = desk.open(HEAD, size=PHONE), desk.open(HEAD, size=DESK)
    for window in (head, again):
        window.go("/cho-duyet")
        for title in titles:
            window.page.get_by_role("checkbox", name=title).check()
    for window in (head, again):
        window.page.get_by_role("button", name="Duyệt", exact=True).click()
        expect(window.page.locator("#results")).to_be_focused()
        assert_open_to_all(window)
    expect(head.page.locator("#results")).to_contain_text("Duyệt: xong 2 hồ sơ.")
    expect(again.page.locator("#results .notice-bad")).to_have_count(2)


def test_a_wrong_password_and_a_wrong_address(desk: Desk) -> None:
    stranger = desk.open(size=PHONE)
    stranger.expected_statuses |= {401, 404}
    stranger.go("/dang-nhap")
    stranger.page.get_by_label("Địa chỉ thư").fill("ai-do@truong-a.example")
    stranger.page.get_by_label("Mật khẩu").fill("sai")
    stranger.page.get_by_role("button", name="Đăng nhập").click()
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    assert_open_to_all(stranger)
    stranger.go("/khong-co-trang-nay")
    expect(stranger.page.get_by_role("link", name="Về trang chính")).to_be_visible()
    assert_open_to_all(stranger)
