"""The check page believes the audit log: no row that was swapped makes another file the signed one."""

import uuid
from collections.abc import Callable
from types import SimpleNamespace

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.approvals.naming import NAMES
from app.audit.chain import DEPLOYMENT, Happening, append, verify
from app.audit.heads import NOTED
from app.audit.models import AuditEntry
from app.context import Context
from app.database.schema import migrate, migrations
from app.db import Database
from app.proof.agreement import disagreements
from app.proof.verification import Scope, verify_whole
from app.records.models import OfficialFile, Record
from tests.proof.test_routes import CERTIFICATE, OFFICIAL, digest, filed, sealed, signed_off

EVIL = b"%PDF-1.7 evil"


@pytest.fixture
def record(context: Context, cast: SimpleNamespace, pdf: Callable[..., bytes]) -> Record:
    """A filed record with a certificate beside it."""
    made = signed_off(context, cast, pdf("bản đã duyệt"))
    filed(context, made, certificate=CERTIFICATE)
    return made


def verdict(client: FlaskClient, record: Record, content: bytes) -> tuple[str, str]:
    answer = client.get(f"/kiem-tra/{record.code}/{digest(content)}.json").json
    assert answer is not None
    return answer["verdict"], answer["tone"]


@pytest.mark.parametrize("column", ["sha256", "certificate_sha256"])
@pytest.mark.parametrize("content", [EVIL, OFFICIAL, CERTIFICATE])
def test_a_hash_swapped_in_the_rows_makes_no_file_the_signed_one(
    client: FlaskClient, record: Record, owner: psycopg.Connection, column: str, content: bytes
) -> None:
    owner.execute(f"UPDATE official_files SET {column} = %s".encode(), [digest(EVIL)])
    assert verdict(client, record, content) == ("mismatch", "bad")


def test_an_entry_that_was_changed_to_fit_vouches_for_nothing(
    client: FlaskClient, record: Record, owner: psycopg.Connection
) -> None:
    owner.execute("ALTER TABLE audit_entries DISABLE TRIGGER only_added")
    owner.execute("UPDATE official_files SET sha256 = %s", [digest(EVIL)])
    owner.execute(
        "UPDATE audit_entries SET facts = facts || jsonb_build_object('official_sha256', %s::text)"
        " WHERE kind = 'record.file'",
        [digest(EVIL)],
    )
    assert verdict(client, record, EVIL) == ("mismatch", "bad")


def test_a_second_entry_does_not_outweigh_the_first(
    client: FlaskClient, context: Context, record: Record
) -> None:
    with context.database.transaction() as session:
        turn = session.scalars(text("SELECT turn FROM official_files")).one()
        forged = {"turn": turn + 1, "official_sha256": digest(EVIL)}
        append(session, "truong-a", [Happening("record.file", "system", str(record.id), forged)])
        session.execute(text("UPDATE official_files SET sha256 = :evil"), {"evil": digest(EVIL)})
    assert verdict(client, record, EVIL) == ("mismatch", "bad")


def test_a_first_entry_whose_hash_is_null_agrees_with_no_file(
    context: Context, cast: SimpleNamespace, pdf: Callable[..., bytes]
) -> None:
    record = signed_off(context, cast, pdf("chưa lưu"))
    sealed(context, record)
    with context.database.transaction() as session:
        turn = session.scalars(text("SELECT turn FROM official_files")).one()
        session.execute(text("UPDATE official_files SET filed_at = now()"))
        facts = {"turn": turn + 1, "official_sha256": None}
        append(session, "truong-a", [Happening("record.file", "system", str(record.id), facts)])
    with context.database.transaction() as session:
        told = [each.reason for each in disagreements(session, ["truong-a"])]
    assert any("official file" in each for each in told), told


