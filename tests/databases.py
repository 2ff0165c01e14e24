"""The databases of the tests: a server, a template, its clones, and the parts of a process on one of them."""

import copy
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.orm import sessionmaker

from app.catalogue.shipped import load_shipped_types
from app.config import Settings
from app.context import Context, build_context
from app.database.embedded import DatabaseUrls, embedded_database
from app.database.privileges import Roles
from app.database.schema import migrate
from app.db import Database
from app.demo.people import plant
from app.pdf.sandbox import Sandbox

TEMPLATE = "planted"

_IN_MEMORY, _ROOM = Path("/dev/shm"), 2 * 1024**3

_CHEAP = """
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
checkpoint_timeout = 1h
max_wal_size = 256MB
"""
"""A server that ends with the tests need survive nothing, and what lives for a test needs no vacuum."""

_END_OWN_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = %s AND pg_has_role(current_user, usesysid, 'MEMBER')
"""


class Clones:
    """Clones of the template, one at a time: who only reads leaves his clone to the next test."""

    def __init__(self, admin: psycopg.Connection, use: str) -> None:
        self._admin = admin
        # Always the same name: what is kept for its address is of use for the next one.
        self._name = f"{use}_{os.getpid()}"
        self._stands = False
        self._before = 0

    def take(self) -> str:
        """Return the name of a clone to which nobody wrote."""
        if not self._stands:
            self._admin.execute(f"CREATE DATABASE {self._name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
            self._stands = True
        self._before = self._next_transaction()
        return self._name

    def give_back(self) -> None:
        """End what is still connected, and drop the clone if any transaction has written anything."""
        self._admin.execute(_END_OWN_SESSIONS, [self._name])
        if self._next_transaction() != self._before:
            self._admin.execute(f"DROP DATABASE {self._name}")
            self._stands = False

    def _next_transaction(self) -> int:
        """Return the number that the next writing transaction of the server gets; reading ones get none."""
        row = self._admin.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchone()
        assert row
        return int(row[0])


def database_named(url: str, name: str) -> str:
    """Return the URL of another database on the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


class Connections:
    """Connections to databases that are dropped and made anew under one address.

    What SQLAlchemy compiled for an address is kept from test to test: it is most of a test's own time.
    """

    def __init__(self) -> None:
        self._kept: dict[str, Database] = {}

    @contextmanager
    def to(self, url: str) -> Iterator[Database]:
        """Connect for one test; what it listens to on the engine and its sessions ends with it."""
        kept = self._kept.setdefault(url, Database(url))
        database = copy.copy(kept)
        database.engine = kept.engine.execution_options()
        database.sessions = sessionmaker(database.engine, expire_on_commit=False)
        yield database
        kept.engine.dispose()


@pytest.fixture(scope="session")
def connections() -> Connections:
    """Keep what is compiled for the databases of this process."""
    return Connections()


@pytest.fixture(scope="session")
def server_urls() -> Iterator[DatabaseUrls]:
    """Serve one real PostgreSQL for the whole run, for the owner, the web and the worker.

    Not in pytest's own folder: each run closes that to the account under which root's PostgreSQL runs.
    """
    with (
        tempfile.TemporaryDirectory(prefix="kd-test", dir=_quickest_folder()) as folder,
        embedded_database(Path(folder)) as urls,
    ):
        _write_cheaply(Path(folder) / "postgres")
        yield urls


def _quickest_folder() -> Path | None:
    """Return the folder that lies in memory, where there is room: a clone takes 0.02 s there, 0.1 on disk."""
    has_room = _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _ROOM
    return _IN_MEMORY if has_room else None


def _write_cheaply(cluster: Path) -> None:
    """Let the server not wait for the disk: a clone takes a quarter of the time."""
    with (cluster / "postgresql.conf").open("a") as settings:
        settings.write(_CHEAP)
    server = int((cluster / "postmaster.pid").read_text().splitlines()[0])
    os.kill(server, signal.SIGHUP)


@pytest.fixture(scope="session")
def server_url(server_urls: DatabaseUrls) -> str:
    """Name the server to the role that owns every database of the tests."""
    return server_urls.owner


