"""TCVN3 ("ABC"): text typed for the fonts named .Vn…, whose bytes programs of today show as Latin-1 letters.

The table is the third form (VN3) of TCVN 5712:1993: 67 small letters, and the seven capitals whose shape is
not that of an ASCII letter. Other capitals with accents are small letters in a font of capitals.
"""

import re
from itertools import product

from app.encodings.syllables import is_syllable

NAME = "TCVN3"

_CODES = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ "
    "B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ CBậ "
    "CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị "
    "DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở ECỡ EDớ EEợ "
    "EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
_TABLE = {int(code[:2], 16): code[2] for code in _CODES.split()}
_CODED = "".join(map(chr, _TABLE))
WORD = re.compile(f"[A-Za-z{re.escape(_CODED)}]*[{re.escape(_CODED)}][A-Za-z{re.escape(_CODED)}]*")
"""A word that holds at least one coded letter."""

_SIGNS = "¡-¦¨-\u00ad\u00b5-\u00b9\u00bb-\u00be×÷"
_CAPITALS = "Æ-ÌÎ-ÖØÜ-Þ"
TELLING = re.compile(f"[A-Za-zß-ÿ][{_SIGNS}]|[a-zß-ÿ][{_CAPITALS}]|[§®][A-Za-z¡-ÿ]")
"""A sign, or a capital after a small letter, inside a word: no language writes that, TCVN3 often does."""
_HYPHENATED = re.compile(f"[A-Za-z{re.escape(_CODED)}-]*-[A-Za-z{re.escape(_CODED)}-]*")
_MOST_HYPHENS = 5
_SMALL = re.compile("[a-z]")
_CAPITAL_WORD = re.compile(r"[A-Z]\S*[A-Z]")


def decoded(text: str) -> str:
    """Return the text in Unicode; where all ASCII letters are capitals, the others were so in their font."""
    meant = text.translate(_TABLE)
    return meant.upper() if _CAPITAL_WORD.search(text) and not _SMALL.search(text) else meant


def with_horned_u(text: str) -> str:
    """Put the letter ư back, whose code 0xAD is the soft hyphen and comes as "-" from some readers.

    A hyphen stays one unless the parts of its word become syllables without it.
    """
    return _HYPHENATED.sub(lambda found: _most_likely(found[0]), text)


def _most_likely(word: str) -> str:
    parts = word.split("-")
    if not 1 < len(parts) <= _MOST_HYPHENS + 1 or word == "-":
        return word
    # The first is the one with the most letters ư.
    for signs in sorted(product("\xad-", repeat=len(parts) - 1), key=lambda each: each.count("-")):
        tried = "".join(part + sign for part, sign in zip(parts, (*signs, ""), strict=True))
        if all(is_syllable(decoded(piece).lower()) for piece in tried.split("-")):
            return tried
    return word
