"""What holds on every page that anybody can reach: no barriers, nothing sideways, and little to load."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from bench.product import Product
from tests.browser import actors
from tests.browser.actors import Record, asked_to_correct, closed, decided, filed, handed_in
from tests.browser.inspection import Visit, inspect, kind, reachable
from tests.browser.windows import PHONE, Desk, Storage

LONG = "Hoạt động trải nghiệm và hướng nghiệp " * 3 + "kếhoạchkhôngcódấucách" * 3
MOST_BYTES = 150 * 1024

PLACES = {
    "/",
    "/ban-giao",
    "/ban-giao/lap/*",
    "/cay-thu-muc/",
    "/cay-thu-muc/*",
    "/cho-duyet",
    "/dang-nhap",
    "/danh-muc",
    "/danh-muc/truong-a",
    "/danh-muc/truong-a/them",
    "/danh-muc/truong-b",
    "/ho-so",
    "/ho-so/*",
    "/khoa-so",
    "/khoa-so/lich",
    "/kiem-tra",
    "/kiem-tra/*",
    "/lop-hoc/truong-a",
    "/lop-hoc/truong-a/chep",
    "/lop-hoc/truong-a/lop/*",
    "/lop-hoc/truong-a/nhap",
    "/mat-khau",
    "/may-tinh",
    "/minh-chung",
    "/mon-hoc/truong-a",
    "/nha-truong",
    "/nha-truong/truong-a",
    "/nhac-viec",
    "/nam-hoc",
    "/nam-hoc/truong-a",
    "/nam-hoc/truong-a/chep",
    "/nam-hoc/truong-a/han-nop",
    "/nam-hoc/truong-a/sua",
    "/nop",
    "/phan-cong/truong-a",
    "/phan-cong/truong-a/*",
    "/phan-cong/truong-a/nguoi/*",
    "/phan-cong/truong-a/nhap",
    "/phan-phoi-chuong-trinh",
    "/phan-phoi-chuong-trinh/truong-a",
    "/phan-phoi-chuong-trinh/truong-a/*",
    "/phan-phoi-chuong-trinh/truong-a/nhap",
    "/phan-phoi-chuong-trinh/truong-b",
    "/quy-che",
    "/sua-chua",
    "/sua-chua/*",
    "/tai-khoan",
    "/tai-khoan/*",
    "/tai-khoan/moi",
    "/theo-doi",
    "/theo-doi/cac-truong",
    "/theo-doi/nguoi/*",
    "/truong",
    "/uy-quyen",
    "/viec-cua-toi",
    "/viec-bi-ket",
}


pytestmark = pytest.mark.timeout(600)
"""Whichever test comes first waits for the visit to every page, with axe on each."""


@pytest.fixture(scope="module")
def records(product: Product, pdf: Callable[..., bytes]) -> dict[str, Record]:
    """Leave a record in every state, one of them with a very long title, and one job stuck."""
    submitted, approved, returned, withdrawn = (
        handed_in(product, pdf(state, pages=2), f"{LONG} {state}"[:200])
        for state in ("submitted", "approved", "returned", "withdrawn")
    )
    records = {
        "submitted": submitted,
        "approved": decided(product, actors.HEAD, approved, "approve"),
        "returned": decided(product, actors.HEAD, returned, "return", f"Sửa lại: {LONG}"),
        "withdrawn": decided(product, actors.TEACHER, withdrawn, "withdraw"),
        "filed": filed(product, pdf("filed"), LONG),
    }
    asked_to_correct(product, records["filed"], LONG)
    closed(product, "2026-2027/W01", LONG)
    with product.database() as database:
        database.execute(
            "INSERT INTO stuck_jobs (school_id, subject, arguments, task, code, attempts, at) "
            "SELECT school_id, id::text, jsonb_build_object('record_id', id), 'seal', 'damaged_pdf', 3, "
            "now() FROM records WHERE id = %s",
            [records["approved"]["id"]],
        )
    return records


@pytest.fixture(scope="module")
def visits(
    chromium: Browser, product: Product, storage: Storage, records: dict[str, Record]
) -> Iterator[list[Visit]]:
    """Visit each kind of page once, as whoever gets there first."""
    desk = Desk(chromium, f"http://127.0.0.1:{product.port}", storage)
    papers = {state: f"/ho-so/{record['id']}" for state, record in records.items()}
    walks = [
        (actors.TEACHER, ["/", *papers.values()]),
        (actors.HEAD, ["/", papers["submitted"]]),
        (actors.PRINCIPAL, ["/", papers["approved"]]),
        (actors.ADMINISTRATOR, ["/"]),
        (actors.OFFICER, ["/", "/theo-doi/cac-truong"]),
        ("", ["/dang-nhap", "/kiem-tra", f"/kiem-tra/{code_of(product, records['filed'])}"]),
    ]
    visits: list[Visit] = []
    seen: set[str] = set()
    for email, starts in walks:
        window = desk.open(email, size=PHONE)
        for path in reachable(window, starts):
            if path in starts or kind(path) not in seen:
                seen.add(kind(path))
                visits.append(inspect(window, path))
    yield visits
    assert desk.close() == []


def code_of(product: Product, record: Record) -> str:
    with product.database() as database:
        row = database.execute("SELECT code FROM records WHERE id = %s", [record["id"]]).fetchone()
    assert row is not None
    return str(row[0])


def test_every_place_has_been_visited(visits: list[Visit]) -> None:
    assert {kind(visit.path) for visit in visits} >= PLACES


def test_axe_finds_nothing_serious(visits: list[Visit]) -> None:
    assert {visit.path: visit.barriers for visit in visits if visit.barriers} == {}


def test_no_page_scrolls_sideways(visits: list[Visit]) -> None:
    assert {visit.path: visit.sideways for visit in visits if visit.sideways} == {}


def test_every_page_is_light(visits: list[Visit]) -> None:
    assert min(visit.weight for visit in visits) > 20_000, "the styles alone weigh more: nothing was counted"
    assert {visit.path: visit.weight for visit in visits if visit.weight > MOST_BYTES} == {}
