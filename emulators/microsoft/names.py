"""Which names SharePoint takes, and which it takes for the same."""

import re

from emulators.microsoft.errors import GraphError, invalid

MAX_NAME = 255
MAX_PATH = 400

_FORBIDDEN = re.compile(r'["*:<>?/\\|\x00-\x1f]')
_RESERVED = re.compile(r"(\.lock|con|prn|aux|nul|com[0-9]|lpt[0-9]|desktop\.ini)", re.IGNORECASE)


def check_name(name: str, *, folder: bool, at_root: bool) -> None:
    """Raise `GraphError` 400 for a name that a library refuses."""
    if not name or len(name) > MAX_NAME or _FORBIDDEN.search(name):
        raise invalid('The provided name cannot contain any of the following characters: " * : < > ? / \\ |')
    if name != name.strip(" ") or name.endswith(".") or name.startswith("~$"):
        raise _not_allowed(name)
    if _RESERVED.fullmatch(name) or "_vti_" in name.casefold():
        raise _not_allowed(name)
    if (folder and name.startswith("~")) or (at_root and name.casefold() == "forms"):
        raise _not_allowed(name)


def check_path(path: str) -> None:
    """Raise `GraphError` 400 for a decoded path, library included, that is over 400 characters."""
    if len(path) > MAX_PATH:
        raise invalid("The specified file or folder path is too long.", "pathIsTooLong")


def same(name: str) -> str:
    """Return the key under which a folder keeps the name: case makes no difference."""
    return name.casefold()


def numbered(name: str, count: int) -> str:
    """Return the name that conflict behaviour `rename` tries after `count` were taken."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem} {count}{dot}{suffix}" if stem else f"{name} {count}"


def _not_allowed(name: str) -> GraphError:
    return invalid(f"The name '{name}' is not allowed.", "nameNotAllowed")