def test_an_entry_in_another_schools_log_vouches_for_nothing(
    client: FlaskClient, context: Context, cast: SimpleNamespace, pdf: Callable[..., bytes]
) -> None:
    record = signed_off(context, cast, pdf("chưa lưu"))
    sealed(context, record)
    with context.database.transaction() as session:
        turn = session.scalars(text("SELECT turn FROM official_files")).one()
        facts = {"turn": turn + 1, "official_sha256": digest(OFFICIAL)}
        append(session, "truong-b", [Happening("record.file", "system", str(record.id), facts)])
    assert verdict(client, record, OFFICIAL) == ("unfiled", "warn")


def test_what_is_sealed_and_not_filed_yet_is_not_called_the_signed_file(
    client: FlaskClient, context: Context, cast: SimpleNamespace, pdf: Callable[..., bytes]
) -> None:
    record = signed_off(context, cast, pdf("chưa lưu"))
    sealed(context, record)
    assert verdict(client, record, OFFICIAL) == ("unfiled", "warn")


def test_approved_bytes_swapped_in_the_events_are_a_mismatch(
    client: FlaskClient, record: Record, owner: psycopg.Connection
) -> None:
    owner.execute("ALTER TABLE events DISABLE TRIGGER only_added")
    owner.execute("UPDATE events SET sha256 = %s WHERE action = 'sign_off'", [digest(EVIL)])
    assert verdict(client, record, EVIL) == ("mismatch", "bad")


@pytest.mark.parametrize(
    "change",
    [
        *(f"{name} = {name} || ' khác'" for name in NAMES),
        "role = 'deputy_head'",
        "capacity = 'KT.'",
        "at = at - interval '1 microsecond'",
        "actor_id = (SELECT owner_id FROM records WHERE id = record_id)",
    ],
)
@pytest.mark.parametrize("action", ["approve", "sign_off"])
def test_a_signature_that_was_rewritten_in_the_events_is_shown_with_a_warning(
    client: FlaskClient, record: Record, owner: psycopg.Connection, action: str, change: str
) -> None:
    bad = "Hồ sơ dữ liệu không khớp nhật ký."
    assert bad not in client.get(f"/kiem-tra/{record.code}").text
    owner.execute("ALTER TABLE events DISABLE TRIGGER only_added")
    owner.execute(f"UPDATE events SET {change} WHERE action = %s".encode(), [action])
    assert verdict(client, record, OFFICIAL) == ("mismatch", "bad")
    assert bad in client.get(f"/kiem-tra/{record.code}").text


SMUGGLED = {
    "official": """
        INSERT INTO official_files (record_id, turn, school_id, version, sha256, size, pages, blob, pdfa,
            sealed_at, filed_at)
        SELECT record_id, 1, school_id, version, %s, size, pages, blob, pdfa, sealed_at, filed_at
        FROM official_files
    """,
    "sign-off": """
        INSERT INTO events (record_id, turn, at, role, action, to_state, version, sha256)
        SELECT id, 0, now(), 'principal', 'sign_off', 'signed_off', 1, %s FROM records
    """,
}


@pytest.mark.parametrize("smuggled", SMUGGLED.values(), ids=SMUGGLED)
def test_a_row_that_was_smuggled_in_makes_no_file_one_that_was_signed_before(
    client: FlaskClient, record: Record, owner: psycopg.Connection, smuggled: str
) -> None:
    assert verdict(client, record, EVIL) == ("different", "bad")
    owner.execute(smuggled.encode(), [digest(EVIL)])
    assert verdict(client, record, EVIL) == ("mismatch", "bad")


def test_entries_that_make_no_sense_stop_neither_the_check_page_nor_the_verification(
    client: FlaskClient, context: Context, record: Record
) -> None:
    senseless: list[dict[str, object]] = [{"turn": "x"}, {"turn": []}, {}, {"turn": 10**12, "version": {}}]
    happenings = [
        Happening(kind, "system", str(record.id), facts | more)
        for kind in ("record.approve", "record.sign_off", "record.file")
        for facts in senseless
        for more in ({}, {"official_sha256": digest(EVIL), "sha256": digest(EVIL)})
    ]
    with context.database.transaction() as session:
        append(session, "truong-a", happenings)
        noted = {"truong-a": "x", "truong-b": [1], "truong-c": [2**80, "a"], "truong-d": None}
        append(session, DEPLOYMENT, [Happening(NOTED, "system", DEPLOYMENT, noted)])
    assert verdict(client, record, OFFICIAL) == ("official", "good")
    with context.database.snapshot() as snapshot:
        told = verify_whole(snapshot, Scope(), [])
    assert {each.chain for each in told} == {"truong-a"}
    assert all("which is gone" in each.reason for each in told)


