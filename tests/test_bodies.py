"""How much is taken from whom: small forms, files where they belong, and no memory for what is refused."""

import io
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from socket import socketpair
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.http.body import Body as ServerBody
from gunicorn.http.body import ChunkedReader
from gunicorn.http.unreader import IterUnreader
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from app import bodies
from app.bodies import BODIES, MOST_FIELDS, REST, STRANGERS_REST, Rest
from app.context import Context
from app.demo.people import PASSWORD
from app.web.application import create_app
from tests.browsing import address_of, signed_in, token_of
from tests.hostile_values import ODD_PARTS, UNNAMED_PARTS

EMAIL = "quantri@truong-a.example"
MB = 1024 * 1024


def many_fields(count: int, size: int) -> tuple[bytes, str]:
    """Write a multipart form of many large fields, as no page of ours sends it."""
    part = b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n%b\r\n'
    return b"".join(
        part % (n, b"y" * size) for n in range(count)
    ) + b"--x--\r\n", "multipart/form-data; boundary=x"


def test_every_address_in_the_table_exists(app: Flask) -> None:
    assert set(BODIES) <= set(app.view_functions)


@pytest.mark.parametrize("path", ["/dang-nhap", "/ngon-ngu", "/kiem-tra"])
def test_an_anonymous_form_is_small(app: Flask, path: str) -> None:
    answer = app.test_client().post(path, data={"csrf_token": "x", "email": "a" * 17 * 1024})

    assert answer.status_code == (413 if path != "/kiem-tra" else 400)


