"""Pictures of pages: drawn ahead, drawn again when lost, never beyond the document's end."""

import os
import struct
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.context import Context
from app.errors import NotFound
from app.pdf.sandbox import Sandbox, SandboxUnavailable
from app.records.page_images import forget_pages, page_image, prepare_pages
from app.records.queries import RecordView
from tests.handing_in import hand_in

Cast = Any
Pdf = Callable[..., bytes]


@pytest.fixture
def view(context: Context, cast: Cast, pdf: Pdf) -> RecordView:
    return hand_in(context, cast.teacher, pdf("Bài 1", pages=3))


def kept(context: Context) -> list[Path]:
    return sorted((context.settings.data_dir / "pages").rglob("*.png"))


def without_sandbox(context: Context, tmp_path: Path) -> Context:
    nobody = Sandbox(tmp_path / "nobody.sock")
    return Context(context.settings, context.database, nobody, context.staging)


def width_of(png: bytes) -> int:
    (width,) = struct.unpack(">I", png[16:20])
    return int(width)


def test_pages_are_drawn_ahead_and_shown_without_drawing_again(
    context: Context, view: RecordView, tmp_path: Path
) -> None:
    prepare_pages(context, str(view.record.id), 1)
    assert [path.name for path in kept(context)] == ["1.png", "2.png", "3.png"]
    asleep = without_sandbox(context, tmp_path)
    prepare_pages(asleep, str(view.record.id), 1)
    assert width_of(page_image(asleep, view, 3)) == 800
    with pytest.raises(SandboxUnavailable):
        page_image(asleep, view, 3, 1200)


def test_a_page_that_was_not_prepared_is_drawn_when_asked_for(context: Context, view: RecordView) -> None:
    assert page_image(context, view, 2).startswith(b"\x89PNG")
    assert [path.name for path in kept(context)] == ["2.png"]


def test_a_picture_cut_short_is_drawn_anew(context: Context, view: RecordView) -> None:
    whole = page_image(context, view, 1)
    (path,) = kept(context)
    path.write_bytes(whole[: len(whole) // 2])
    assert page_image(context, view, 1) == whole
    assert path.read_bytes() == whole


@pytest.mark.parametrize(("asked", "given"), [(1, 100), (333, 333), (400, 400), (99999, 2000)])
def test_the_width_is_kept_within_bounds(context: Context, view: RecordView, asked: int, given: int) -> None:
    assert width_of(page_image(context, view, 1, asked)) == given


def test_an_unusual_width_fills_no_disk(context: Context, view: RecordView) -> None:
    page_image(context, view, 1, 333)
    assert kept(context) == []


@pytest.mark.parametrize("number", [0, -1, 4, 10**9])
def test_there_is_no_page_beyond_the_document(context: Context, view: RecordView, number: int) -> None:
    with pytest.raises(NotFound):
        page_image(context, view, number)


def test_a_version_that_is_not_the_present_one_is_not_prepared(context: Context, view: RecordView) -> None:
    prepare_pages(context, str(view.record.id), 2)
    assert kept(context) == []


def test_old_pictures_are_forgotten(context: Context, view: RecordView) -> None:
    prepare_pages(context, str(view.record.id), 1)
    old, *young = kept(context)
    os.utime(old, (0, 0))
    forget_pages(context.settings.data_dir, timedelta(days=1))
    assert kept(context) == young


def test_pictures_of_another_reading_are_neither_shown_nor_kept(context: Context, view: RecordView) -> None:
    drawn = page_image(context, view, 1)
    (path,) = kept(context)
    of_today = path.parents[1]
    for name in (f"{view.record.id.hex}.1", f"{of_today.name}0"):
        before = of_today.with_name(name) / "800/1.png"
        before.parent.mkdir(parents=True)
        before.write_bytes(b"1.000.000" + drawn)
    path.unlink()

    assert page_image(context, view, 1) == drawn
    forget_pages(context.settings.data_dir, timedelta(days=1))
    assert kept(context) == [path]
    assert list(of_today.parent.iterdir()) == [of_today]