def test_the_log_holds_no_name_of_those_who_signed(
    context: Context, record: Record, cast: SimpleNamespace
) -> None:
    with context.database.transaction() as session:
        about = select(AuditEntry.facts).where(AuditEntry.subject == str(record.id))
        told = session.scalars(about).all()
    assert all(len(facts["names_sha256"]) == 64 for facts in told)
    for person in (cast.teacher, cast.head, cast.principal):
        assert person.name not in str(told)


def test_the_file_that_was_signed_is_found_though_its_row_was_swapped(
    client: FlaskClient, record: Record, owner: psycopg.Connection
) -> None:
    owner.execute("UPDATE official_files SET sha256 = %s", [digest(EVIL)])
    answer = client.get(f"/kiem-tra/tep/{digest(OFFICIAL)}.json").json
    assert answer is not None
    assert (answer["verdict"], answer["code"]) == ("mismatch", record.code)


def test_an_entry_about_what_is_no_record_hides_no_file_from_the_check_page(
    client: FlaskClient, context: Context, record: Record
) -> None:
    facts: dict[str, object] = {"official_sha256": digest(OFFICIAL)}
    subjects = ["", "x", "1", str(record.id)[:-1], f"{record.id}\n", f"{{{record.id}}}", str(uuid.uuid4())]
    with context.database.transaction() as session:
        append(session, "truong-a", [Happening("record.file", "system", each, facts) for each in subjects])

    answer = client.get(f"/kiem-tra/tep/{digest(OFFICIAL)}.json")

    assert answer.status_code == 200
    assert answer.json
    assert answer.json["code"] == record.code


def test_what_was_filed_before_entries_named_it_is_named_once_by_the_migration(
    client: FlaskClient, context: Context, record: Record, owner: psycopg.Connection
) -> None:
    owner.execute("ALTER TABLE audit_entries DISABLE TRIGGER only_added")
    owner.execute("DELETE FROM audit_entries WHERE chain = 'truong-a' AND kind = 'record.file'")
    owner.execute(
        "UPDATE audit_heads SET (number, hash) = (SELECT number, hash FROM audit_entries"
        " WHERE chain = 'truong-a' ORDER BY number DESC LIMIT 1) WHERE chain = 'truong-a'"
    )
    assert verdict(client, record, OFFICIAL) == ("mismatch", "bad")
    again(context)
    assert verdict(client, record, OFFICIAL) == ("official", "good")
    assert verdict(client, record, CERTIFICATE) == ("certificate", "good")
    again(context)
    with context.database.transaction() as session:
        kinds = session.scalars(text("SELECT kind FROM audit_entries WHERE kind LIKE 'record.filed%'")).all()
        assert verify(session) == []
    assert len(kinds) == len(record_rows(context))


def again(context: Context, migration: str = "_logged_filings.py") -> None:
    """Undo a migration, by the end of its file's name, and do it once more."""
    database = Database(context.settings.owner_database_url)
    migrate_down_to(database, migration)
    migrate(database.engine)
    database.engine.dispose()


def migrate_down_to(database: Database, migration: str) -> None:
    with database.engine.begin() as connection:
        scripts = ScriptDirectory.from_config(migrations(connection))
        naming = next(each for each in scripts.walk_revisions() if each.path.endswith(migration))
        command.downgrade(migrations(connection), str(naming.down_revision))


def record_rows(context: Context) -> list[OfficialFile]:
    with context.database.transaction() as session:
        return list(session.scalars(select(OfficialFile)))
