"""Names and words as people type them: tidied for keeping, and folded for comparing."""

import re
import unicodedata

LONGEST_FILE_NAME = 200

_LONGEST_ENDING = 10
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_SPACES = re.compile(r"\s+")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})


def tidy(typed: str) -> str:
    """Return the text composed (NFC) on one line, without invisible characters and superfluous spaces."""
    return _SPACES.sub(" ", visible(typed)).strip()


def lined(typed: str) -> str:
    """Return the text composed (NFC) with its line breaks, without other characters that cannot be seen."""
    lines = visible(typed.replace("\r\n", "\n")).split("\n")
    return "\n".join("".join(" " if each.isspace() else each for each in line) for line in lines).strip()


def visible(typed: str) -> str:
    """Return the text composed (NFC) with its spaces and line breaks, without invisible characters.

    These go first: what stands on both sides of one may compose.
    """
    seen = "".join(
        letter for letter in typed if letter.isspace() or unicodedata.category(letter) not in _INVISIBLE
    )
    return unicodedata.normalize("NFC", seen)


def name_of_file(announced: str) -> str:
    """Return the name of a file as it is shown and kept: in NFC, without folders or unseen characters.

    At most `LONGEST_FILE_NAME` characters, of which the ending is kept; empty where nothing is left.
    """
    last = announced.replace("\\", "/").rpartition("/")[2]
    letters = "".join(each for each in last if unicodedata.category(each) not in _UNSEEN)
    seen = unicodedata.normalize("NFC", letters).strip().rstrip(". ")
    stem, dot, ending = seen.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = seen, "", ""
    return stem[: LONGEST_FILE_NAME - len(dot + ending)].rstrip() + dot + ending


def name_order(name: str) -> tuple[str, str]:
    """Return what people are sorted by: the given name, which comes last, then the whole; Đ beside D."""
    whole = folded(name)
    return whole.rpartition(" ")[2], whole


def called(name: str, staff_code: str) -> str:
    """Return a name with the staff code behind it, where there is one: it tells namesakes apart."""
    return f"{name} ({staff_code})" if staff_code else name


def folded(text: str) -> str:
    """Return the text without accents and capitals: `Tổ trưởng` and `to truong` are the same."""
    apart = unicodedata.normalize("NFD", tidy(text).casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return bare.replace("đ", "d")
