"""Handing in, deciding and checking in a browser whose JavaScript is switched off."""

from collections.abc import Callable

from playwright.sync_api import expect

from bench.product import Product
from tests.browser.actors import HEAD, PRINCIPAL, TEACHER, THIRD_TEACHER, filed, handed_in
from tests.browser.windows import PHONE, Desk, downloaded, pdf_file


def test_several_files_are_handed_in_with_one_form(desk: Desk, pdf: Callable[..., bytes]) -> None:
    teacher = desk.open(THIRD_TEACHER, size=PHONE, scripts=False)
    teacher.go("/nop")
    files = [pdf_file("Không kịch bản.pdf", pdf("không kịch bản")), pdf_file("hong.pdf", b"no PDF at all")]
    teacher.page.get_by_label("Chọn tệp PDF").set_input_files(files)
    teacher.page.get_by_role("button", name="Nộp").click()
    expect(teacher.page.locator(".answer-good")).to_contain_text("Không kịch bản")
    expect(teacher.page.locator(".answer-bad p")).to_have_count(2)


def test_a_head_approves_and_a_principal_signs_several_off(
    desk: Desk, product: Product, pdf: Callable[..., bytes]
) -> None:
    title = "Quyết định không kịch bản"
    handed_in(product, pdf(title), title, THIRD_TEACHER)
    head = desk.open(HEAD, size=PHONE, scripts=False)
    head.go("/cho-duyet")
    head.open_record(title)
    head.page.get_by_role("button", name="Duyệt", exact=True).click()
    expect(head.page.get_by_text(f"Đã duyệt “{title}” và chuyển hiệu trưởng ký.")).to_be_visible()

    principal = desk.open(PRINCIPAL, size=PHONE, scripts=False)
    principal.go("/cho-duyet")
    principal.page.get_by_role("checkbox", name=title).check()
    principal.page.get_by_role("button", name="Ký duyệt").click()
    expect(principal.page.get_by_text("Ký duyệt: xong 1 hồ sơ.")).to_be_visible()


def test_a_file_is_checked_by_sending_it(desk: Desk, product: Product, pdf: Callable[..., bytes]) -> None:
    record = filed(product, pdf("kiểm tra không kịch bản"), "Kiểm tra không kịch bản")
    owner = desk.open(TEACHER, scripts=False)
    owner.go(f"/ho-so/{record['id']}")
    official = downloaded(owner, owner.page.get_by_role("link", name="Tải bản chính thức").click)
    stranger = desk.open(size=PHONE, scripts=False)
    for content, verdict in ((official, "Đúng là tệp đã ký."), (official + b"\n", "Không tìm thấy hồ sơ")):
        stranger.go("/kiem-tra")
        chosen = pdf_file("tep.pdf", content)
        stranger.page.get_by_label("Chọn hoặc thả tệp PDF vào đây").set_input_files(chosen)
        stranger.page.get_by_role("button", name="Kiểm tra tệp").click()
        expect(stranger.page.locator("#verdict")).to_contain_text(verdict)
