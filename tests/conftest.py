"""What every test may ask for: a database of its own with the demo's people, and honest PDFs."""

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from app.context import Context
from app.db import Database
from app.people.authority import Authority, authority_of
from app.people.models import User
from tests.browsing import application_on

pytest_plugins = ["tests.scheduling", "tests.databases", "tests.sandboxes", "tests.notices.post_office"]

FONT = Path(__file__).parent.parent / "app/pdf/fonts/NotoSans-Regular.ttf"

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


@pytest.fixture(scope="session")
def planted_cast(database_url: str) -> dict[str, Authority | None]:
    """Read the authority of each of the demo's people once: every clone of the template has the same."""
    database = Database(database_url)
    with database.transaction() as session:
        users = {user.email: user.id for user in session.scalars(select(User))}
        people = dict(_CAST) | {f"b_{role}": _CAST[role].replace("truong-a", "truong-b") for role in _IN_B}
        authorities = {role: authority_of(session, users[email]) for role, email in people.items()}
    # A database with somebody on it cannot be cloned.
    database.engine.dispose()
    return authorities


@pytest.fixture
def cast(planted_cast: dict[str, Authority | None], context: Context) -> Cast:
    """Bring on the people of the demo in the test's database, each with the authority held at the start."""
    assert context
    return SimpleNamespace(**planted_cast)


@pytest.fixture
def app(web_context: Context) -> Flask:
    """Make the web application as the web's role serves it."""
    return application_on(web_context)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Open a browser without JavaScript on the application."""
    return app.test_client()


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
