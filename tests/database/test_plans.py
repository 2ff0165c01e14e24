"""Every list has an index that serves it: among many records of many schools no page reads a whole table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, String, cast, event, func, select

from app.approvals.lists import count_by_state
from app.config import Settings
from app.context import Context
from app.database.embedded import DatabaseUrls
from app.db import Database
from app.pdf.sandbox import Sandbox
from app.people.authority import authority_of
from app.people.models import User
from app.records.lists import MOST_FOUND, Filters, list_records
from app.records.models import Record, SearchEntry
from app.records.queries import visible_to
from app.staging.store import FolderStaging
from bench.scale_planting import COMMON, ELSEWHERE, PAST, Size, plant_province
from tests.browsing import application_on, signed_in
from tests.databases import TEMPLATE, database_named

LARGE = frozenset({"records", "versions", "search_entries", "official_files", "events", "audit_entries"})
"""Tables that grow with every record of every school."""
READERS = {
    "clerk": "vanthu@truong-a.example",
    "principal": "hieutruong@truong-a.example",
    "head": "totruong1@truong-a.example",
    "teacher": "gv1@truong-a.example",
    "officer": "canbo@phong.example",
}
FILTERED = tuple(
    f"{page}?{narrowed}"
    for page in ("/truong", "/ho-so")
    for narrowed in (
        "state=returned",
        "state=filed",
        "period=2026-2027/W05",
        "period=2026-2027/W53",
        "record_type=SCN",
        "record_type=SDB",
        "q=khongdauco",
        f"q={ELSEWHERE}",
        f"q={COMMON}",
        f"q={PAST}",
        "after=2026-01-01T00:00:00%2B00:00~11111111-1111-4111-8111-111111111111",
    )
)
_SIZE = Size(records=30_000, schools=31)


@dataclass(frozen=True)
class Province:
    """A province's database, and the product on it."""

    context: Context
    app: Flask


@pytest.fixture(scope="module")
def province(
    server_urls: DatabaseUrls, database_url: str, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Province]:
    """Plant many records in many schools, once for all tests here."""
    assert database_url.count(TEMPLATE)
    folder, name = tmp_path_factory.mktemp("province"), "province"
    with psycopg.connect(server_urls.owner, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        try:
            with psycopg.connect(database_named(server_urls.owner, name), autocommit=True) as owner:
                plant_province(owner, _SIZE)
            yield from _served(database_named(server_urls.web, name), folder, sandbox)
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _served(url: str, folder: Path, sandbox: Sandbox) -> Iterator[Province]:
    settings = Settings(secret_key="p" * 32, database_url=url, data_dir=folder)
    database = Database(url)
    context = Context(settings, database, sandbox, FolderStaging(folder / "staging"))
    yield Province(context, application_on(context))
    database.engine.dispose()


class Listener:
    """Has every reading statement explained where it is asked first; keeps which tables it reads whole."""

    def __init__(self, engine: Engine) -> None:
        self.where = ""
        self.heard: set[str] = set()
        self.read_whole: list[str] = []
        event.listen(engine, "before_cursor_execute", self._hear)

    def _hear(self, _c: Any, cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if many or statement in self.heard or not statement.lstrip().startswith(("SELECT", "WITH")):
            return
        self.heard.add(statement)
        row = cursor.connection.execute(f"EXPLAIN (FORMAT JSON) {statement}", values).fetchone()
        for table in _read_whole(row[0][0]["Plan"]):
            self.read_whole.append(f"{self.where} reads all {table}:\n{statement}")


def _pages(app: Flask) -> list[str]:
    """List the addresses of all pages that need nothing in their address."""
    rules = [
        rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())
    ]
    return sorted({rule.rule for rule in rules if not rule.rule.startswith("/api/")})


def _read_whole(plan: Mapping[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in LARGE:
        yield plan["Relation Name"]
    for inner in plan.get("Plans", ()):
        yield from _read_whole(inner)


@pytest.mark.parametrize("reader", READERS)
def test_no_page_reads_a_large_table_whole(province: Province, reader: str) -> None:
    listener = Listener(province.context.database.engine)
    client = signed_in(province.app, READERS[reader])
    for page in (*_pages(province.app), *FILTERED):
        listener.where = page
        assert client.get(page).status_code != 500, page
    assert len(listener.heard) > 50
    assert not listener.read_whole, "\n\n".join(listener.read_whole)


@pytest.mark.parametrize("word", ["khongdauco", ELSEWHERE, COMMON, PAST, f"{COMMON} {PAST}", "so", "y7"])
@pytest.mark.parametrize("reader", ["clerk", "head", "teacher", "officer"])
def test_a_search_finds_the_newest_that_hold_the_words_however_many_do(
    province: Province, reader: str, word: str
) -> None:
    with province.context.database.sessions() as session:
        user = session.scalars(select(User.id).where(User.email == READERS[reader])).one()
        authority = authority_of(session, user)
        assert authority
        held = [func.strpos(cast(SearchEntry.words, String), f"/{each}") > 0 for each in word.split()]
        holding = (
            select(Record.id, Record.created_at)
            .join(SearchEntry, SearchEntry.record_id == Record.id)
            .where(visible_to(authority), *held)
            .order_by(Record.created_at.desc(), Record.id.desc())
        )
        expected = [tuple(row) for row in session.execute(holding)]
        place, filters = None, Filters(q=word)
        for start in (0, 30, 60):
            found = list_records(session, authority, filters, limit=30, after=place)
            shown = [(each.record.created_at, each.record.id) for each in found]
            assert [identity for _, identity in shown] == [each[0] for each in expected[start : start + 30]]
            place = shown[-1] if shown else place
        counts = count_by_state(session, authority, filters)
    assert None in counts.values() or sum(count or 0 for count in counts.values()) == len(expected)
    assert len(expected) > MOST_FOUND or None not in counts.values()
