"""The bar on top is one line; its menu lies above the page and is reached to its end, however long it is."""

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.actors import HEAD, PRINCIPAL, TEACHER
from tests.browser.windows import Desk

_MUCH_WAITS = """
() => document.querySelector(".places a").insertAdjacentHTML("beforeend", '<span class="count">999+</span>')
"""


@pytest.mark.parametrize(("who", "path"), [(TEACHER, "/viec-cua-toi"), (PRINCIPAL, "/theo-doi")])
def test_the_last_entry_of_the_menu_can_be_pressed(
    desk: Desk, size: ViewportSize, who: str, path: str
) -> None:
    window = desk.open(who, size=size)
    window.go(path)
    window.page.locator("details.menu summary").click()
    window.page.get_by_role("button", name="English").click(trial=True)
    window.page.get_by_role("button", name="Đăng xuất").click(trial=True)


@pytest.mark.parametrize("width", [992, 1024, 1280, 1366, 1920])
@pytest.mark.parametrize("who", [HEAD, PRINCIPAL, TEACHER])
def test_the_bar_is_one_line_on_a_computer_however_much_waits(desk: Desk, who: str, width: int) -> None:
    window = desk.open(who, size={"width": width, "height": 657})
    window.go("/ho-so")
    window.page.evaluate(_MUCH_WAITS)
    bar, brand = (window.page.locator(part).bounding_box() for part in (".site-bar", ".brand"))
    assert bar
    assert brand
    assert bar["height"] == brand["height"]
