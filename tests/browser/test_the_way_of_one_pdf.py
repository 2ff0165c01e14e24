"""From the teacher's upload over two decisions into the tree, as each person sees it."""

import base64
import io
from collections.abc import Callable

import pypdfium2
from playwright.sync_api import ViewportSize, expect

from tests.browser.actors import HEAD, PRINCIPAL, TEACHER
from tests.browser.windows import DESK, Desk, Window, downloaded, pdf_file


def hand_in(window: Window, *files: tuple[str, bytes]) -> None:
    window.go("/nop")
    window.page.get_by_label("Chọn tệp PDF").set_input_files([pdf_file(*file) for file in files])
    window.page.get_by_role("button", name=f"Nộp ({len(files)})").click()


def approve(desk: Desk, title: str, size: ViewportSize) -> None:
    head = desk.open(HEAD, size=size)
    head.go("/cho-duyet")
    head.open_record(title)
    for page in head.page.locator(".leaf img").all():
        page.scroll_into_view_if_needed()
        expect(page).to_have_js_property("complete", True)
        assert page.evaluate("image => image.naturalWidth") == 800
    head.page.get_by_role("button", name="Duyệt", exact=True).click()
    expect(head.page.get_by_text(f"Đã duyệt “{title}” và chuyển hiệu trưởng ký.")).to_be_visible()


def sign_off_together(desk: Desk, titles: list[str], size: ViewportSize) -> None:
    principal = desk.open(PRINCIPAL, size=size)
    principal.go("/cho-duyet")
    for title in titles:
        principal.page.get_by_role("checkbox", name=title).check()
    expect(principal.page.locator("#picked")).to_contain_text(str(len(titles)))
    principal.page.get_by_role("button", name="Ký duyệt").click()
    expect(principal.page.get_by_text(f"Ký duyệt: xong {len(titles)} hồ sơ.")).to_be_visible()


def test_a_pdf_goes_from_the_teacher_to_the_tree(
    desk: Desk, size: ViewportSize, pdf: Callable[..., bytes]
) -> None:
    shape = f"{size['width']}"
    titles = [f"Bài {number} trên màn hình {shape}" for number in (1, 2)]
    teacher = desk.open(TEACHER, size=size)
    for title in titles:
        hand_in(teacher, (f"{title}.pdf", pdf(title, pages=3)))
        expect(teacher.page.locator(".answer-good")).to_contain_text("Đã nhận: 3 trang")
        approve(desk, title, size)
    sign_off_together(desk, titles, size)

    teacher.go("/ho-so")
    expect(teacher.row(titles[0])).to_be_visible()
    teacher.open_record(titles[0])
    expect(teacher.page.locator("#status .chip")).to_have_text("Đã lưu")
    teacher.page.reload()
    press = teacher.page.get_by_role("link", name="Tải bản chính thức").click
    official = downloaded(teacher, press)
    with pypdfium2.PdfDocument(io.BytesIO(official)) as opened:
        assert len(opened) == 3 + 1
    walk_to_the_file(teacher, titles[0])


def walk_to_the_file(window: Window, title: str) -> None:
    path = window.page.locator(".path").inner_text()
    window.go("/cay-thu-muc/")
    for folder in path.split("/")[:-1]:
        window.page.get_by_role("main").get_by_role("link", name=folder).first.click()
    expect(window.page.get_by_role("main")).to_contain_text(title)


def test_each_file_gets_its_own_answer(desk: Desk, size: ViewportSize, pdf: Callable[..., bytes]) -> None:
    teacher = desk.open(TEACHER, size=size)
    honest = (f"Bài đọc {size['width']}.pdf", pdf(f"Bài đọc {size['width']}"))
    hand_in(teacher, honest, ("giao-an.pdf", b"PK\x03\x04 word/document.xml" + b"x" * 2000))

    accepted, refused = teacher.page.locator(".answer-good"), teacher.page.locator(".answer-bad")
    expect(accepted).to_contain_text("Chờ tổ trưởng")
    expect(refused).to_contain_text("giao-an.pdf")
    expect(refused.locator("p")).to_have_count(2)
    for sentence in refused.locator("p").all():
        expect(sentence).not_to_be_empty()
    expect(teacher.page.locator(".chosen-file")).to_have_count(1)
    expect(teacher.page.locator(".chosen-file")).to_contain_text("Chưa được nhận")
    accepted.get_by_role("link").click()
    expect(teacher.page.locator("#status .chip")).to_have_text("Đã nộp")
    expect(teacher.page.locator("#status")).to_contain_text("Chờ tổ trưởng")


def test_twenty_files_are_handed_in_with_one_drop(desk: Desk, pdf: Callable[..., bytes]) -> None:
    teacher = desk.open(TEACHER, size=DESK)
    teacher.go("/nop")
    names = [f"Bài thả {number}" for number in range(1, 21)]
    drop(teacher, {f"{name}.pdf": pdf(name) for name in names})
    expect(teacher.page.locator(".chosen-file")).to_have_count(20)
    teacher.page.get_by_role("button", name="Nộp (20)").click()
    expect(teacher.page.locator(".answer-good")).to_have_count(20)
    expect(teacher.page.locator(".answer-good strong")).to_have_text(names)


def drop(window: Window, files: dict[str, bytes]) -> None:
    """Let files fall onto the upload page, as a file manager would."""
    encoded = {name: base64.b64encode(content).decode() for name, content in files.items()}
    carried = window.page.evaluate_handle(
        """async (files) => {
          const carried = new DataTransfer();
          for (const [name, content] of Object.entries(files)) {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            carried.items.add(new File([bytes], name, { type: "application/pdf" }));
          }
          return carried;
        }""",
        encoded,
    )
    window.page.dispatch_event("#drop", "drop", {"dataTransfer": carried})
