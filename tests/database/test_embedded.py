"""The embedded PostgreSQL under the hands of several users, some of whom are killed."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from app.database.embedded import (
    EmbeddedDatabaseError,
    embedded_database,
    erase_embedded_database,
    revive_embedded_database,
)
from app.database.programs import PostgresPrograms

HOLD_UNTIL_KILLED = """
import pathlib, signal, sys
from app.database.embedded import embedded_database
with embedded_database(pathlib.Path(sys.argv[1])) as urls:
    print(urls.owner, flush=True)
    signal.pause()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # Not `tmp_path`: its name alone would be too long for a socket.
    with tempfile.TemporaryDirectory(prefix="kyduyet-") as folder:
        yield Path(folder)


def write_a_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'giáo án' AS word")


def the_row(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT word FROM kept").fetchone()
    assert row is not None
    return str(row[0])


def is_served(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])


@pytest.fixture
def other_user(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD_UNTIL_KILLED, str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        yield process
        process.kill()
    with embedded_database(data_dir):
        pass  # whoever leaves last stops the server: none outlives its test


def test_rows_are_still_there_when_the_server_comes_back(data_dir: Path) -> None:
    with embedded_database(data_dir) as urls:
        write_a_row(urls.owner)
    assert not is_served(urls.owner)
    with embedded_database(data_dir) as urls:
        assert the_row(urls.owner) == "giáo án"


def test_the_application_is_no_superuser_but_can_make_what_it_needs(data_dir: Path) -> None:
    with embedded_database(data_dir) as urls, psycopg.connect(urls.owner, autocommit=True) as connection:
        superuser = connection.execute("SHOW is_superuser").fetchone()
        connection.execute("CREATE EXTENSION unaccent")
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE DATABASE another")
        folded = connection.execute("SELECT unaccent(lower('ĐƯỜNG'))").fetchone()
    assert superuser == ("off",)
    assert folded == ("duong",)


def test_what_is_committed_is_flushed_to_disk(data_dir: Path) -> None:
    with embedded_database(data_dir) as urls, psycopg.connect(urls.owner) as connection:
        settings = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
    assert settings == [("on",), ("on",)]


def test_a_second_user_leaves_the_first_ones_server_running(
    data_dir: Path, other_user: subprocess.Popen[str]
) -> None:
    server = postmaster(data_dir)
    with embedded_database(data_dir) as urls:
        assert postmaster(data_dir) == server
    assert other_user.poll() is None
    assert is_served(urls.owner)


def test_the_server_of_a_killed_user_is_joined_and_stopped_by_the_next(
    data_dir: Path, other_user: subprocess.Popen[str]
) -> None:
    server = postmaster(data_dir)
    other_user.kill()
    other_user.wait()
    with embedded_database(data_dir) as urls:
        assert postmaster(data_dir) == server
    assert not is_served(urls.owner)


def test_committed_rows_survive_the_killing_of_server_and_user(
    data_dir: Path, other_user: subprocess.Popen[str]
) -> None:
    with embedded_database(data_dir) as urls:
        write_a_row(urls.owner)
    os.kill(postmaster(data_dir), signal.SIGKILL)
    other_user.kill()
    other_user.wait()
    with embedded_database(data_dir) as urls:
        assert the_row(urls.owner) == "giáo án"


@pytest.mark.parametrize("name", ["short", "a name too long for a socket" * 4])
def test_a_server_killed_while_in_use_comes_back_at_the_same_address(data_dir: Path, name: str) -> None:
    with embedded_database(data_dir / name) as urls:
        write_a_row(urls.owner)
        server = postmaster(data_dir / name)
        revive_embedded_database(data_dir / name)
        assert postmaster(data_dir / name) == server
        os.kill(server, signal.SIGKILL)
        while not is_served(urls.owner):
            revive_embedded_database(data_dir / name)
        assert the_row(urls.owner) == "giáo án"


def test_a_lock_file_that_names_a_process_of_another_program_is_no_hindrance(data_dir: Path) -> None:
    with embedded_database(data_dir):
        lock = (data_dir / "postgres" / "postmaster.pid").read_text().splitlines()
    stale = "\n".join([str(os.getppid()), *lock[1:], ""])
    (data_dir / "postgres" / "postmaster.pid").write_text(stale)
    with embedded_database(data_dir) as urls:
        assert is_served(urls.owner)


def test_a_cluster_whose_creation_was_killed_is_begun_anew(data_dir: Path) -> None:
    unfinished = data_dir / "postgres.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with embedded_database(data_dir) as urls:
        assert is_served(urls.owner)
    assert not unfinished.exists()


TRUSTING = "local all all trust\n"


def make_as_an_older_program_did(data_dir: Path) -> None:
    """Let whoever comes in without a password, as one role that owns everything."""
    cluster = data_dir / "postgres"
    programs = PostgresPrograms(cluster)
    as_superuser = ("-X", "-q", "-h", str(cluster), "-p", "5432", "-U", "postgres", "-d", "postgres")
    with embedded_database(data_dir) as urls:
        write_a_row(urls.owner)
        others = ("kyduyet_web", "kyduyet_worker")
        drops = "".join(f"DROP ROLE {role};" for role in others)
        programs.run("psql", *as_superuser, send=f"{drops} ALTER ROLE kyduyet PASSWORD NULL;")
    (cluster / "pg_hba.conf").write_text(TRUSTING)
    (data_dir / "postgres.pass").unlink()


def test_a_cluster_of_an_older_program_is_locked_at_its_start_and_loses_nothing(data_dir: Path) -> None:
    make_as_an_older_program_did(data_dir)
    with embedded_database(data_dir) as urls:
        assert the_row(urls.owner) == "giáo án"
        assert is_served(urls.web)
        assert is_served(urls.worker)
        assert not is_served(urls.owner.partition("&passfile=")[0])


@pytest.mark.parametrize("where", ["", " IN DATABASE kyduyet", " IN DATABASE postgres"])
def test_what_a_role_set_for_itself_is_forgotten_at_the_next_start(data_dir: Path, where: str) -> None:
    with embedded_database(data_dir) as urls, psycopg.connect(urls.web, autocommit=True) as session:
        session.execute(f"ALTER ROLE kyduyet_web{where} SET search_path = 'pg_temp'")
        assert settings_of_roles(session) == 1
    with embedded_database(data_dir) as urls, psycopg.connect(urls.web, autocommit=True) as session:
        assert settings_of_roles(session) == 0
        assert session.execute("SHOW search_path").fetchone() == ('"$user", public',)


def settings_of_roles(session: psycopg.Connection) -> int:
    found = session.execute("SELECT count(*) FROM pg_db_role_setting WHERE setrole <> 0").fetchone()
    assert found is not None
    return int(found[0])


def test_a_server_that_still_trusts_is_locked_by_whoever_joins_it(data_dir: Path) -> None:
    with embedded_database(data_dir) as urls:
        (data_dir / "postgres" / "pg_hba.conf").write_text(TRUSTING)
        with embedded_database(data_dir) as again:
            assert again == urls
            assert is_served(again.web)
        deadline = time.monotonic() + 10
        while is_served(urls.owner.partition("&passfile=")[0]):
            assert time.monotonic() < deadline


def test_nobody_comes_in_without_a_password_and_only_one_account_can_read_it(data_dir: Path) -> None:
    with embedded_database(data_dir) as urls:
        for url in (urls.owner, urls.web, urls.worker):
            assert is_served(url)
            assert not is_served(url.partition("&passfile=")[0])
        assert not is_served(urls.owner.replace("kyduyet@", "postgres@"))
    passwords = data_dir / "postgres.pass"
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    assert len({line.rpartition(":")[2] for line in passwords.read_text().splitlines()}) == 3


def test_passwords_that_were_lost_are_made_anew(data_dir: Path) -> None:
    with embedded_database(data_dir) as urls:
        write_a_row(urls.owner)
    (data_dir / "postgres.pass").write_text("")
    with embedded_database(data_dir) as urls:
        assert the_row(urls.owner) == "giáo án"


def test_a_folder_with_a_long_and_awkward_name_can_hold_the_database(data_dir: Path) -> None:
    deep = data_dir / ("trường tiểu học, 'quá dài' " * 4) / "dữ liệu"
    with embedded_database(deep) as urls:
        assert is_served(urls.owner)
    assert not is_served(urls.owner)


def test_a_server_that_cannot_start_says_why(data_dir: Path) -> None:
    with embedded_database(data_dir):
        pass
    with (data_dir / "postgres" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = on\n")
    with pytest.raises(EmbeddedDatabaseError, match="no_such_setting"), embedded_database(data_dir):
        pass


def test_a_database_in_use_is_not_erased(data_dir: Path, other_user: subprocess.Popen[str]) -> None:
    with pytest.raises(EmbeddedDatabaseError, match="in use"):
        erase_embedded_database(data_dir)
    assert other_user.poll() is None


def test_erasing_takes_the_server_of_a_killed_user_with_it(
    data_dir: Path, other_user: subprocess.Popen[str]
) -> None:
    with embedded_database(data_dir) as urls:
        connection = psycopg.connect(urls.owner)
    other_user.kill()
    other_user.wait()
    erase_embedded_database(data_dir)
    assert not (data_dir / "postgres").exists()
    with connection, pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")


def test_the_servers_log_holds_nothing_that_was_typed(data_dir: Path) -> None:
    said = "Nguyễn Văn Mẫu"
    with embedded_database(data_dir) as urls, psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE people (name text PRIMARY KEY)")
        for _ in range(2):
            with suppress(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO people VALUES (%s)", [said])
        with pytest.raises(psycopg.errors.UniqueViolation) as caught:
            connection.execute(f"INSERT INTO people VALUES ('{said}')")
    log = (data_dir / "postgres" / "log").read_text()

    assert said in str(caught.value)
    assert "duplicate key" in log
    assert said not in log


def test_no_role_of_the_product_stores_what_no_table_holds(data_dir: Path) -> None:
    with embedded_database(data_dir) as urls:
        for url in (urls.web, urls.worker):
            for statement in ("SELECT lo_create(0)", "SELECT pg_logical_emit_message(false, 'x', 'x')"):
                with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
