"""Whether a word could be a Vietnamese syllable: what tells an old encoding from another language."""

import re
import unicodedata

_ONSET = "ngh?|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdđghklmnprstvx]|"
_NUCLEUS = "i[êa]|yê|u[ôa]|ươ|ưa|oă|oa|oe|uâ|uê|uyê|uya|uy|uơ|oo|[aăâeêioôơuưy]"
_CODA = "ch|nh|ng|[ckmnpt]|[iyou]|"
_SYLLABLE = re.compile(f"(?:{_ONSET})(?:{_NUCLEUS})(?:{_CODA})")
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_STOPPED = re.compile("(?:c|ch|k|p|t)$")
_TONES_OF_STOPPED = {"\u0301", "\u0323"}
_ALWAYS_CLOSED = re.compile("[ăâ]$|(?:oă|uâ|uyê|iê|yê|uô|ươ)$")


def is_syllable(word: str) -> bool:
    """Tell whether `word` (NFC, any case) is spelt as a Vietnamese syllable may be, tone included."""
    apart = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in apart if mark in _TONES]
    plain = unicodedata.normalize("NFC", "".join(letter for letter in apart if letter not in _TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(plain) or _ALWAYS_CLOSED.search(plain):
        return False
    return not _STOPPED.search(plain) or bool(_TONES_OF_STOPPED.intersection(tones))
