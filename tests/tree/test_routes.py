"""The tree as people see it in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.context import Context
from app.records.models import Record
from app.running.worker import run_worker
from app.tree.commands import tree_check
from app.tree.models import Folder
from tests.browsing import application_on, send, signed_in
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]
ADDRESSES = {
    "teacher": "gv1@truong-a.example",
    "colleague": "gv2@truong-a.example",
    "head": "totruong1@truong-a.example",
    "other_head": "totruong2@truong-a.example",
    "principal": "hieutruong@truong-a.example",
    "clerk": "vanthu@truong-a.example",
    "records_admin": "quantri@truong-a.example",
    "officer": "canbo@phong.example",
    "provincial_officer": "canbo@so.example",
    "principal_of_b": "hieutruong@truong-b.example",
}


def folder_ids(context: Context, record: Record) -> list[int]:
    """Return the ids of the folders above a filed record, from the top."""
    with context.database.transaction() as session:
        folders = session.scalars(select(Folder).order_by(Folder.key)).all()
    return [folder.id for folder in folders if folder.school_id == record.school_id]


@pytest.mark.parametrize(
    ("who", "record_type", "sees"),
    [
        ("teacher", "KHBD", True),
        ("colleague", "KHBD", False),
        ("head", "KHBD", True),
        ("other_head", "KHBD", False),
        ("principal", "KHBD", True),
        ("clerk", "KHBD", True),
        ("records_admin", "KHBD", True),
        ("officer", "KHBD", True),
        ("provincial_officer", "KHBD", True),
        ("principal_of_b", "KHBD", False),
        ("principal", "SCN", True),
        ("officer", "SCN", False),
    ],
)
def test_each_walks_down_to_what_is_his_and_to_nothing_else(
    context: Context, cast: Cast, pdf: Pdf, who: str, record_type: str, sees: bool
) -> None:
    period = "2026-2027/W12" if record_type == "KHBD" else "2026-2027"
    record = file_one(context, cast, pdf("Bài 1"), record_type=record_type, period=period)
    browser = signed_in(application_on(context), ADDRESSES[who])
    ids = folder_ids(context, record)
    type_folder, period_folder = ids[-2:]
    assert browser.get(f"/cay-thu-muc/{period_folder}").status_code == (200 if sees else 404)
    assert browser.get(f"/cay-thu-muc/{type_folder}").status_code == (200 if sees else 404)
    assert (f"/cay-thu-muc/{ids[0]}" in browser.get("/cay-thu-muc/").text) is sees
    if sees:
        assert record.code in browser.get(f"/cay-thu-muc/{period_folder}").text


def test_a_folder_shows_who_signed_off_and_hands_the_file_out(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = file_one(context, cast, pdf("Bài 1"))
    browser = signed_in(application_on(context), ADDRESSES["principal"])
    page = browser.get(f"/cay-thu-muc/{folder_ids(context, record)[-1]}").text
    assert "Hiệu trưởng A" in page
    assert f"/ho-so/{record.id}" in page
    with browser.get(f"/ho-so/{record.id}/tep/official.pdf") as download:
        assert download.data.startswith(b"%PDF")


def test_a_records_admin_renames_a_folder_and_the_files_move_along(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("Bài 1"))
    browser = signed_in(application_on(context), ADDRESSES["records_admin"])
    *_, person, _, period = folder_ids(context, record)
    answer = send(browser, f"/cay-thu-muc/{person}/ten", f"/cay-thu-muc/{person}", name="Cô Một: lớp 3A?")
    assert answer.status_code == 302
    run_worker(context, wait=False)
    assert tree_check(context) == []
    assert (context.settings.data_dir / "tree/truong-a/2026-2027/3 Giáo viên/Tổ 1/Cô Một- lớp 3A").is_dir()
    with context.database.transaction() as session:
        assert "Cô Một- lớp 3A/" in session.get_one(Folder, period).path


def test_a_teacher_cannot_rename_a_folder(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = file_one(context, cast, pdf("Bài 1"))
    browser = signed_in(application_on(context), ADDRESSES["teacher"])
    person = folder_ids(context, record)[3]
    assert send(browser, f"/cay-thu-muc/{person}/ten", "/cay-thu-muc/", name="X").status_code == 403