def test_a_body_without_its_length_is_bounded_too(app: Flask) -> None:
    body = b"email=" + b"a" * 64 * 1024
    builder = EnvironBuilder(path="/dang-nhap", method="POST", input_stream=io.BytesIO(body))
    environ = builder.get_environ() | {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    environ.pop("CONTENT_LENGTH", None)
    environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"

    answer, status, _ = run_wsgi_app(app, environ, buffered=True)

    assert status.startswith("413")
    assert "lớn hơn biểu mẫu này nhận" in b"".join(answer).decode()


@pytest.mark.parametrize(
    ("path", "status"), [("/kiem-tra", 413), ("/kiem-tra/KD-1", 413), ("/dang-nhap", 413), ("/nop", 302)]
)
def test_a_form_of_many_large_fields_takes_no_memory(app: Flask, path: str, status: int) -> None:
    body, kind = many_fields(150, 120 * 1024)
    browser = app.test_client()
    browser.get("/kiem-tra")
    tracemalloc.start()
    try:
        answer = browser.post(
            path, input_stream=io.BytesIO(body), content_length=len(body), content_type=kind
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert answer.status_code == status
    assert peak < 3 * MB


def test_a_form_of_countless_fields_is_refused(app: Flask) -> None:
    browser = signed_in(app, EMAIL)
    body = "&".join("a=" for _ in range(MOST_FIELDS + 1))

    answer = browser.post("/khoa-so", data=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 413


STRANGERS_PATHS = ("/kiem-tra", "/kiem-tra/KD-1", "/dang-nhap", "/ngon-ngu")


def test_a_form_with_a_part_that_names_no_field_is_refused(app: Flask) -> None:
    for path, part in product(STRANGERS_PATHS, UNNAMED_PARTS):
        answer = send_parts(app.test_client(), path, part)

        takes_no_file = b"filename" in part and not path.startswith("/kiem-tra")
        assert answer.status_code == (413 if takes_no_file else 422), (path, part)
        assert takes_no_file or "không phải là biểu mẫu đọc được" in answer.text


def test_a_form_with_an_unnamed_part_is_refused_after_signing_in_too(app: Flask) -> None:
    browser = signed_in(app, EMAIL)

    assert {send_parts(browser, "/nop", part).status_code for part in UNNAMED_PARTS} == {422}


def test_a_form_without_its_boundary_is_refused(app: Flask) -> None:
    for path, boundary in product(
        STRANGERS_PATHS, ("", "; boundary=", "; boundary=\xe9", "; boundary=y; boundary=x")
    ):
        answer = send_parts(app.test_client(), path, b"x", kind="multipart/form-data" + boundary)

        assert answer.status_code == 422, (path, boundary)


def test_a_form_with_an_odd_part_is_no_form_of_ours(app: Flask) -> None:
    for path, part in product(STRANGERS_PATHS, ODD_PARTS):
        assert send_parts(app.test_client(), path, part).status_code == 400, (path, part)


def send_parts(
    browser: FlaskClient, path: str, *parts: bytes, kind: str = "multipart/form-data; boundary=x"
) -> TestResponse:
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"
    return browser.post(path, data=body, content_type=kind)


def test_a_page_without_files_takes_none(app: Flask) -> None:
    browser = signed_in(app, EMAIL)
    form = {"csrf_token": token_of(browser.get("/kiem-tra")), "x": (io.BytesIO(b"x"), "x.pdf")}

    assert browser.post("/khoa-so", data=form).status_code == 413


def test_the_check_page_hashes_a_file_and_keeps_nothing_of_it(
    app: Flask, context: Context, pdf: Callable[..., bytes]
) -> None:
    incoming = context.settings.data_dir / "staging/incoming"
    content = pdf("Bài một")
    browser: FlaskClient = app.test_client()
    form = {"csrf_token": token_of(browser.get("/kiem-tra")), "file": (io.BytesIO(content), "x.pdf")}

    answer = browser.post("/kiem-tra", data=form)

    assert answer.status_code == 200
    assert list(incoming.iterdir()) == []


def test_a_file_beyond_the_limit_is_refused_on_the_check_page(app: Flask, context: Context) -> None:
    browser = app.test_client()
    size = context.settings.max_upload_mb * MB + 1
    begin = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'
    body, kind = begin + b"x" * size + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"

    answer = browser.post(
        "/kiem-tra", input_stream=io.BytesIO(body), content_length=len(body), content_type=kind
    )

    assert answer.status_code == 413
    assert "20 MB" in answer.text


class Endless(io.RawIOBase):
    """A body that never ends, and knows how much of it was taken."""

    def __init__(self, begin: bytes = b"") -> None:
        self.taken, self._begin = 0, begin

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        begin, self._begin = self._begin[: len(buffer)], self._begin[len(buffer) :]
        buffer[: len(begin)] = begin
        buffer[len(begin) :] = b"a" * (len(buffer) - len(begin))
        self.taken += len(buffer)
        return len(buffer)


FORM, JSON, PARTS = "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"
BEGIN = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'
TOLD_FIRST = frozenset({"api.create_version", "api.decide_correction"})
"""Who names a record or a correction that is not there is told so before such a body is read."""


@pytest.fixture
def small(web_context: Context) -> Flask:
    """Make an application that takes files of 1 MB."""
    return create_app(replace(web_context, settings=replace(web_context.settings, max_upload_mb=1)))


def addresses(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Give method, address and endpoint of every page that takes a form, and of all operations of the API."""
    for rule in app.url_map.iter_rules():
        taking = {"GET", "POST", "DELETE"} if rule.endpoint.startswith("api.") else {"POST"}
        for method in sorted(taking & (rule.methods or set())):
            yield method, address_of(app, rule, {}), rule.endpoint


def send(browser: FlaskClient, method: str, path: str, body: Endless, **environ: Any) -> tuple[int, int]:
    """Send a body without an end; return the answer's status and the most memory that it took."""
    tracemalloc.start()
    try:
        given = {"wsgi.input": io.BufferedReader(body, 64 * 1024), **environ}
        with browser.open(path, method=method, environ_overrides=given) as answer:
            return answer.status_code, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.timeout(120)
def test_a_body_that_says_it_is_too_large_is_refused_unread_everywhere(small: Flask) -> None:
    browser, taken, wrong = small.test_client(), 0, []
    for method, path, endpoint in addresses(small):
        body = Endless()
        status, peak = send(
            browser, method, path, body, CONTENT_LENGTH=str(50 * 1024 * MB), CONTENT_TYPE=FORM
        )
        taken = max(taken, body.taken)
        if status != 413 or peak > 2 * MB:
            wrong.append((method, endpoint, status, peak))
    assert wrong == []
    assert taken <= STRANGERS_REST.size + MB


@pytest.mark.timeout(120)
def test_a_body_without_its_length_is_refused_at_the_limit_everywhere(small: Flask) -> None:
    browser, wrong = signed_in(small, EMAIL), []
    token = token_of_api(browser)
    for method, path, endpoint in addresses(small):
        if method != "POST" or endpoint in TOLD_FIRST:
            continue
        takes_file = endpoint in BODIES and BODIES[endpoint].files > 0
        kind = PARTS if takes_file else JSON if endpoint.startswith("api.") else FORM
        body = Endless(BEGIN if takes_file else b"")
        status, peak = send(
            browser,
            method,
            path,
            body,
            CONTENT_TYPE=kind,
            HTTP_TRANSFER_ENCODING="chunked",
            HTTP_AUTHORIZATION=f"Bearer {token}",
            **{"wsgi.input_terminated": True},
        )
        if status != 413 or peak > 40 * MB or body.taken > REST.size + 30 * MB:
            wrong.append((endpoint, status, peak, body.taken))
    assert not wrong, repr(wrong)


def token_of_api(browser: FlaskClient) -> str:
    """Sign in as a program."""
    answer = browser.post("/api/v1/tokens", json={"email": EMAIL, "password": PASSWORD})
    return str(answer.json["token"]) if answer.json else ""


def test_an_operation_of_the_api_looks_at_the_size_before_the_kind(app: Flask) -> None:
    answer = app.test_client().post("/api/v1/tokens", data=b"x" * 2 * MB, content_type="text/plain")

    assert answer.status_code == 413
    assert answer.json
    assert answer.json["code"] == "too_large"
    assert "1 MB" in answer.json["detail"]


@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [
        ("/dang-nhap", FORM, 413),
        ("/nop", "multipart/form-data; boundary=x", 302),
        ("/nop", "text/plain", 302),
    ],
)
def test_a_stranger_who_sends_slowly_is_answered_all_the_same(
    app: Flask, monkeypatch: pytest.MonkeyPatch, path: str, kind: str, status: int
) -> None:
    """Who announces much and then sends nothing more holds no thread: reading ends by itself."""
    monkeypatch.setattr(bodies, "STRANGERS_REST", Rest(4 * MB, 0.05))
    ours, theirs = socketpair()
    with ours, theirs, ours.makefile("rb") as body:
        theirs.sendall(b"email=")
        length = 50 * MB if status == 413 else 15 * MB
        sent = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(length)}
        given = {"wsgi.input": body, "gunicorn.socket": ours, **sent}

        answer = app.test_client().post(path, environ_overrides=given)

        assert answer.status_code == status
        assert body.read() == b""


def test_what_has_arrived_of_a_refused_body_is_read_so_that_the_answer_is_seen(app: Flask) -> None:
    body = io.BytesIO(b"a" * 2 * MB)

    answer = app.test_client().post("/dang-nhap", input_stream=body, content_length=2 * MB, content_type=FORM)

    assert answer.status_code == 413
    assert body.tell() == 2 * MB


@pytest.mark.parametrize("path", ["/dang-nhap", "/kiem-tra", "/kiem-tra/KD-0000-0000-0000", "/api/v1/tokens"])
@pytest.mark.parametrize("sent", [b"ZZ\r\n", b"-1\r\n", b"1\r\na\r\nQ\r\n"])
def test_a_body_whose_pieces_have_no_length_is_refused(app: Flask, path: str, sent: bytes) -> None:
    kind = {"/dang-nhap": "application/x-www-form-urlencoded", "/api/v1/tokens": "application/json"}
    answer = app.test_client().post(
        path,
        headers={"Transfer-Encoding": "chunked"},
        content_type=kind.get(path, "multipart/form-data; boundary=x"),
        environ_overrides={
            "wsgi.input": ServerBody(ChunkedReader(None, IterUnreader([sent]))),
            "wsgi.input_terminated": True,
        },
    )
    assert answer.status_code == 422
