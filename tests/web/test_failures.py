"""What people and programs are told when the disk is full, the sandbox away, or the request malformed."""

import errno
import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.context import Context
from app.db import Database
from app.demo.people import PASSWORD
from app.pdf.sandbox import Sandbox
from app.staging.store import FolderStaging, Spool
from app.web.application import create_app
from tests.browsing import signed_in

Pdf = Callable[..., bytes]
TEACHER = "gv1@truong-a.example"


class FullDisk(FolderStaging):
    """Staging on a disk without room, until somebody makes some."""

    full = True

    def spool(self, limit_mb: int) -> Spool:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().spool(limit_mb)


class AlmostFullDisk(FullDisk):
    """Staging that can still spool but not keep."""

    def spool(self, limit_mb: int) -> Spool:
        return FolderStaging.spool(self, limit_mb)

    def keep(self, key: str, source: BinaryIO) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().keep(key, source)


def _upload(client: FlaskClient, content: bytes) -> tuple[int, dict[str, object]]:
    given = client.post("/api/v1/tokens", json={"email": TEACHER, "password": PASSWORD}).get_json()
    answer = client.post(
        "/api/v1/records",
        data={"record_type": "KHBD", "period": "2026-2027/W12", "file": (io.BytesIO(content), "tep.pdf")},
        headers={"Authorization": f"Bearer {given['token']}"},
    )
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize("kind", [FullDisk, AlmostFullDisk])
def test_a_full_disk_answers_503_and_the_product_is_well_when_it_has_room(
    context: Context, pdf: Pdf, kind: type[FullDisk]
) -> None:
    disk = kind(context.settings.data_dir / "staging")
    client = create_app(replace(context, staging=disk)).test_client()

    status, problem = _upload(client, pdf())
    assert (status, problem["code"]) == (503, "unavailable")
    assert problem["detail"]
    assert problem["hint"]

    disk.full = False
    assert _upload(client, pdf())[0] == 201


def test_without_a_sandbox_nothing_is_accepted_and_nothing_is_kept(
    context: Context, pdf: Pdf, tmp_path: Path
) -> None:
    client = create_app(replace(context, sandbox=Sandbox(tmp_path / "none.sock"))).test_client()
    status, problem = _upload(client, pdf())
    assert (status, problem["code"]) == (503, "unavailable")
    staging = context.settings.data_dir / "staging"
    assert [path for path in staging.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("DELETE", "/api/v1/me", 405, "method_not_allowed"),
        ("GET", "/api/v1/me", 401, "unauthenticated"),
    ],
)
def test_the_api_refuses_with_a_problem_document(
    client: FlaskClient, method: str, path: str, status: int, code: str
) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["code"] == code
    assert set(answer.get_json()) == {"type", "title", "status", "code", "detail", "hint"}


def test_a_refusal_comes_in_the_language_asked_for_and_vietnamese_otherwise(client: FlaskClient) -> None:
    def detail(language: str | None) -> str:
        headers = {"Accept-Language": language} if language else {}
        return str(client.get("/api/v1/me", headers=headers).get_json()["detail"])

    assert (
        detail(None) == detail("vi") == detail("fr") == "Bạn chưa đăng nhập hoặc phiên làm việc đã hết hạn."
    )
    assert detail("en-GB,en;q=0.9") != detail("vi")


def test_a_page_that_is_not_there_says_so_and_leads_home(client: FlaskClient) -> None:
    answer = client.get("/khong-co")
    assert answer.status_code == 404
    assert "Không tìm thấy nội dung này." in answer.text


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("state=xyz", "Tình trạng"),
        ("q=" + "a" * 201, "Từ khóa"),
        ("after=xyz", "Chỗ tiếp theo của danh sách"),
        ("record_type=" + "a" * 201, "Loại hồ sơ"),
    ],
)
def test_a_filter_that_is_refused_is_named_in_the_readers_words(app: Flask, query: str, named: str) -> None:
    answer = signed_in(app, TEACHER).get(f"/ho-so?{query}")
    assert answer.status_code == 422
    assert f"trường: {named}" in answer.text or f"“{named}”" in answer.text


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/dang-nhap", "/api/v1/me", "/khong-co", "/kiem-tra"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


class CountingStaging(FolderStaging):
    """Staging that counts the files it was asked to take."""

    spools = 0

    def spool(self, limit_mb: int) -> Spool:
        self.spools += 1
        return super().spool(limit_mb)


def test_a_strangers_form_with_a_file_is_refused_before_the_file_is_taken(context: Context, pdf: Pdf) -> None:
    staging = CountingStaging(context.settings.data_dir / "staging")
    stranger = create_app(replace(context, staging=staging)).test_client()
    answer = stranger.post("/nop", data={"file": (io.BytesIO(pdf()), "tep.pdf")})
    assert answer.status_code == 302
    assert answer.location.startswith("/dang-nhap")
    assert staging.spools == 0


@pytest.mark.parametrize("path", ["/ho-so", "/api/v1/records"])
def test_what_takes_too_long_is_ended_with_a_sentence(context: Context, path: str) -> None:
    hasty = Database(context.settings.database_url, longest=timedelta(milliseconds=500))
    client = signed_in(create_app(replace(context, database=hasty)), TEACHER)
    token = client.post("/api/v1/tokens", json={"email": TEACHER, "password": PASSWORD}).get_json()["token"]
    with psycopg.connect(context.settings.owner_database_url) as owner:
        owner.execute("LOCK TABLE records")
        answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
    hasty.engine.dispose()
    assert answer.status_code == 503
    assert "mất quá nhiều thời gian" in answer.text
