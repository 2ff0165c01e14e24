"""Whose the data directory is: the product's alone."""

import os
import stat
from pathlib import Path

import pytest

from app.data_dir import FOR_OTHERS, prepare_data_dir


def modes(folder: Path) -> set[int]:
    return {
        stat.S_IMODE(place.lstat().st_mode)
        for place in (folder, *folder.rglob("*"))
        if not place.is_symlink()
    }


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Lay out what earlier versions left: files and folders that every account can read."""
    data = tmp_path / "data"
    (data / "staging/handed_in").mkdir(parents=True)
    (data / "staging/handed_in/file").write_bytes(b"confidential")
    (data / "staging/handed_in/file").chmod(0o644)
    for folder in (data / "staging/handed_in", data / "staging", data):
        folder.chmod(0o755)
    return data


def test_a_new_data_directory_is_shut_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        prepare_data_dir(tmp_path / "data")
    finally:
        os.umask(before)
    assert modes(tmp_path / "data") == {0o700}


def test_an_open_one_is_shut_with_everything_below_it(old: Path) -> None:
    prepare_data_dir(old)
    assert modes(old) == {0o700, 0o600}


@pytest.mark.parametrize("opening", [0o711, 0o701, 0o770, 0o740, 0o750])
def test_any_right_of_others_counts_as_open(old: Path, opening: int) -> None:
    old.chmod(opening)
    prepare_data_dir(old)
    assert not any(mode & FOR_OTHERS for mode in modes(old))


def test_the_servers_group_may_go_on_passing_through(old: Path) -> None:
    prepare_data_dir(old)
    old.chmod(0o710)
    prepare_data_dir(old)
    assert stat.S_IMODE(old.stat().st_mode) == 0o710


def test_what_a_link_leads_to_is_left_alone(old: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    (shared / "file").touch()
    (shared / "file").chmod(0o644)
    (old / "tree").symlink_to(shared)
    prepare_data_dir(old)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o755
    assert stat.S_IMODE((shared / "file").stat().st_mode) == 0o644


def test_a_read_only_file_keeps_being_read_only(old: Path) -> None:
    (old / "staging/handed_in/file").chmod(0o444)
    prepare_data_dir(old)
    assert stat.S_IMODE((old / "staging/handed_in/file").stat().st_mode) == 0o400
