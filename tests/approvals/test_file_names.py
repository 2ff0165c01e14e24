"""Files are taken under a name that is safe to show and to download by, however they are called."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header

from app.words import LONGEST_FILE_NAME, name_of_file
from tests.api.conftest import Call, call
from tests.browsing import signed_in, token_of
from tests.conftest import Cast
from tests.hostile_values import FILE_NAMES

__all__ = ["call"]

Pdf = Callable[..., bytes]
_RECORD = re.compile(r"/ho-so/[0-9a-f-]{36}")
READABLE = {
    "../../x.pdf": "x.pdf",
    "C:\\giáo án\\x.pdf": "x.pdf",
    "a\r\nX-Injected: 1.pdf": "aX-Injected: 1.pdf",
    "\u202efdp.exe": "fdp.exe",
    "x.pdf. . .": "x.pdf",
    "giáo án 📚.pdf": "giáo án 📚.pdf",
    "ke\u200b\u0302\u0301.pdf": "kế.pdf",
    "Ke\u0302\u0301 hoa\u0323ch.pdf": "Kế hoạch.pdf",
    "..": "",
    ".pdf": ".pdf",
    "a" * 10_000 + ".pdf": "a" * (LONGEST_FILE_NAME - 4) + ".pdf",
}


@pytest.mark.parametrize(("announced", "shown"), READABLE.items())
def test_a_file_keeps_what_can_be_read_of_its_name(announced: str, shown: str) -> None:
    assert name_of_file(announced) == shown


@pytest.mark.parametrize("announced", FILE_NAMES)
def test_a_name_is_short_and_whole_and_nothing_in_it_is_unseen(announced: str) -> None:
    shown = name_of_file(announced)

    assert len(shown) <= LONGEST_FILE_NAME
    assert unicodedata.normalize("NFC", shown) == shown
    assert not {"/", "\\"} & set(shown)
    assert all(letter.isprintable() for letter in shown)
    assert name_of_file(shown) == shown


def form(name: str, content: bytes, fields: dict[str, str], field: str) -> bytes:
    """Write a form as somebody does who follows no rule: the name stands between quotes as it is."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    kind = b"Content-Type: application/pdf\r\n\r\n"
    return b"".join([*parts, head.encode("utf-8", "surrogatepass"), kind, content, b"\r\n--x--\r\n"])


def escaped(name: str) -> str:
    """Write a name as browsers do."""
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


KIND = "multipart/form-data; boundary=x"
LESSON = {"record_type": "KHBD", "period": "2026-2027/W12"}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("written", [str, escaped])
def test_the_api_takes_a_file_of_any_name_or_refuses_it(
    call: Call, cast: Cast, pdf: Pdf, written: Callable[[str], str]
) -> None:
    caller = call(cast.teacher)
    for number, name in enumerate(FILE_NAMES):
        said = LESSON | {"title": f"Bài {number}"}
        body = form(written(name), pdf(f"{number}"), said, "file")
        answer = caller.ask("POST", "/records", data=body, content_type=KIND)
        assert answer.status_code in {201, 422}, ascii(name)
        if answer.status_code == 201:
            _check(caller.get(f"/records/{answer.json['id']}/file").headers)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("written", [str, escaped])
def test_the_page_takes_a_file_of_any_name_or_refuses_it_and_shows_it_as_text(
    app: Flask, cast: Cast, pdf: Pdf, written: Callable[[str], str]
) -> None:
    browser = signed_in(app, cast.teacher.email)
    token = token_of(browser.get("/nop"))
    for number, name in enumerate(FILE_NAMES):
        said = LESSON | {"csrf_token": token}
        body = form(written(name), pdf(f"trang {number}"), said, "files")
        answer = browser.post("/nop", data=body, content_type=KIND)
        assert answer.status_code in {200, 400, 422}, ascii(name)
        assert "<script>alert" not in answer.text
        assert "\u202e" not in answer.text
        for record in _RECORD.findall(answer.text):
            with browser.get(f"{record}/tep/uploaded.pdf") as file:
                _check(file.headers)


def _check(headers: Headers) -> None:
    (told,) = headers.getlist("Content-Disposition")
    kind, options = parse_options_header(told)
    assert kind == "attachment"
    assert options["filename"] == name_of_file(options["filename"])
    assert "X-Injected" not in headers
