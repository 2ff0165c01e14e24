"""How much is taken from whom: small forms, files where they belong, and no memory for what is refused."""

import io
import tracemalloc
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.bodies import BODIES, MOST_FIELDS
from app.context import Context
from app.web import create_app
from tests.browsing import signed_in, token_of

EMAIL = "quantri@truong-a.example"
MB = 1024 * 1024


@pytest.fixture
def app(context: Context) -> Flask:
    return create_app(context)


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
