"""Pages as the server makes them for somebody who is signed in, without the network in between."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask.testing import FlaskClient

from app.config import Settings
from app.context import Context, build_context
from app.demo.people import PASSWORD
from app.web.application import create_app

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@contextmanager
def server(database_url: str, data_dir: Path) -> Iterator[Context]:
    """Make the parts of a web server on a database."""
    context = build_context(Settings(secret_key="b" * 32, database_url=database_url, data_dir=data_dir))
    yield context
    context.database.engine.dispose()


def signed_in(context: Context, email: str) -> FlaskClient:
    """Open a browser in which somebody with the demo's password is signed in."""
    client = create_app(context).test_client()
    token = _TOKEN.search(client.get("/dang-nhap").text)
    if token is None:
        raise RuntimeError("the sign-in page has no form")
    form = {"csrf_token": token[1], "email": email, "password": PASSWORD}
    if client.post("/dang-nhap", data=form).status_code != 302:
        raise RuntimeError(f"{email} may not sign in")
    return client


def seconds_of(client: FlaskClient, path: str, turns: int) -> list[float]:
    """Return the server's time for a page, turn by turn; the first look is not counted."""
    seconds = []
    for _ in range(turns + 1):
        started = time.perf_counter()
        answered = client.get(path)
        seconds.append(time.perf_counter() - started)
        if answered.status_code != 200:
            raise RuntimeError(f"{path} answered {answered.status_code}")
    return seconds[1:]