@pytest.fixture(scope="session")
def database_url(server_urls: DatabaseUrls) -> str:
    """Name the template: migrated, with the shipped catalogue and the demo's people, open to both roles."""
    with psycopg.connect(server_urls.owner, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        admin.execute(f"CREATE DATABASE {TEMPLATE}")
    url = database_named(server_urls.owner, TEMPLATE)
    database = Database(url)
    migrate(database.engine, roles=roles_in(server_urls))
    with database.transaction() as session:
        load_shipped_types(session)
        plant(session)
    database.engine.dispose()
    return url


def roles_in(urls: DatabaseUrls) -> Roles:
    """Return the roles that the URLs are for."""
    web, worker = (make_url(each).username for each in (urls.web, urls.worker))
    assert web
    assert worker
    return Roles(web, worker)


@pytest.fixture(scope="session")
def template_owner(server_urls: DatabaseUrls, database_url: str) -> Iterator[psycopg.Connection]:
    """Connect as who may clone the template, of which `database_url` is the address."""
    assert database_url.count(TEMPLATE)
    with psycopg.connect(server_urls.owner, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def clones(template_owner: psycopg.Connection) -> Clones:
    """Clone the template for one test after the other."""
    return Clones(template_owner, "test")


@pytest.fixture
def fresh_urls(server_urls: DatabaseUrls, clones: Clones) -> Iterator[DatabaseUrls]:
    """Name a clone of the template that holds nothing else, to each role."""
    with _lent(clones, server_urls) as urls:
        yield urls


@contextmanager
def _lent(clones: Clones, server: DatabaseUrls) -> Iterator[DatabaseUrls]:
    name = clones.take()
    yield DatabaseUrls(*(database_named(url, name) for url in (server.owner, server.web, server.worker)))
    clones.give_back()


@pytest.fixture
def fresh_url(fresh_urls: DatabaseUrls) -> str:
    """Name one test's database to the role of the worker, which may all that the web's may."""
    return fresh_urls.worker


@pytest.fixture
def context(
    fresh_urls: DatabaseUrls, connections: Connections, tmp_path: Path, sandbox: Sandbox
) -> Iterator[Context]:
    """Make the parts of a worker on a fresh database and data folder, with the run's real sandbox.

    What only the owner may do goes by `settings.owner_database_url`.
    """
    with _parts_of_a_worker(fresh_urls, connections, tmp_path, sandbox) as parts:
        yield parts


@pytest.fixture(scope="module")
def module_context(
    server_urls: DatabaseUrls,
    template_owner: psycopg.Connection,
    connections: Connections,
    tmp_path_factory: pytest.TempPathFactory,
    sandbox: Sandbox,
) -> Iterator[Context]:
    """Make the same on a database that a whole module keeps, beside the ones of its tests.

    For tests that ask many questions about one scene; whichever of them uses anything up puts it back.
    """
    with (
        _lent(Clones(template_owner, "module"), server_urls) as urls,
        _parts_of_a_worker(urls, connections, tmp_path_factory.mktemp("module"), sandbox) as parts,
    ):
        yield parts


@contextmanager
def _parts_of_a_worker(
    urls: DatabaseUrls, connections: Connections, folder: Path, sandbox: Sandbox
) -> Iterator[Context]:
    settings = Settings(
        secret_key="k" * 32,
        database_url=urls.worker,
        owner_database_url=urls.owner,
        data_dir=folder / "data",
    )
    with connections.to(urls.worker) as database:
        yield Context(settings, database, sandbox, build_context(settings).staging)


@pytest.fixture
def web_context(context: Context, fresh_urls: DatabaseUrls, connections: Connections) -> Iterator[Context]:
    """Make the parts of a web server beside the worker: the same, but for what its role may do."""
    settings = replace(context.settings, database_url=fresh_urls.web, owner_database_url="")
    with connections.to(fresh_urls.web) as database:
        yield replace(context, settings=settings, database=database)


@pytest.fixture
def owner(context: Context) -> Iterator[psycopg.Connection]:
    """Connect as the owner of the tables, who can do anything but be no superuser; each statement commits."""
    with psycopg.connect(context.settings.owner_database_url, autocommit=True) as connection:
        yield connection
