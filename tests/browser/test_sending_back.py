"""A record that goes back: with a reason and a new version, or because its owner withdraws it."""

from collections.abc import Callable

from playwright.sync_api import ViewportSize, expect

from bench.product import Product
from tests.browser.actors import HEAD, SECOND_TEACHER, handed_in
from tests.browser.windows import PHONE, Desk, pdf_file

REASON = "Thiếu phần điều chỉnh sau tiết dạy."


def test_a_returned_record_says_why_and_takes_a_new_version(
    desk: Desk, product: Product, size: ViewportSize, pdf: Callable[..., bytes]
) -> None:
    title = f"Bài sửa lại {size['width']}"
    handed_in(product, pdf(title), title, SECOND_TEACHER)
    head = desk.open(HEAD, size=size)
    head.go("/cho-duyet")
    head.open_record(title)
    head.page.get_by_text("Trả lại…").click()
    head.page.get_by_label("Cần sửa gì?").fill(REASON)
    head.page.get_by_role("button", name="Trả lại cho Giáo viên Hai A").click()
    expect(head.page.get_by_text(f"Đã trả lại “{title}” cho Giáo viên Hai A.")).to_be_visible()

    teacher = desk.open(SECOND_TEACHER, size=size)
    teacher.go("/ho-so")
    expect(teacher.row(title)).to_contain_text("Chờ bạn sửa")
    expect(teacher.row(title)).to_contain_text(REASON)
    teacher.open_record(title)
    expect(teacher.page.get_by_role("blockquote").first).to_contain_text(REASON)
    teacher.page.get_by_label("Tệp PDF đã sửa").set_input_files(pdf_file("moi.pdf", pdf(title, pages=2)))
    teacher.page.get_by_role("button", name="Nộp phiên bản mới").click()
    expect(teacher.page.get_by_text(f"Đã nộp phiên bản mới của “{title}”.")).to_be_visible()
    expect(teacher.page.locator("#status .chip")).to_have_text("Đã nộp")

    head.page.reload()
    expect(head.page.locator(".facts")).to_contain_text("2 trang")
    expect(head.page.locator(".facts")).to_contain_text("phiên bản 2")


def test_a_return_without_a_reason_is_not_sent(
    desk: Desk, product: Product, pdf: Callable[..., bytes]
) -> None:
    handed_in(product, pdf("không lý do"), "Trả không lý do", SECOND_TEACHER)
    head = desk.open(HEAD, size=PHONE)
    head.go("/cho-duyet")
    head.open_record("Trả không lý do")
    head.page.get_by_text("Trả lại…").click()
    before = len(head.requests)
    head.page.get_by_role("button", name="Trả lại cho Giáo viên Hai A").click()
    reason = head.page.get_by_label("Cần sửa gì?")
    expect(reason).to_be_focused()
    expect(reason).to_have_js_property("validity.valueMissing", True)
    assert [request.url for request in head.requests[before:] if request.method == "POST"] == []


def test_an_owner_withdraws_what_was_handed_in_by_mistake(
    desk: Desk, product: Product, pdf: Callable[..., bytes]
) -> None:
    handed_in(product, pdf("nộp nhầm"), "Nộp nhầm", SECOND_TEACHER)
    teacher = desk.open(SECOND_TEACHER, size=PHONE)
    teacher.go("/ho-so")
    teacher.open_record("Nộp nhầm")
    teacher.page.get_by_text("Nộp nhầm? Rút hồ sơ về").click()
    teacher.page.get_by_role("button", name="Rút về").click()
    expect(teacher.page.locator("#status .chip")).to_have_text("Đã rút")
    expect(teacher.page.get_by_label("Tệp PDF đã sửa")).to_be_visible()
