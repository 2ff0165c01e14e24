"""The data directory: made, and kept for the product's account alone."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

_log = logging.getLogger(__name__)

FOR_OTHERS = 0o077
"""The mode bits that nothing below the data directory has; as a umask, that no new file gets."""
# The group of the embedded PostgreSQL's account may pass through where root runs the product, and no more.
_SHOWING = FOR_OTHERS & ~stat.S_IXGRP


def make_only_ours() -> None:
    """Let this process, and those it starts, make files that only its account can read."""
    os.umask(FOR_OTHERS)


def prepare_data_dir(folder: Path) -> None:
    """Make the data directory, or shut one that others can look into and everything below it.

    Links are not followed. The directory itself comes last, so a start that was killed is made up for.
    What belongs to somebody else stays as it is, and is counted in the log.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = folder.resolve()
    if not folder.stat().st_mode & _SHOWING:
        return
    left = sum(not _shut(place) for place in _below(folder))
    left += not _shut(folder)
    _log.info("shut the data directory against other accounts left=%d", left)


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        yield from (Path(place, name) for name in (*folders, *files))


def _shut(place: Path) -> bool:
    """Take the rights of others away; tell whether none are left, also when the file has gone meanwhile."""
    try:
        mode = place.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & FOR_OTHERS:
            place.chmod(stat.S_IMODE(mode) & ~FOR_OTHERS)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
