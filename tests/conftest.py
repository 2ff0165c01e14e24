"""What every test may ask for: a database of its own with the demo's people, and honest PDFs."""

import io
import os
import secrets
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from flask.testing import FlaskClient
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import make_url, select

from app.catalogue.shipped import load_shipped_types
from app.config import Settings
from app.context import Context, build_context
from app.database.embedded import DatabaseUrls, embedded_database
from app.database.privileges import Roles
from app.database.schema import migrate
from app.db import Database
from app.demo.people import plant
from app.pdf.sandbox import Sandbox
from app.people.authority import Authority, authority_of
from app.people.models import User
from app.web.application import create_app

pytest_plugins = ["tests.sandboxes", "tests.notices.post_office"]

FONT = Path(__file__).parent.parent / "app/pdf/fonts/NotoSans-Regular.ttf"
TEMPLATE = "planted"

_CAST = {
    "teacher": "gv1@truong-a.example",
    "teacher2": "gv2@truong-a.example",
    "teacher5": "gv5@truong-a.example",
    "head": "totruong1@truong-a.example",
    "head2": "totruong2@truong-a.example",
    "principal": "hieutruong@truong-a.example",
    "vice_principal": "phohieutruong@truong-a.example",
    "clerk": "vanthu@truong-a.example",
    "records_admin": "quantri@truong-a.example",
    "officer": "canbo@phong.example",
    "provincial_officer": "canbo@so.example",
}
_IN_B = ("teacher", "head", "principal", "vice_principal", "clerk", "records_admin")

Cast = SimpleNamespace

_TOGETHER = {"tests/browser": "browser", "tests/live": "live"}
"""Folders whose tests share one running product, so that one worker of pytest-xdist takes them all."""

_END_OWN_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = %s AND pg_has_role(current_user, usesysid, 'MEMBER')
"""


def database_named(url: str, name: str) -> str:
    """Return the URL of another database on the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for folder, group in _TOGETHER.items():
            if item.nodeid.startswith(folder):
                item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def server_urls() -> Iterator[DatabaseUrls]:
    """Serve one real PostgreSQL for the whole run, for the owner, the web and the worker.

    Not in pytest's own folder: each run closes that to the account under which root's PostgreSQL runs.
    """
    with tempfile.TemporaryDirectory(prefix="kd-test") as folder, embedded_database(Path(folder)) as urls:
        _write_without_syncing(Path(folder) / "postgres")
        yield urls


def _write_without_syncing(cluster: Path) -> None:
    """Let a server that ends with the tests not wait for the disk: a clone takes 0.15 s, not 0.4."""
    with (cluster / "postgresql.conf").open("a") as settings:
        settings.write("\nfsync = off\nfull_page_writes = off\nsynchronous_commit = off\n")
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


@pytest.fixture
def fresh_urls(server_urls: DatabaseUrls, database_url: str) -> Iterator[DatabaseUrls]:
    """Clone the template for one test, and drop the clone afterwards."""
    assert database_url.count(TEMPLATE)
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server_urls.owner, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        yield DatabaseUrls(
            *(database_named(url, name) for url in (server_urls.owner, server_urls.web, server_urls.worker))
        )
        # Forcing it would mean ending autovacuum's process, for which our role has no right.
        admin.execute(_END_OWN_SESSIONS, [name])
        admin.execute(f"DROP DATABASE {name}")


@pytest.fixture
def fresh_url(fresh_urls: DatabaseUrls) -> str:
    """Name one test's database to the role of the worker, which may all that the web's may."""
    return fresh_urls.worker


@pytest.fixture
def context(fresh_urls: DatabaseUrls, tmp_path: Path, sandbox: Sandbox) -> Iterator[Context]:
    """Make the parts of a worker on a fresh database and data folder, with the run's real sandbox.

    What only the owner may do goes by `settings.owner_database_url`.
    """
    settings = Settings(
        secret_key="k" * 32,
        database_url=fresh_urls.worker,
        owner_database_url=fresh_urls.owner,
        data_dir=tmp_path / "data",
    )
    built = build_context(settings)
    parts = Context(settings, built.database, sandbox, built.staging)
    yield parts
    parts.database.engine.dispose()


@pytest.fixture
def web_context(context: Context, fresh_urls: DatabaseUrls) -> Iterator[Context]:
    """Make the parts of a web server beside the worker: the same, but for what its role may do."""
    settings = replace(context.settings, database_url=fresh_urls.web, owner_database_url="")
    parts = replace(context, settings=settings, database=Database(fresh_urls.web))
    yield parts
    parts.database.engine.dispose()


@pytest.fixture
def owner(context: Context) -> Iterator[psycopg.Connection]:
    """Connect as the owner of the tables, who can do anything but be no superuser; each statement commits."""
    with psycopg.connect(context.settings.owner_database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def cast(context: Context) -> Cast:
    """Bring on the people of the demo, each with the authority held at the start."""
    with context.database.transaction() as session:
        users = {user.email: user.id for user in session.scalars(select(User))}
        people = dict(_CAST) | {f"b_{role}": _CAST[role].replace("truong-a", "truong-b") for role in _IN_B}
        authorities = {role: authority_of(session, users[email]) for role, email in people.items()}
    return SimpleNamespace(**authorities)


@pytest.fixture
def client(web_context: Context) -> FlaskClient:
    """Open a browser without JavaScript on the application."""
    return create_app(web_context).test_client()


@pytest.fixture(scope="session")
def pdf() -> Callable[..., bytes]:
    """Make honest PDFs: `pdf("words", pages=3)` differs by its words."""
    if "Test" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Test", str(FONT)))
    return make_pdf


def make_pdf(words: str = "Kế hoạch bài dạy tuần này", pages: int = 1) -> bytes:
    """Draw `words` on each page, in an embedded Vietnamese font."""
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=A4, invariant=True)
    for page in range(1, pages + 1):
        canvas.setFont("Test", 12)
        canvas.drawString(70, 770, f"{words} – trang {page}")
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def authority(cast: Cast, role: str) -> Authority:
    """Return one of the cast, typed."""
    found: Authority = getattr(cast, role)
    return found
