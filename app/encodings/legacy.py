"""Old encodings in a list: which of its texts are TCVN3 or VNI, judged together and turned into Unicode."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.encodings import tcvn3, vni
from app.encodings.syllables import is_syllable

_BEYOND_LATIN1 = re.compile("[\u0100-\u024f\u0300-\u036f\u1ea0-\u1ef9]")
"""Letters of Unicode Vietnamese that no old encoding is ever shown by."""
_ACCENTED = re.compile("[A-Za-z\u00a1-\u00ff]*[\u00a1-\u00ff][A-Za-z\u00a1-\u00ff]*")
_ENOUGH = 0.75
"""A foreign name may stand among the words of a text that is surely in an old encoding."""


@dataclass(frozen=True)
class Encoding:
    """An encoding by the letters as which its bytes are shown."""

    name: str
    word: re.Pattern[str]
    """A word that would change."""
    telling: re.Pattern[str]
    """What is found in words that can be nothing else."""
    decoded: Callable[[str], str]


_ENCODINGS = (
    Encoding(tcvn3.NAME, tcvn3.WORD, tcvn3.TELLING, tcvn3.decoded),
    Encoding(vni.NAME, vni.WORD, vni.TELLING, vni.decoded),
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
    composed = {unicodedata.normalize("NFC", text) for text in texts}
    return next((each for each in _ENCODINGS if any(_is_telling(text, each) for text in composed)), None)


def in_unicode(texts: Sequence[str], elsewhere: Encoding | None = None) -> list[Converted]:
    """Return the texts of one column, or of one line of headings, in Unicode.

    A text is converted when one of its words can be nothing else, or when it is no Vietnamese as it stands
    and others, beside it or `elsewhere` in the sheet, are in that encoding. A word such as "Dòng", which is
    "Dũng" in TCVN3, follows the texts beside it if none of these is surely Unicode.
    """
    composed = [unicodedata.normalize("NFC", text) for text in texts]
    beside = encoding_of(composed)
    alike = beside is not None and not any(_is_unicode(text, beside) for text in composed)
    return [_converted(text, beside, elsewhere, alike=alike) for text in composed]


def _converted(text: str, beside: Encoding | None, elsewhere: Encoding | None, *, alike: bool) -> Converted:
    """Convert a text by those beside it or elsewhere if it makes sense so, else by what it tells itself."""
    other = beside or elsewhere
    possible = other is not None and _share_of_syllables(text, other) == 1
    if other and possible and (alike or not _reads_well(text)):
        return Converted(other.decoded(text), other.name)
    own = encoding_of([text])
    if own:
        return Converted(own.decoded(text), own.name)
    return Converted(text, doubt=beside.name if beside and possible else "")


def _is_telling(text: str, encoding: Encoding) -> bool:
    """Tell whether a word can only be in the encoding: none in Unicode, and a syllable once it is decoded."""
    if not encoding.telling.search(text) or _share_of_syllables(text, encoding) < _ENOUGH:
        return False
    words = filter(encoding.telling.search, encoding.word.findall(text))
    return any(is_syllable(encoding.decoded(word)) and not _is_other(word, encoding) for word in words)


def _is_other(word: str, encoding: Encoding) -> bool:
    """Tell whether a word could as well be in another encoding: "Thuû" is Thủ in VNI and Thuỷ in TCVN3."""
    meant = {each.decoded(word) for each in _ENCODINGS if each is not encoding} - {word}
    return any(map(is_syllable, meant))


def _is_unicode(text: str, encoding: Encoding) -> bool:
    """Tell whether a text with accents can only be Unicode: "Bình" would be no word in the encoding."""
    if text.isascii():
        return False
    return bool(_BEYOND_LATIN1.search(text)) or (
        _share_of_syllables(text, encoding) < 1 and _reads_well(text) and bool(_ACCENTED.search(text))
    )


def _share_of_syllables(text: str, encoding: Encoding) -> float:
    """Return how many of the words that would change become Vietnamese: from 0 (or no such word) to 1."""
    if text.isascii() or _BEYOND_LATIN1.search(text):
        return 0
    words = encoding.word.findall(text)
    return sum(is_syllable(encoding.decoded(word)) for word in words) / len(words) if words else 0


def _reads_well(text: str) -> bool:
    """Tell whether every word with accents is Vietnamese as it stands."""
    return all(map(is_syllable, _ACCENTED.findall(text)))
