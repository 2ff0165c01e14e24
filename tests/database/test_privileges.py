"""What somebody can do who has the credentials of the web server or of a worker, by SQL of his own."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import psycopg
import pytest

from app.audit.chain import verify
from app.context import Context
from app.database.embedded import DatabaseUrls
from app.database.privileges import NotTheOwner, owns_the_tables
from app.database.schema import METADATA, migrate
from app.db import Database
from app.records.models import Record
from tests.databases import roles_in
from tests.handing_in import hand_in

PARTS = ("web", "worker")
ALL = {"SELECT", "INSERT", "UPDATE", "DELETE"}
EVER = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
NAMED = {
    "audit_entries": ({"SELECT"}, {"SELECT"}),
    "audit_heads": ({"SELECT"}, {"SELECT"}),
    "events": ({"SELECT", "INSERT"}, {"SELECT", "INSERT"}),
    "versions": ({"SELECT", "INSERT"}, {"SELECT", "INSERT"}),
    "official_files": ({"SELECT"}, {"SELECT", "INSERT", "UPDATE"}),
    "kept_sheets": ({"SELECT"}, {"SELECT", "INSERT", "UPDATE"}),
    "procrastinate_workers": ({"SELECT"}, ALL),
    "procrastinate_periodic_defers": (set(), ALL),
    "alembic_version": ({"SELECT"}, {"SELECT"}),
}

FORBIDDEN = [
    # the chain
    "UPDATE audit_entries SET facts = '{}'",
    "UPDATE audit_entries SET hash = repeat('0', 64) WHERE number = 1",
    "DELETE FROM audit_entries",
    "DELETE FROM audit_entries WHERE number = (SELECT max(number) FROM audit_entries)",
    "TRUNCATE audit_entries",
    "TRUNCATE schools CASCADE",
    "DROP TABLE audit_entries",
    "ALTER TABLE audit_entries RENAME TO kept",
    "ALTER TABLE audit_entries ADD COLUMN more text",
    "ALTER TABLE audit_entries ALTER COLUMN hash DROP NOT NULL",
    "ALTER TABLE audit_entries DROP CONSTRAINT pk_audit_entries",
    "INSERT INTO audit_entries SELECT * FROM audit_entries",
    "INSERT INTO audit_entries TABLE audit_entries ON CONFLICT (chain, number) DO UPDATE SET kind = 'x'",
    "MERGE INTO audit_entries a USING audit_heads h ON a.chain = h.chain WHEN MATCHED THEN DELETE",
    "COPY audit_entries FROM STDIN",
    "SELECT * FROM audit_entries FOR UPDATE",
    # its heads
    "UPDATE audit_heads SET number = number - 1",
    "INSERT INTO audit_heads VALUES ('truong-moi', 7, repeat('a', 64))",
    "DELETE FROM audit_heads",
    "TRUNCATE audit_heads",
    # what guards them
    "ALTER TABLE audit_entries DISABLE TRIGGER only_added",
    "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
    "ALTER TABLE events DISABLE TRIGGER USER",
    "DROP TRIGGER only_added ON events",
    "SET session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', true)",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE OR REPLACE FUNCTION append_audit(text, jsonb) RETURNS void LANGUAGE sql AS ''",
    "ALTER FUNCTION append_audit(text, jsonb) SECURITY INVOKER",
    "ALTER FUNCTION append_audit(text, jsonb) SET search_path = pg_temp",
    "DROP FUNCTION append_audit(text, jsonb)",
    "CREATE TRIGGER mine BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER mine BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE RULE mine AS ON INSERT TO audit_entries DO INSTEAD NOTHING",
    "CREATE RULE mine AS ON INSERT TO records DO INSTEAD NOTHING",
    "CREATE POLICY mine ON audit_entries USING (false)",
    "ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY",
    "CREATE INDEX mine ON audit_entries (kind)",
    "COMMENT ON TABLE audit_entries IS 'mine'",
    # decisions and bytes
    "UPDATE events SET sha256 = repeat('0', 64)",
    "DELETE FROM events",
    "TRUNCATE events",
    "ALTER TABLE events OWNER TO CURRENT_USER",
    "UPDATE versions SET sha256 = repeat('0', 64)",
    "DELETE FROM versions",
    "DELETE FROM official_files",
    # objects of one's own
    "CREATE TABLE mine (a int)",
    "CREATE TEMPORARY TABLE audit_heads (chain text, number bigint, hash text)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE TYPE mine AS ENUM ('a')",
    "CREATE EXTENSION pg_trgm",
    "CREATE EVENT TRIGGER mine ON ddl_command_end EXECUTE FUNCTION refuse_change()",
    "CREATE PUBLICATION mine FOR ALL TABLES",
    "CREATE DATABASE mine",
    # the server and other roles
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT pg_read_file('pg_hba.conf')",
    "COPY audit_heads TO '/tmp/kyduyet-heads'",
    "COPY audit_heads TO PROGRAM 'cat'",
    "SELECT lo_import('/etc/passwd')",
    "CREATE ROLE mine SUPERUSER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "ALTER ROLE {owner} PASSWORD 'mine'",
    "SET ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "SET ROLE postgres",
    "GRANT {owner} TO CURRENT_USER",
    "REASSIGN OWNED BY {owner} TO CURRENT_USER",
    "DROP OWNED BY {owner}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT ALL ON TABLES TO PUBLIC",
    "ALTER SYSTEM SET fsync = off",
    "ALTER DATABASE {database} SET session_replication_role = replica",
    "DROP DATABASE {database}",
    "SELECT pg_reload_conf()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{owner}'",
    "DROP SCHEMA public CASCADE",
]
WEB_ALONE = [
    "UPDATE kept_sheets SET lost_at = NULL",
    "DELETE FROM kept_sheets",
    "INSERT INTO official_files SELECT * FROM official_files",
    "UPDATE official_files SET sha256 = repeat('0', 64)",
    "DELETE FROM procrastinate_workers",
    "SELECT * FROM procrastinate_periodic_defers",
]


@pytest.fixture
def fenced(fresh_urls: DatabaseUrls) -> DatabaseUrls:
    """A database as `kyduyet migrate` leaves it; what holds for a database itself is not cloned with one."""
    database = Database(fresh_urls.owner)
    migrate(database.engine, roles=roles_in(fresh_urls))
    database.engine.dispose()
    return fresh_urls


@pytest.fixture(params=PARTS)
def part(request: pytest.FixtureRequest) -> str:
    """Web or worker."""
    return str(request.param)


@pytest.fixture
def intruder(fenced: DatabaseUrls, part: str) -> Iterator[psycopg.Connection]:
    """Somebody with the part's credentials."""
    with psycopg.connect(getattr(fenced, part), autocommit=True) as connection:
        yield connection


