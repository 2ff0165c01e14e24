"""Old encodings in a list: which of its texts are TCVN3 or VNI, judged together and turned into Unicode."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.sheets import tcvn3, vni
from app.sheets.syllables import is_syllable

_BEYOND_LATIN1 = re.compile("[\u0100-\u024f\u0300-\u036f\u1ea0-\u1ef9]")
"""Letters of Unicode Vietnamese that no old encoding is ever shown by."""


@dataclass(frozen=True)
class Encoding:
    """An encoding by the letters as which its bytes are shown."""

    name: str
    word: re.Pattern[str]
    """A word that would change."""
    decoded: Callable[[str], str]
    is_telling: Callable[[str], bool]


_ENCODINGS = (
    Encoding(tcvn3.NAME, tcvn3.WORD, tcvn3.decoded, tcvn3.is_telling),
    Encoding(vni.NAME, vni.WORD, vni.decoded, vni.is_telling),
)


@dataclass(frozen=True)
class Converted:
    """A text in Unicode (NFC)."""

    text: str
    encoding: str = ""
    """What it was converted from; empty where it is as it was."""
    doubt: str = ""
    """An encoding in which it would mean something else, while others beside it are in that encoding."""


def encoding_of(texts: Iterable[str]) -> Encoding | None:
    """Return the old encoding in which some of the texts surely are."""
    composed = [unicodedata.normalize("NFC", text) for text in texts]
    return next((each for each in _ENCODINGS if any(_is_telling(text, each) for text in composed)), None)


def in_unicode(texts: Sequence[str], elsewhere: Encoding | None = None) -> list[Converted]:
    """Return the texts of one column, or of one line of headings, in Unicode.

    A text is converted when one of its words can be nothing else, or when it is no Vietnamese as it stands
    and others, beside it or `elsewhere` in the sheet, are in that encoding. A word such as "Dòng", which is
    "Dũng" in TCVN3, follows the texts beside it if none of these is surely Unicode.
    """
    composed = [unicodedata.normalize("NFC", text) for text in texts]
    own = encoding_of(composed)
    encoding = own or elsewhere
    if encoding is None:
        return [Converted(text) for text in composed]
    if own is None:
        return [_if_no_vietnamese(text, encoding) for text in composed]
    alike = not any(map(_BEYOND_LATIN1.search, composed))
    return [_converted(text, encoding, alike=alike) for text in composed]


def _if_no_vietnamese(text: str, encoding: Encoding) -> Converted:
    converts = _is_possible(text, encoding) and not _reads_well(text, encoding)
    return Converted(encoding.decoded(text), encoding.name) if converts else Converted(text)


def _converted(text: str, encoding: Encoding, *, alike: bool) -> Converted:
    if not _is_possible(text, encoding):
        return Converted(text)
    if alike or _is_telling(text, encoding) or not _reads_well(text, encoding):
        return Converted(encoding.decoded(text), encoding.name)
    return Converted(text, doubt=encoding.name)


def _is_telling(text: str, encoding: Encoding) -> bool:
    return _is_possible(text, encoding) and any(map(encoding.is_telling, encoding.word.findall(text)))


def _is_possible(text: str, encoding: Encoding) -> bool:
    """Tell whether the words that would change become Vietnamese: all but a foreign name among several."""
    words = encoding.word.findall(text)
    good = sum(is_syllable(encoding.decoded(word)) for word in words)
    return bool(words) and 4 * good >= 3 * len(words) and not _BEYOND_LATIN1.search(text)


def _reads_well(text: str, encoding: Encoding) -> bool:
    return all(map(is_syllable, encoding.word.findall(text)))
