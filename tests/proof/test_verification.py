"""Verifying against what was kept outside: what the owner of the tables does is found."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import event, func, select

from app.approvals.naming import NAMES
from app.audit.chain import DEPLOYMENT
from app.audit.heads import NOTED, Head, breaks_against_notes, note_heads
from app.audit.models import AuditEntry
from app.context import Context
from app.db import now
from app.drift.looks import tree_drift
from app.proof.sheet_keeping import keep_heads
from app.proof.sheet_reading import sheets_of, worth_reading
from app.proof.sheets import BadSheet, read, written
from app.records.models import Record
from app.running.worker import run_worker
from app.schools.queries import school_by_code
from app.tree.commands import tree_check
from tests.handing_in import hand_in
from tests.tree.steps import sign_off

FOLDER = "_ky-duyet/chuoi-nhat-ky"


def command(context: Context, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "KYDUYET_DATABASE_URL": context.settings.database_url,
        "KYDUYET_DATA_DIR": str(context.settings.data_dir),
        "KYDUYET_SECRET_KEY": context.settings.secret_key,
    }
    return subprocess.run(
        [sys.executable, "-m", "app", "audit", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def verified(context: Context, *words: str) -> list[str]:
    """Return the lines of `audit verify`; its status says whether there are any."""
    done = command(context, "verify", *words)
    lines = done.stdout.splitlines()
    assert done.returncode == (1 if lines else 0), done.stderr
    return lines


@pytest.fixture
def filed(context: Context, cast: SimpleNamespace, pdf: Callable[..., bytes]) -> Record:
    """A filed record of school A, another at work in B, and last night's sheets in both stores."""
    record = sign_off(context, cast, pdf("đã ký"))
    hand_in(context, cast.b_teacher, pdf("của trường B"))
    run_worker(context, wait=False)
    keep_heads(context)
    run_worker(context, wait=False)
    return record


