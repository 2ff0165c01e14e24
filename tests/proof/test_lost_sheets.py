"""Sheets that vanish from a store, on this machine and in both clouds: it is noticed and told."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, select, update

from app.audit.chain import Happening, append
from app.context import Context
from app.db import now
from app.proof.kept_sheets import FOLDER, look_for_kept, place_now
from app.proof.models import KeptSheet
from app.proof.sheet_keeping import ask_for_sheets, write_heads
from app.proof.sheet_reading import Choice, sheets_of, worth_reading
from app.proof.sheets import Sheet
from app.proof.verification import Scope, gaps_in, verify_whole
from app.running.worker import run_worker
from app.schools.queries import school_by_code
from app.storage.models import StoreAccount, StoreState
from tests.browsing import application_on, signed_in
from tests.conftest import Cast
from tests.proof.test_verification import command
from tests.tree.clouds import SCHOOL, Sky, google_sky, microsoft_sky


@dataclass
class Keeping:
    """School A, and somebody who gets at its store."""

    context: Context
    sky: Sky | None
    nights: int = field(default=0)

    def night(self) -> None:
        """Write the sheets of another night."""
        self.nights += 1
        with self.context.database.transaction() as session:
            ask_for_sheets(session, now() - timedelta(days=9 - self.nights))
        run_worker(self.context, wait=False)

    def sheets(self) -> list[str]:
        """The sheets that lie in the store, as whoever looks into it names them."""
        if self.sky is None:
            return [str(path) for path in sorted((self._tree / FOLDER).glob("*.json"))]
        return [path for path in self.sky.paths() if f"{FOLDER}/" in path]

    def deletes(self, path: str) -> None:
        if self.sky is None:
            Path(path).unlink()
        else:
            self.sky.emulator.meddle({"verb": "delete", "file": path})

    def trashes_all(self) -> None:
        """Throw the folder of sheets away with all it holds."""
        if self.sky is None:
            (self._tree / FOLDER).rename(self.context.settings.data_dir / "thrown-away")
        else:
            folder = self.sheets()[0].rpartition("/")[0]
            self.sky.emulator.meddle({"verb": "trash", "file": folder})

    def edits(self, path: str, content: str) -> None:
        if self.sky is None:
            Path(path).write_text(content)
        else:
            self.sky.emulator.meddle({"verb": "edit", "file": path, "content": content})

    def verified(self, choose: Choice = worth_reading) -> tuple[list[str], list[str]]:
        """Return what `audit verify` says of school A: what is bad, and what could not be compared."""
        with self.context.database.transaction() as session:
            schools = [school_by_code(session, SCHOOL)]
        scope = Scope(frozenset({SCHOOL}))
        read = list(sheets_of(self.context, schools, scope.takes, choose))
        with self.context.database.snapshot() as session:
            breaks = verify_whole(session, scope, [each for each in read if isinstance(each, Sheet)])
            gaps = gaps_in(session, schools, read)
        return [each.reason for each in breaks], [f"{each.source}: {each.reason}" for each in gaps]

    def lost(self) -> list[bool]:
        """Tell of each sheet, by its night, whether it is noted as lost."""
        own = select(KeptSheet.lost_at).order_by(KeptSheet.at)
        with self.context.database.transaction() as session:
            mine = own.where(KeptSheet.school_id == school_by_code(session, SCHOOL).id)
            return [each is not None for each in session.scalars(mine)]

    @property
    def _tree(self) -> Path:
        return self.context.settings.data_dir / "tree" / SCHOOL


Kept = Callable[[Context], AbstractContextManager[Keeping]]


@contextmanager
def on_this_machine(context: Context) -> Iterator[Keeping]:
    yield Keeping(context, None)


def in_cloud(sky: Callable[..., AbstractContextManager[Sky]]) -> Kept:
    @contextmanager
    def kept(context: Context) -> Iterator[Keeping]:
        with sky(context) as opened:
            opened.connect()
            yield Keeping(opened.context, opened)

    return kept


PLACES: dict[str, Kept] = {
    "local": on_this_machine,
    "google": in_cloud(google_sky),
    "microsoft": in_cloud(microsoft_sky),
}


@pytest.fixture(params=[*PLACES])
def keeping(request: pytest.FixtureRequest, context: Context, cast: Cast) -> Iterator[Keeping]:
    """Two nights' sheets in school A's store."""
    assert cast
    with PLACES[request.param](context) as kept:
        with context.database.transaction() as session:
            append(session, SCHOOL, [Happening("tried", "system", "thing", {})])
        kept.night()
        kept.night()
        yield kept


def test_sheets_that_are_there_are_compared_and_nothing_is_said(keeping: Keeping) -> None:
    assert len(keeping.sheets()) == 2
    assert keeping.verified() == ([], [])
    assert keeping.lost() == [False, False]


def test_a_deleted_sheet_is_missed_by_the_verification_and_by_the_next_night(keeping: Keeping) -> None:
    gone = keeping.sheets()[-1]
    keeping.deletes(gone)
    (said,) = keeping.verified()[1]
    assert said.startswith(f"{SCHOOL}: sheets of heads are missing from its store: 1, the last one ")
    assert said.endswith(gone.rpartition("/")[2])
    keeping.night()
    assert keeping.lost() == [False, True, False]


def test_an_emptied_store_is_told_and_kept_again_from_the_next_night_on(keeping: Keeping) -> None:
    keeping.trashes_all()
    assert any("missing from its store: 2" in line for line in keeping.verified()[1])
    keeping.night()
    assert len(keeping.sheets()) == 1
    assert keeping.lost() == [False, True, False]
    assert any("missing from its store: 2" in line for line in keeping.verified()[1])


def test_a_sheet_with_other_bytes_is_told(keeping: Keeping) -> None:
    keeping.edits(keeping.sheets()[-1], "{}")
    said = keeping.verified()[1]
    assert any("are not as they were put into its store: 1" in line for line in said)
    assert any("this is no sheet of chain heads" in line for line in said)
    keeping.night()
    assert keeping.lost() == [False, True, False]


def test_what_was_lost_long_ago_is_told_no_more(keeping: Keeping) -> None:
    keeping.deletes(keeping.sheets()[-1])
    keeping.night()
    with keeping.context.database.transaction() as session:
        long_ago = now() - timedelta(days=32)
        session.execute(update(KeptSheet).where(KeptSheet.lost_at.is_not(None)).values(lost_at=long_ago))
    assert keeping.verified() == ([], [])


def test_only_the_last_sheet_and_those_lost_of_late_are_read_to_be_looked_for(
    context: Context, cast: Cast
) -> None:
    assert cast
    kept = Keeping(context, None)
    for _ in range(4):
        kept.night()
    kept.deletes(kept.sheets()[-1])
    kept.night()
    with context.database.transaction() as session:
        place, _ = place_now(session, school_by_code(session, SCHOOL))
    read: list[KeptSheet] = []
    asked: list[str] = []
    engine = context.database.engine
    event.listen(KeptSheet, "load", note := lambda sheet, _: read.append(sheet))
    event.listen(engine, "before_cursor_execute", count := lambda *call: asked.append(call[2]))
    look_for_kept(context, context.stores.open(None, SCHOOL), place)
    event.remove(KeptSheet, "load", note)
    event.remove(engine, "before_cursor_execute", count)
    assert [each.lost_at is not None for each in sorted(read, key=lambda each: each.path)] == [True, False]
    assert len([each for each in asked if each.startswith("SELECT")]) == 1
    assert kept.lost() == [False, False, False, True, False]


@pytest.mark.parametrize("sky", [google_sky, microsoft_sky])
def test_a_sheet_is_noted_in_the_store_it_was_put_into_though_the_school_changes_its_store_meanwhile(
    context: Context, owner: psycopg.Connection, sky: Callable[..., AbstractContextManager[Sky]]
) -> None:
    with in_cloud(sky)(context) as kept:
        engine, changed = kept.context.database.engine, list[str]()

        def change(*call: Any) -> None:
            if not changed and "FROM store_accounts" in call[2]:
                changed.append(call[2])
                owner.execute("UPDATE store_accounts SET part = 'former'")

        event.listen(engine, "after_cursor_execute", change)
        write_heads(kept.context, SCHOOL, now().isoformat(), 0, 0)
        event.remove(engine, "after_cursor_execute", change)
        with context.database.transaction() as session:
            (noted,) = session.scalars(select(KeptSheet.store_id)).all()
        assert changed
        assert (noted is not None) is (len(kept.sheets()) == 1)


@pytest.mark.parametrize("sky", [google_sky, microsoft_sky])
def test_a_cloud_that_cannot_be_read_is_told(
    context: Context, sky: Callable[..., AbstractContextManager[Sky]]
) -> None:
    with in_cloud(sky)(context) as kept:
        kept.night()
        with context.database.transaction() as session:
            session.execute(update(StoreAccount).values(state=StoreState.RECONNECT))
        bad, said = kept.verified()
        assert bad == []
        assert len(said) == 1
        assert "its store cannot be read now (" in said[0]


def test_the_status_tells_what_is_bad_from_what_could_not_be_compared(
    context: Context, owner: psycopg.Connection, tmp_path: Path
) -> None:
    kept = Keeping(context, None)
    kept.night()
    assert command(context, "verify").returncode == 0
    kept.deletes(kept.sheets()[0])
    done = command(context, "verify")
    assert (done.returncode, done.stdout) == (2, "")
    assert "missing from its store" in done.stderr
    torn = tmp_path / "torn.json"
    torn.write_text(json.dumps({"format": "other"}))
    done = command(context, "verify", "--against", str(torn))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("torn.json: this is no sheet of chain heads\n")
    done = command(context, "verify", "--against", str(context.settings.data_dir / "staging"))
    assert done.returncode == 2
    assert "there is no sheet of chain heads in this folder" in done.stderr
    owner.execute("UPDATE audit_heads SET number = number + 1")
    done = command(context, "verify")
    assert done.returncode == 1
    assert "entries are missing at the end" in done.stdout
    assert "missing from its store" in done.stderr


def test_who_keeps_the_heads_sees_that_one_is_gone_on_every_page(
    context: Context, web_context: Context
) -> None:
    kept = Keeping(context, None)
    kept.night()
    app = application_on(web_context)
    assert shown_to(app, "quantri@truong-a.example") == (False, False)
    kept.deletes(kept.sheets()[0])
    kept.night()
    for keeper in ("quantri@truong-a.example", "hieutruong@truong-a.example", "canbo@phong.example"):
        assert shown_to(app, keeper) == (True, True)
    assert shown_to(app, "quantri@truong-b.example") == (False, False)


def shown_to(app: Flask, email: str) -> tuple[bool, bool]:
    """Tell whether the page of heads says so, and whether the navigation has a number beside its name."""
    client = signed_in(app, email)
    page = client.get("/dau-chuoi").text
    entry = page.partition('href="/dau-chuoi"')[2].partition("</a>")[0]
    return "không còn trong kho" in page, 'class="count">1<' in entry
