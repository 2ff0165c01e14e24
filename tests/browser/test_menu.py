"""The menu lies above the page and is reached to its end, however long it is."""

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.actors import PRINCIPAL, TEACHER
from tests.browser.windows import Desk


@pytest.mark.parametrize(("who", "path"), [(TEACHER, "/viec-cua-toi"), (PRINCIPAL, "/theo-doi")])
def test_the_last_entry_of_the_menu_can_be_pressed(
    desk: Desk, size: ViewportSize, who: str, path: str
) -> None:
    window = desk.open(who, size=size)
    window.go(path)
    window.page.locator("details.menu summary").click()
    window.page.get_by_role("button", name="English").click(trial=True)
    window.page.get_by_role("button", name="Đăng xuất").click(trial=True)
