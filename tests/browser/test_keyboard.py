"""A head who has no mouse: from the queue to the decision with the keyboard alone."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from bench.product import Product
from tests.browser.actors import HEAD, THIRD_TEACHER, handed_in
from tests.browser.windows import Desk

MOST_STEPS = 60


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus, and make sure that one sees where it is."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            break
    expect(target).to_be_focused()
    marks = target.evaluate(
        "element => [getComputedStyle(element)].map(s => [s.outlineStyle, s.boxShadow])[0]"
    )
    assert marks != ["none", "none"], "the focus cannot be seen"


def test_a_head_decides_with_the_keyboard_alone(
    desk: Desk, product: Product, pdf: Callable[..., bytes]
) -> None:
    title = "Duyệt bằng bàn phím"
    handed_in(product, pdf(title), title, THIRD_TEACHER)
    head = desk.open(HEAD)
    head.go("/cho-duyet")
    head.page.keyboard.press("Tab")
    expect(head.page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    head.page.keyboard.press("Enter")
    tab_to(head.page, head.page.get_by_role("link", name=title, exact=True))
    head.page.keyboard.press("Enter")
    expect(head.heading()).to_have_text(title)
    tab_to(head.page, head.page.get_by_role("button", name="Duyệt", exact=True))
    head.page.keyboard.press("Enter")
    expect(head.page.get_by_text(f"Đã duyệt “{title}” và chuyển hiệu trưởng ký.")).to_be_visible()


def test_a_head_returns_several_with_the_keyboard_alone(
    desk: Desk, product: Product, pdf: Callable[..., bytes]
) -> None:
    titles = ["Trả bằng bàn phím 1", "Trả bằng bàn phím 2"]
    for title in titles:
        handed_in(product, pdf(title), title, THIRD_TEACHER)
    head = desk.open(HEAD)
    head.go("/cho-duyet")
    for title in titles:
        tab_to(head.page, head.page.get_by_role("checkbox", name=title))
        head.page.keyboard.press("Space")
    tab_to(head.page, head.page.locator("details.return > summary"))
    head.page.keyboard.press("Enter")
    tab_to(head.page, head.page.get_by_label("Lý do trả lại"))
    head.page.keyboard.type("Chưa đúng mẫu.")
    tab_to(head.page, head.page.get_by_role("button", name="Trả lại mục đã chọn"))
    head.page.keyboard.press("Enter")
    expect(head.page.get_by_text("Trả lại: xong 2 hồ sơ.")).to_be_visible()
    expect(head.page.locator("#results")).to_be_focused()
