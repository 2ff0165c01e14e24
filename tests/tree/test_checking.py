"""`tree check`: a flipped byte, a missing file and an extra one do not escape it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.context import Context
from app.tree.commands import tree_check
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]


@pytest.fixture
def filed(context: Context, cast: Cast, pdf: Pdf) -> Path:
    file_one(context, cast, pdf("Bài 1"))
    (path,) = (context.settings.data_dir / "tree").rglob("*.pdf")
    assert tree_check(context) == []
    return path


def test_one_flipped_bit_is_found(context: Context, filed: Path) -> None:
    content = bytearray(filed.read_bytes())
    content[len(content) // 2] ^= 1
    filed.write_bytes(content)
    (line,) = tree_check(context, "truong-a")
    assert line.startswith("truong-a: changed file: 2026-2027/3 Giáo viên/Tổ 1/")


def test_a_missing_file_is_found(context: Context, filed: Path) -> None:
    filed.unlink()
    (line,) = tree_check(context)
    assert line.startswith("truong-a: missing file: ")
    assert line.endswith(filed.name)


def test_an_extra_file_is_found(context: Context, filed: Path) -> None:
    (filed.parent / "lạ.pdf").write_bytes(b"%PDF")
    (line,) = tree_check(context)
    assert line.startswith("truong-a: extra file: ")
    assert line.endswith("lạ.pdf")


def test_another_school_has_nothing_to_do_with_it(context: Context, filed: Path) -> None:
    filed.unlink()
    assert tree_check(context, "truong-b") == []
