"""Paths in a school's store: what lies above one, and which of them hold nothing that was filed."""

from collections.abc import Iterator

ASIDE = "Tệp lạ và tệp bị sửa"
"""The folder at the top of a tree into which repairs put what does not belong; nobody watches it."""

HEADS = "_ky-duyet"
"""The folder at the top of a tree in which the heads of audit chains are kept; `audit verify` reads them."""


def is_unwatched(path: str) -> bool:
    """Tell whether a path is, or lies in, a folder of ours that holds nothing which was filed."""
    return path.partition("/")[0] in {ASIDE, HEADS}


def joined(folder: str, name: str) -> str:
    """Return the path of a name in a folder; "" is the root."""
    return f"{folder}/{name}" if folder else name


def above(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in, the nearest first, without the root."""
    while path := path.rpartition("/")[0]:
        yield path
