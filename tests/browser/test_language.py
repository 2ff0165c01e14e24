"""Choosing English, reading pages that fit, and coming back."""

from playwright.sync_api import expect

from tests.browser.actors import ENGLISH_READER
from tests.browser.inspection import sideways_on
from tests.browser.windows import PHONE, Desk


def test_a_reader_switches_to_english_and_back(desk: Desk) -> None:
    reader = desk.open(ENGLISH_READER, size=PHONE)
    reader.go("/ho-so")
    expect(reader.page.locator("html")).to_have_attribute("lang", "vi")
    expect(reader.heading()).to_have_text("Hồ sơ của tôi")
    reader.page.locator("details.menu > summary").click()
    reader.page.get_by_role("button", name="English").click()
    expect(reader.page.locator("html")).to_have_attribute("lang", "en")
    expect(reader.heading()).not_to_have_text("Hồ sơ của tôi")
    for path in ("/nop", "/cay-thu-muc/", "/mat-khau", "/kiem-tra", "/ho-so"):
        reader.go(path)
        assert sideways_on(reader.page) == []
    reader.page.locator("details.menu > summary").click()
    reader.page.get_by_role("button", name="Tiếng Việt").click()
    expect(reader.page.locator("html")).to_have_attribute("lang", "vi")
    expect(reader.heading()).to_have_text("Hồ sơ của tôi")