def refused(connection: psycopg.Connection, statement: str) -> bool:
    """Tell whether the server itself refuses, for want of a right."""
    owner = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'records'").fetchone()
    names = {"owner": str(owner and owner[0]), "database": connection.info.dbname}
    for name, value in names.items():
        statement = statement.replace(f"{{{name}}}", value)
    try:
        connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


@pytest.fixture
def with_a_record(context: Context, cast: SimpleNamespace, pdf: Callable[..., bytes]) -> Record:
    """Something to attack: a record with its version, event and audit entry."""
    return hand_in(context, cast.teacher, pdf("bị nhắm tới")).record


def test_nothing_that_would_hide_or_forge_the_past_is_allowed(
    with_a_record: Record, intruder: psycopg.Connection, part: str
) -> None:
    assert with_a_record.turn == 1
    tried = [*FORBIDDEN, *(WEB_ALONE if part == "web" else [])]
    assert [statement for statement in tried if not refused(intruder, statement)] == []


def test_what_is_appended_by_hand_is_linked_by_the_database_and_cannot_be_taken_back(
    with_a_record: Record, fenced: DatabaseUrls, part: str, context: Context
) -> None:
    assert with_a_record.turn == 1
    forged = """[{"actor": "system", "kind": "x", "subject": "y", "facts": "{}",
                  "number": 1, "at": "2020-01-01", "previous_hash": "0", "hash": "0"}]"""
    with psycopg.connect(getattr(fenced, part)) as connection:
        before = connection.execute("SELECT number FROM audit_heads WHERE chain = 'truong-a'").fetchone()
        connection.execute("SELECT append_audit('truong-a', %s)", [forged])
        added = connection.execute(
            "SELECT number, at > now() - interval '1 hour' FROM audit_entries"
            " WHERE chain = 'truong-a' AND kind = 'x'"
        ).fetchone()
    assert before is not None
    assert added == (before[0] + 1, True)
    with context.database.transaction() as session:
        assert verify(session) == []


