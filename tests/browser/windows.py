"""Browser windows of the people in the stories, each of which notes what must not happen behind the page."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    FilePayload,
    Locator,
    Page,
    Request,
    StorageState,
    ViewportSize,
    expect,
)

from app.demo.people import PASSWORD

PHONE = ViewportSize(width=360, height=740)
DESK = ViewportSize(width=1280, height=900)

_STATUS = re.compile(r"status of (\d{3})")

Storage = dict[str, StorageState]


class Window:
    """One person's window; without an e-mail address it is a stranger's."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        self.requests: list[Request] = []
        self.expected_statuses: set[int] = set()
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("request", self._note_request)

    def go(self, path: str) -> None:
        """Open a page by its path."""
        self.page.goto(self.address + path)

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Fill in the sign-in page."""
        self.go("/dang-nhap")
        self.page.get_by_label("Địa chỉ thư").fill(email)
        self.page.get_by_label("Mật khẩu").fill(password)
        self.page.get_by_role("button", name="Đăng nhập").click()
        expect(self.page).not_to_have_url(re.compile("dang-nhap"))

    def heading(self) -> Locator:
        """Return the heading of the page."""
        return self.page.get_by_role("heading", level=1)

    def row(self, title: str) -> Locator:
        """Return the row of a list in which a record stands."""
        return self.page.get_by_role("row").filter(has_text=title)

    def open_record(self, title: str) -> None:
        """Follow the link to a record in the list on the page."""
        self.page.get_by_role("link", name=title, exact=True).click()
        expect(self.heading()).to_have_text(title)

    def _note_message(self, message: ConsoleMessage) -> None:
        status = _STATUS.search(message.text)
        is_expected = status and int(status[1]) in self.expected_statuses
        if message.type in ("error", "warning") and not is_expected:
            self.faults.append(f"{self.page.url}: {message.text}")

    def _note_request(self, request: Request) -> None:
        self.requests.append(request)
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.faults.append(f"{self.page.url} asks a stranger: {request.url}")


class Desk:
    """Opens windows of one size in one browser, and remembers who has signed in before."""

    def __init__(self, browser: Browser, address: str, storage: Storage) -> None:
        self._browser = browser
        self._address = address
        self._storage = storage
        self.windows: list[Window] = []

    def open(self, email: str = "", *, size: ViewportSize = DESK, scripts: bool = True) -> Window:
        """Open a window in which the person is signed in."""
        context = self._browser.new_context(
            viewport=size,
            java_script_enabled=scripts,
            locale="vi-VN",
            accept_downloads=True,
            storage_state=self._storage.get(email),
        )
        context.set_default_timeout(20_000)
        window = Window(context.new_page(), self._address)
        self.windows.append(window)
        if email and email not in self._storage:
            window.sign_in(email)
            self._storage[email] = context.storage_state()
        return window

    def close(self) -> list[str]:
        """Close every window and return what went wrong in them."""
        for window in self.windows:
            window.page.context.close()
        return [fault for window in self.windows for fault in window.faults]


def pdf_file(name: str, content: bytes) -> FilePayload:
    """Describe a file as a person would choose it."""
    return FilePayload(name=name, mimeType="application/pdf", buffer=content)


def downloaded(window: Window, press: Callable[[], None]) -> bytes:
    """Return the bytes of the file that `press` makes the browser download."""
    with window.page.expect_download() as started:
        press()
    return Path(started.value.path()).read_bytes()
