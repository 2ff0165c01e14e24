"""A school's tree on this machine: whole files, nothing overwritten, no way out."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest

from app.storage.local import LocalStore
from app.storage.protocol import Entry, MissingError, OccupiedError, OutsideTreeError, StorageError


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path, "truong-a")


def read(store: LocalStore, path: str) -> bytes:
    with store.open(path) as file:
        return file.read()


def test_a_file_is_read_back_as_it_was_put(store: LocalStore) -> None:
    store.make_folder("Tuần 12")
    store.put("Tuần 12/Bài 1.pdf", io.BytesIO(b"bytes"))
    assert read(store, "Tuần 12/Bài 1.pdf") == b"bytes"
    assert store.stat("Tuần 12/Bài 1.pdf").size == 5


def test_the_same_bytes_may_be_put_again(store: LocalStore) -> None:
    store.put("a.pdf", io.BytesIO(b"bytes"))
    store.put("a.pdf", io.BytesIO(b"bytes"))
    assert read(store, "a.pdf") == b"bytes"


def test_other_bytes_are_refused_and_the_first_ones_stay(store: LocalStore) -> None:
    store.put("a.pdf", io.BytesIO(b"first"))
    with pytest.raises(OccupiedError):
        store.put("a.pdf", io.BytesIO(b"other"))
    assert read(store, "a.pdf") == b"first"


def test_a_file_for_a_folder_that_is_gone_is_refused(store: LocalStore) -> None:
    with pytest.raises(MissingError):
        store.put("gone/a.pdf", io.BytesIO(b"bytes"))
    with pytest.raises(MissingError):
        store.open("gone/a.pdf")


def test_nothing_is_left_beside_the_trees_whatever_happened(store: LocalStore, tmp_path: Path) -> None:
    store.put("a.pdf", io.BytesIO(b"first"))
    with pytest.raises(OccupiedError):
        store.put("a.pdf", io.BytesIO(b"other"))
    assert list((tmp_path / ".incoming").iterdir()) == []


def test_what_a_killed_writer_left_is_swept_after_its_time(store: LocalStore, tmp_path: Path) -> None:
    old, young = tmp_path / ".incoming/old", tmp_path / ".incoming/young"
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    store.sweep(timedelta(days=1))
    assert not old.exists()
    assert young.exists()


@pytest.mark.parametrize("path", ["../b/a.pdf", "/etc/a", "a//b", "", ".", "a/../../b", "a/./b", "a\0b"])
def test_no_path_leads_out_of_the_tree(store: LocalStore, path: str) -> None:
    with pytest.raises(OutsideTreeError):
        store.put(path, io.BytesIO(b"bytes"))


def test_a_link_in_the_tree_leads_nowhere(store: LocalStore, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "truong-a/link").symlink_to(outside)
    with pytest.raises(OutsideTreeError):
        store.put("link/a.pdf", io.BytesIO(b"bytes"))
    assert list(outside.iterdir()) == []


def test_a_folder_may_be_made_again(store: LocalStore) -> None:
    store.make_folder("2026-2027")
    store.make_folder("2026-2027")
    assert list(store.walk()) == [Entry("2026-2027", is_folder=True)]


def test_a_move_takes_everything_along_and_may_be_repeated(store: LocalStore) -> None:
    store.make_folder("old")
    store.put("old/a.pdf", io.BytesIO(b"bytes"))
    store.move("old", "new")
    store.move("old", "new")
    assert read(store, "new/a.pdf") == b"bytes"


def test_a_move_onto_something_else_is_refused(store: LocalStore) -> None:
    store.make_folder("one")
    store.make_folder("two")
    with pytest.raises(OccupiedError):
        store.move("one", "two")


def test_a_walk_finds_parents_before_what_they_hold(store: LocalStore) -> None:
    store.make_folder("b")
    store.make_folder("b/a")
    store.put("b/a/x.pdf", io.BytesIO(b""))
    assert [entry.path for entry in store.walk()] == ["b", "b/a", "b/a/x.pdf"]


def test_a_file_where_a_folder_should_be_is_a_failure_of_the_store(store: LocalStore) -> None:
    store.put("a", io.BytesIO(b""))
    with pytest.raises(StorageError):
        store.make_folder("a")


def test_two_schools_do_not_see_each_other(tmp_path: Path) -> None:
    LocalStore(tmp_path, "truong-a").put("a.pdf", io.BytesIO(b"bytes"))
    assert list(LocalStore(tmp_path, "truong-b").walk()) == []