class Intruder:
    """Somebody who has the rights of the tables' owner."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        for table in ("audit_entries", "events"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER only_added".encode())

    def does(self, statement: str) -> None:
        self._connection.execute(statement.encode())

    def rewrites(self, chain: str, number: int) -> None:
        """Change an entry and compute every later hash, and the head, anew."""
        rows = self._connection.execute(
            "SELECT number, at, actor, kind, subject, facts FROM audit_entries"
            " WHERE chain = %s ORDER BY number",
            [chain],
        ).fetchall()
        previous = "0" * 64
        for each, at, actor, kind, subject, facts in rows:
            row = {
                "chain": chain,
                "number": each,
                "at": at.isoformat(timespec="microseconds"),
                "actor": "somebody else" if each == number else actor,
                "kind": kind,
                "subject": subject,
                "facts": facts,
                "previous_hash": previous,
            }
            told = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            digest = hashlib.sha256(told.encode()).hexdigest()
            self._connection.execute(
                "UPDATE audit_entries SET actor = %s, previous_hash = %s, hash = %s"
                " WHERE chain = %s AND number = %s",
                [row["actor"], previous, digest, chain, each],
            )
            previous = digest
        self._connection.execute("UPDATE audit_heads SET hash = %s WHERE chain = %s", [previous, chain])

    def cuts(self, chain: str, keep: int) -> None:
        """Remove the end of a chain, and move its head back."""
        self._connection.execute("DELETE FROM audit_entries WHERE chain = %s AND number > %s", [chain, keep])
        self._connection.execute(
            "UPDATE audit_heads SET number = %s, hash = coalesce((SELECT hash FROM audit_entries"
            " WHERE chain = %s AND number = %s), repeat('0', 64)) WHERE chain = %s",
            [keep, chain, keep, chain],
        )

    def removes(self, chain: str) -> None:
        """Remove a chain whole."""
        self._connection.execute("DELETE FROM audit_entries WHERE chain = %s", [chain])
        self._connection.execute("DELETE FROM audit_heads WHERE chain = %s", [chain])


@pytest.fixture
def intruder(owner: psycopg.Connection) -> Intruder:
    owner.execute("SET TIME ZONE 'UTC'")
    return Intruder(owner)


def test_an_honest_log_is_verified_in_silence(context: Context, filed: Record) -> None:
    assert filed.code
    assert verified(context) == []


def test_the_sheets_lie_in_every_schools_store_and_are_no_drift(context: Context, filed: Record) -> None:
    assert filed.code
    for school in ("truong-a", "truong-b"):
        (path,) = (context.settings.data_dir / "tree" / school / FOLDER).glob("*.json")
        told = json.loads(path.read_text())
        assert [each["chain"] for each in told["chains"]] == [DEPLOYMENT, school]
        assert tree_drift(context, school) == []
    assert tree_check(context) == []


def test_a_sheet_tells_nobody_of_other_schools_or_people(
    context: Context, filed: Record, cast: SimpleNamespace
) -> None:
    assert filed.code
    (path,) = (context.settings.data_dir / "tree/truong-b" / FOLDER).glob("*.json")
    text = path.read_text()
    assert "truong-a" not in text
    assert cast.b_teacher.name not in text
    assert str(cast.b_teacher.user_id) not in text


def test_a_past_written_anew_is_found_by_the_sheets(
    context: Context, filed: Record, intruder: Intruder
) -> None:
    assert filed.code
    intruder.rewrites("truong-a", 2)
    assert any("truong-a: entry" in line and "was rewritten" in line for line in verified(context))


def test_a_cut_end_is_found_though_the_head_was_moved_back(
    context: Context, filed: Record, intruder: Intruder
) -> None:
    assert filed.code
    intruder.cuts("truong-a", 2)
    assert any(line.startswith("truong-a: entry 3 is missing, the end was cut") for line in verified(context))


@pytest.mark.parametrize("chain", ["truong-b", DEPLOYMENT])
def test_a_chain_removed_whole_is_found(
    context: Context, filed: Record, intruder: Intruder, chain: str
) -> None:
    assert filed.code
    intruder.removes(chain)
    assert any(line.startswith(f"{chain}: entry 1 and all after it") for line in verified(context))


def test_a_chain_removed_with_its_store_is_found_by_the_deployments_note(
    context: Context, filed: Record, intruder: Intruder
) -> None:
    assert filed.code
    intruder.removes("truong-b")
    for path in (context.settings.data_dir / "tree/truong-b" / FOLDER).glob("*.json"):
        path.unlink()
    assert any("truong-b: entry 1" in line and "the note of" in line for line in verified(context))


def test_whoever_rewrites_the_notes_as_well_is_found_by_the_other_schools_sheet(
    context: Context, filed: Record, intruder: Intruder
) -> None:
    assert filed.code
    intruder.removes("truong-b")
    intruder.cuts(DEPLOYMENT, 0)
    for path in (context.settings.data_dir / "tree/truong-b" / FOLDER).glob("*.json"):
        path.unlink()
    assert any(line.startswith(f"{DEPLOYMENT}: entry 1 and all after it") for line in verified(context))


def test_verifying_against_a_file_that_somebody_kept(
    context: Context, filed: Record, intruder: Intruder, tmp_path: Path
) -> None:
    assert filed.code
    kept = tmp_path / "kept.json"
    kept.write_text(command(context, "heads").stdout)
    assert verified(context, "--against", str(kept)) == []
    intruder.removes("truong-b")
    assert verified(context, "--against", str(tmp_path))
    assert verified(context, "--against", str(kept), "--school", "truong-a") == []
    assert verified(context, "--against", str(kept), "--school", "truong-b")


def test_a_school_that_nobody_knows_is_missing(context: Context) -> None:
    assert verified(context, "--school", "truong-x") == [
        "truong-x: entry 1 is missing: there is neither a chain nor a school of this code"
    ]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE events SET sha256 = repeat('0', 64) WHERE turn = 2", "tells of the event"),
        ("UPDATE events SET comment = 'khác' WHERE action = 'sign_off'", "tells of the event"),
        ("UPDATE events SET role = 'head' WHERE action = 'sign_off'", "tells of the event"),
        ("UPDATE events SET actor_id = (SELECT id FROM users LIMIT 1) WHERE turn = 3", "tells of the event"),
        *(
            (f"UPDATE events SET {name} = {name} || 'x' WHERE action = '{action}'", "tells of the event")
            for name, action in zip(NAMES, ("submit", "approve", "sign_off") * 2, strict=True)
        ),
        ("DELETE FROM events WHERE action = 'approve'", "which is gone"),
        ("UPDATE official_files SET sha256 = repeat('0', 64)", "tells of the official file"),
        ("DELETE FROM official_files", "which is gone"),
    ],
)
def test_what_the_product_shows_is_compared_with_the_log(
    context: Context, filed: Record, intruder: Intruder, change: str, named: str
) -> None:
    intruder.does(change)
    lines = verified(context)
    assert any(named in line and str(filed.id) in line for line in lines), lines


def test_a_decision_that_no_entry_tells_of_is_found(
    context: Context, filed: Record, intruder: Intruder
) -> None:
    intruder.does(
        "INSERT INTO events (record_id, turn, at, role, action, from_state, to_state, version, sha256)"
        f" SELECT '{filed.id}', 99, now(), 'principal', 'sign_off', 'submitted', 'signed_off', 1, 'aa'"
    )
    assert any("entry 0 is missing: no entry tells of the event" in line for line in verified(context))


def test_the_same_sheet_twice_is_the_same_file_and_a_later_one_lies_beside_it(
    context: Context, filed: Record
) -> None:
    assert filed.code
    keep_heads(context)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        school = school_by_code(session, "truong-a")
    assert len(list(sheets_of(context, [school], lambda _: True))) >= 2
    assert verified(context) == []


def test_a_night_in_which_nothing_has_grown_leaves_no_note(
    context: Context,
    filed: Record,
    intruder: Intruder,
    cast: SimpleNamespace,
    pdf: Callable[..., bytes],
) -> None:
    assert filed.code

    def notes() -> int:
        keep_heads(context)
        run_worker(context, wait=False)
        with context.database.transaction() as session:
            return session.scalars(select(func.count()).where(AuditEntry.kind == NOTED)).one()

    intruder.does("UPDATE audit_entries SET at = at - interval '2 hours' WHERE chain <> '-'")
    before = notes()
    assert notes() == before
    hand_in(context, cast.b_teacher, pdf("của ngày sau"), period="2026-2027/W13")
    assert notes() == before + 1


def test_the_notes_are_found_without_a_walk_along_the_chain(context: Context, filed: Record) -> None:
    assert filed.code
    sent: list[tuple[str, dict[str, str]]] = []
    engine = context.database.engine
    event.listen(engine, "before_cursor_execute", lambda *call: sent.append((call[2], call[3])))
    with context.database.transaction() as session:
        breaks_against_notes(session, None)
        note_heads(session)
    asked = [(sql, told) for sql, told in sent if "audit.heads" in sql and sql.lstrip().startswith("SELECT")]
    assert len(asked) == 2
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        for sql, told in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN {sql}", told).scalars().all()
            assert any("ix_audit_entries_noted" in line for line in plan), plan


def test_a_sheet_reads_as_it_was_written_and_nothing_else_is_one() -> None:
    heads = [Head("truong-a", 7, "a" * 64), Head(DEPLOYMENT, 3, "b" * 64)]
    assert list(read("kept", written(now(), heads)).heads) == sorted(heads)
    for content in (
        b"",
        b"[]",
        b"{}",
        b'{"format": "other"}',
        b'{"format": "ky-duyet/chuoi-nhat-ky/1"}',
        b"\xff",
    ):
        with pytest.raises(BadSheet, match="kept"):
            read("kept", content)


def test_of_a_cloud_the_last_sheet_of_each_old_month_is_read() -> None:
    days = [f"20{year}-{month:02}-{day:02}" for year in (10, 11) for month in (1, 2) for day in (1, 9)]
    names = [f"{FOLDER}/{day}T003300.json" for day in days]
    assert worth_reading(names) == [name for name in names if "-09T" in name]
