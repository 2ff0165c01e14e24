"""VNI: text typed for the fonts named VNI-…, where a vowel is followed by a second letter for its marks."""

import re
import unicodedata

NAME = "VNI"

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE = "\u0302", "\u0306"
_TONES = {"ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_TONES_OF_A_ROOF = {"â": "", "à": _GRAVE, "á": _ACUTE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_TONES_OF_A_BREVE = {"ê": "", "è": _GRAVE, "é": _ACUTE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

_ALSO_ELSEWHERE = {"aï", "oï", "uï", "où", "oû", "aû", "aë", "aü", "aé", "aú", "oá", "oà", "oã"}
"""Pairs which Unicode words have too: hoàn in Vietnamese, naïf and goût in French."""


def _pairs() -> dict[str, str]:
    table = {vowel + mark: vowel + tone for vowel in "aeiouy" for mark, tone in _TONES.items()}
    table |= {vowel + mark: _ALONE[vowel] + tone for vowel in "ôö" for mark, tone in _TONES.items()}
    table |= {v + mark: v + _CIRCUMFLEX + tone for v in "aeo" for mark, tone in _TONES_OF_A_ROOF.items()}
    table |= {"a" + mark: "a" + _BREVE + tone for mark, tone in _TONES_OF_A_BREVE.items()}
    return {pair: unicodedata.normalize("NFC", meant) for pair, meant in table.items()}


def _cased(table: dict[str, str]) -> dict[str, str]:
    """Add the capitals: of both letters, or of the vowel alone as in "Aùnh"."""
    both = {coded.upper(): meant.upper() for coded, meant in table.items()}
    return table | both | {coded.capitalize(): meant.upper() for coded, meant in table.items()}


_PAIRS = _pairs()
_TABLE = _cased(_PAIRS | _ALONE)
_CODED = re.compile("|".join(sorted(_TABLE, key=len, reverse=True)))
TELLING = re.compile(
    "|".join(_cased({pair: "" for pair in _PAIRS if pair not in _ALSO_ELSEWHERE and pair[0] != "i"}))
)
"""A pair that is in no word of another language."""
WORD = re.compile("[A-Za-zÀ-ÖØ-öø-ÿ]*[À-ÖØ-öø-ÿ][A-Za-zÀ-ÖØ-öø-ÿ]*")
"""A word that holds at least one letter with a mark."""


def decoded(text: str) -> str:
    """Return the text in Unicode."""
    return _CODED.sub(lambda found: _TABLE[found[0]], text)
