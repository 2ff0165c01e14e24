"""What nobody needs goes away after a day; what a row speaks of stays for good."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.context import Context
from app.running.worker import CHORES
from app.staging.store import new_key
from app.tree.chores import sweep_staging, sweep_stores
from tests.tree.steps import file_one

Cast = Any


def make_old(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (0, 0))


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_only_bytes_that_no_row_speaks_of_are_swept(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    file_one(context, cast, pdf("Bài 1"))
    staging = context.settings.data_dir / "staging"
    spoken_of = files(staging)
    context.staging.keep(new_key("uploads", "0" * 64), io.BytesIO(b"orphan"))
    make_old(staging)
    context.staging.keep(new_key("uploads", "1" * 64), io.BytesIO(b"still on its way"))
    sweep_staging(context)
    assert {path.read_bytes() for path in files(staging) - spoken_of} == {b"still on its way"}
    assert spoken_of < files(staging)


def test_what_a_killed_filing_left_is_swept(context: Context) -> None:
    incoming = context.settings.data_dir / "tree/.incoming"
    incoming.mkdir(parents=True)
    (incoming / "half").write_bytes(b"%PDF")
    make_old(incoming)
    sweep_stores(context)
    assert files(incoming) == set()


def test_every_chore_can_be_done_on_an_empty_product(context: Context) -> None:
    for _, chore in CHORES.values():
        chore(context)
