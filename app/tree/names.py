"""Names of folders and files: telling, and legal on Windows, OneDrive and Google Drive alike."""

import re
import unicodedata
from collections.abc import Collection

LONGEST = 80
"""Characters of one name."""
_MOST_BYTES = 240
_NAMELESS = "Không tên"
_FORBIDDEN = re.compile(r'["*:<>?/\\|]+')
_SPACES = re.compile(r"\s+")
_DEVICES = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³]|desktop|forms)(?=$|\s*\.)", re.IGNORECASE)
_SHAREPOINT = re.compile("_vti_", re.IGNORECASE)
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_EDGES = " .~-"


def legal_name(text: str, most: int = LONGEST) -> str:
    """Return `text` as a name of at most `most` characters, accents kept; never empty, stable if repeated."""
    name = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    name = "".join(c for c in name if unicodedata.category(c) not in _UNPRINTABLE)
    name = _FORBIDDEN.sub("-", unicodedata.normalize("NFC", name))
    while _SHAREPOINT.search(name):
        name = _SHAREPOINT.sub(" vti ", name)
    name = _shortened(_SPACES.sub(" ", name).strip(_EDGES), most) or _NAMELESS
    return _DEVICES.sub(r"\1-", name, count=1)[:most] if _DEVICES.match(name) else name


def file_name(words: Collection[str], ending: str) -> str:
    """Return a legal file name of the words and, always whole, the ending (which needs no cleaning)."""
    room = LONGEST - len(ending) - 1
    return f"{legal_name(' '.join(filter(None, words)), room)} {ending}"


def distinct(name: str, taken: Collection[str], most: int = LONGEST) -> str:
    """Return `name`, numbered when a sibling among `taken` (folded names) differs at most in letter case."""
    number, candidate = 1, name
    while fold(candidate) in taken:
        number += 1
        mark = f" ({number})"
        candidate = f"{_shortened(name, most - len(mark))}{mark}"
    return candidate


def fold(name: str) -> str:
    """Return what stores that ignore letter case compare."""
    return unicodedata.normalize("NFC", name.casefold())


def _shortened(name: str, most: int) -> str:
    """Cut at a word's end if one is near, and to what every file system takes as bytes."""
    if len(name) > most:
        head, space, _ = name[: most + 1].rpartition(" ")
        name = head if space and len(head) > most // 2 else name[:most]
    while len(name.encode()) > _MOST_BYTES:
        name = name[:-1]
    return name.strip(_EDGES)
