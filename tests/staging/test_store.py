"""Staging: what is kept is kept whole, and what is not kept leaves nothing."""

import errno
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import TooLarge
from app.staging.store import BytesMissing, FolderStaging, Spool, new_key

MEGABYTE = 1024 * 1024


@pytest.fixture
def staging(tmp_path: Path) -> FolderStaging:
    return FolderStaging(tmp_path)


@pytest.fixture
def spool(staging: FolderStaging) -> Iterator[Spool]:
    spool = staging.spool(limit_mb=1)
    yield spool
    spool.close()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_spool_hashes_and_counts_what_passes(spool: Spool) -> None:
    for chunk in (b"abc", b"", b"def"):
        spool.write(chunk)
    assert (spool.size, spool.sha256) == (6, hashlib.sha256(b"abcdef").hexdigest())
    assert spool.file.read() == b"abcdef"


def test_a_spool_takes_the_limit_and_not_a_byte_more(spool: Spool) -> None:
    spool.write(b"x" * MEGABYTE)
    with pytest.raises(TooLarge):
        spool.write(b"x")


def test_a_spool_has_no_name_that_could_stay_behind(spool: Spool, tmp_path: Path) -> None:
    spool.write(b"x" * MEGABYTE)
    spool.file.read(1)
    assert _files(tmp_path) == []


def test_what_is_kept_is_read_back_and_forgotten_when_discarded(
    staging: FolderStaging, tmp_path: Path
) -> None:
    key = new_key("uploads", "ab" * 32)
    staging.keep(key, io.BytesIO(b"bytes"))
    staging.keep(key, io.BytesIO(b"bytes"))
    with staging.open(key) as kept:
        assert kept.read() == b"bytes"
    staging.discard(key)
    staging.discard(key)
    with pytest.raises(BytesMissing):
        staging.open(key)
    assert _files(tmp_path) == []


def test_the_same_bytes_have_a_key_of_their_own_each_time() -> None:
    assert new_key("uploads", "ab" * 32) != new_key("uploads", "ab" * 32)


class FullDisk(io.BytesIO):
    """A source after whose first bytes the disk is full."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().read(size)


def test_a_full_disk_leaves_no_half_of_a_file(staging: FolderStaging, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        staging.keep("uploads/ab/one", FullDisk(b"x" * MEGABYTE))
    assert _files(tmp_path) == []


def test_only_what_is_older_is_listed(staging: FolderStaging, tmp_path: Path) -> None:
    for key in ("uploads/old", "uploads/new"):
        staging.keep(key, io.BytesIO(b"x"))
    two_days_ago = (tmp_path / "uploads/old").stat().st_mtime - 2 * 86400
    os.utime(tmp_path / "uploads/old", (two_days_ago, two_days_ago))
    assert list(staging.older_than(timedelta(days=1))) == ["uploads/old"]


class Slow(io.BytesIO):
    """A source after whose first bytes another run keeps the same key to its end."""

    def __init__(self, content: bytes, meanwhile: Callable[[], None]) -> None:
        super().__init__(content)
        self._meanwhile = meanwhile

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            self._meanwhile()
            self._meanwhile = lambda: None
        return super().read(size)


def test_two_runs_that_keep_one_key_at_once_leave_the_bytes_of_one(
    staging: FolderStaging, tmp_path: Path
) -> None:
    one, other = b"a" * 3 * MEGABYTE, b"b" * 2 * MEGABYTE
    staging.keep("officials/ab/one", Slow(one, lambda: staging.keep("officials/ab/one", io.BytesIO(other))))
    with staging.open("officials/ab/one") as kept:
        assert kept.read() in (one, other)
    assert len(_files(tmp_path)) == 1


def test_a_file_that_is_renamed_while_files_are_listed_is_passed_over(
    staging: FolderStaging, tmp_path: Path
) -> None:
    for key in ("uploads/ab/one", "uploads/ab/two", "uploads/cd/three"):
        staging.keep(key, io.BytesIO(b"x"))
        os.utime(tmp_path / key, (0, 0))
    keys = staging.older_than(timedelta(days=1))
    first = next(keys)
    for path in _files(tmp_path):
        if path != tmp_path / first:
            path.unlink()
    assert list(keys) == []