def privileges_of(connection: psycopg.Connection, role: str) -> dict[str, set[str]]:
    """Return what a role may do to each table of the schema."""
    version = connection.info.server_version
    asked = [each for each in EVER if each != "MAINTAIN" or version >= 170000]
    rows = connection.execute(
        "SELECT tablename, privilege FROM pg_tables, unnest(%s::text[]) AS privilege"
        " WHERE schemaname = 'public' AND has_table_privilege(%s, quote_ident(tablename), privilege)",
        [asked, role],
    ).fetchall()
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    held: dict[str, set[str]] = {table: set() for (table,) in tables}
    for table, privilege in rows:
        held[table].add(privilege)
    return held


def test_each_role_has_on_each_table_what_its_work_needs_and_nothing_else(
    fenced: DatabaseUrls, part: str
) -> None:
    with psycopg.connect(getattr(fenced, part)) as connection:
        connection.execute(
            "GRANT ALL ON audit_entries TO PUBLIC"
        )  # answered by a warning, and by nothing else
        held = privileges_of(connection, connection.info.user)
    assert set(METADATA.tables) < held.keys()
    expected = {table: NAMED.get(table, (ALL, ALL))[PARTS.index(part)] for table in held}
    assert held == expected


def test_a_table_made_by_a_future_migration_is_open_to_both_without_a_thought(
    fenced: DatabaseUrls, part: str
) -> None:
    with psycopg.connect(fenced.owner) as owner:
        owner.execute("CREATE TABLE rooms_to_come (id int GENERATED ALWAYS AS IDENTITY, name text)")
        owner.execute("CREATE FUNCTION told() RETURNS text LANGUAGE sql AS 'SELECT ''told'''")
    with psycopg.connect(getattr(fenced, part)) as connection:
        connection.execute("INSERT INTO rooms_to_come (name) VALUES ('phòng')")
        assert connection.execute("SELECT id, name, told() FROM rooms_to_come").fetchall() == [
            (1, "phòng", "told")
        ]
        assert privileges_of(connection, connection.info.user)["rooms_to_come"] == ALL


def test_the_roles_are_plain_ones_that_belong_to_no_other(fenced: DatabaseUrls, part: str) -> None:
    with psycopg.connect(getattr(fenced, part)) as connection:
        attributes = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
        owned = connection.execute(
            "SELECT (SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid"
            "        WHERE r.rolname = current_user AND d.deptype = 'o'),"
            "       (SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
            "        WHERE r.rolname = current_user)"
        ).fetchone()
    assert attributes == (False, False, False, False, False)
    assert owned == (0, 0)


def test_only_functions_named_here_run_with_another_ones_rights(owner: psycopg.Connection) -> None:
    rows = owner.execute(
        "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    ).fetchall()
    assert rows == [("append_audit", ["search_path=public, pg_temp"])]


def test_a_role_that_owns_nothing_is_told_which_setting_migrations_need(
    fenced: DatabaseUrls, part: str
) -> None:
    database = Database(getattr(fenced, part))
    with pytest.raises(NotTheOwner, match="KYDUYET_OWNER_DATABASE_URL"):
        migrate(database.engine)
    with database.engine.connect() as connection:
        assert not owns_the_tables(connection)
    database.engine.dispose()


def test_who_owns_the_tables_is_known_as_their_owner(fenced: DatabaseUrls) -> None:
    database = Database(fenced.owner)
    with database.engine.connect() as connection:
        assert owns_the_tables(connection)
    database.engine.dispose()


def test_passwords_are_kept_as_scram_and_nobody_is_trusted(fenced: DatabaseUrls) -> None:
    for url in (fenced.owner, fenced.web, fenced.worker):
        stripped = url.partition("&passfile=")[0]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(stripped)
