"""Finds the pages that a person can reach, and measures what each costs and whom it shuts out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page, ViewportSize

from tests.browser.windows import Window

WIDTHS = (320, 360, 1280)

_LINK = re.compile(r'<a [^>]*href="(/[^"#?]*)"')
_NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|KD-[0-9A-Z-]+|\d+")
_PAGE_IMAGE = re.compile(r"/trang/\d+\.png")
_SERIOUS = {"serious", "critical"}


@dataclass(frozen=True)
class Visit:
    """What was found on one page."""

    path: str
    sideways: list[str]
    """Widths at which the page can be scrolled sideways, and by how much."""
    barriers: list[str]
    """What axe calls serious or critical."""
    weight: int
    """Bytes over the network with an empty cache, without page images."""


@dataclass
class _Meter:
    """Counts the bytes that come over the network."""

    session: CDPSession
    total: int = 0
    _images: set[str] = field(default_factory=set)

    def start(self) -> None:
        self.session.on("Network.requestWillBeSent", self._note)
        self.session.on("Network.loadingFinished", self._count)
        self.session.send("Network.enable")
        self.session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _note(self, event: dict[str, Any]) -> None:
        if _PAGE_IMAGE.search(event["request"]["url"]):
            self._images.add(event["requestId"])

    def _count(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._images:
            self.total += int(event["encodedDataLength"])


def kind(path: str) -> str:
    """Return what the paths of one kind of page have in common."""
    return _NUMBER.sub("*", path)


def reachable(window: Window, starts: Iterable[str]) -> Iterator[str]:
    """Walk the links from `starts`; yield every start, and one path of each further kind of page."""
    waiting, seen = list(starts), set(map(kind, starts))
    while waiting:
        path = waiting.pop(0)
        answer = window.page.request.get(window.address + path)
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        yield path
        for link in _LINK.findall(answer.text()):
            if kind(link) not in seen:
                seen.add(kind(link))
                waiting.append(link)


def inspect(window: Window, path: str) -> Visit:
    """Open a page with an empty cache and look at it in every width."""
    session = window.page.context.new_cdp_session(window.page)
    meter = _Meter(session)
    meter.start()
    window.go(path)
    barriers = barriers_on(window.page)
    visit = Visit(path, sideways_on(window.page), barriers, meter.total)
    session.detach()
    return visit


def assert_open_to_all(window: Window) -> None:
    """Make sure that the page as it is now shuts nobody out and fits every width."""
    assert barriers_on(window.page) == []
    assert sideways_on(window.page) == []


def barriers_on(page: Page) -> list[str]:
    """Return what axe finds serious or critical, with the element."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in _SERIOUS
        for node in each["nodes"]
    ]


def sideways_on(page: Page) -> list[str]:
    """Return the widths at which the page is wider than the window; leaves the window at the last."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size(ViewportSize(width=width, height=740))
        excess = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        if excess > 0:
            found.append(f"{excess} px at {width} px")
    return found
