"""Old encodings by the names of the fonts they were typed for: .Vn… is TCVN3, VNI-… is VNI."""

import re
from dataclasses import dataclass
from functools import lru_cache

from app.encodings import tcvn3, vni

_SUBSET = re.compile("^[A-Z]{6}[+]")
_TCVN3 = re.compile(r"\.?Vn(?=[A-Z])")
_VNI = re.compile(r"VNI[-_ ]?(?=[A-Za-z])")
_CAPITALS = re.compile(r"^[^,-]*[a-z]H(?:[,-]|$)")
"""Fonts such as .VnTimeH and .VnArialH show small letters as capitals."""
_BEYOND_LATIN1 = re.compile("[\u0100-\u024f\u0300-\u036f\u1ea0-\u1ef9]")
_SYMBOLIC = re.compile("[\uf020-\uf0ff]")


@dataclass(frozen=True)
class FontEncoding:
    """What a font makes of the letters typed in it."""

    name: str
    """That of the encoding."""
    capitals: bool = False

    def decoded(self, text: str) -> str:
        """Return text of the font in Unicode; what cannot be in the old encoding stays as it is."""
        if _BEYOND_LATIN1.search(text):
            return text
        coded = _SYMBOLIC.sub(lambda found: chr(ord(found[0]) - 0xF000), text)
        is_vni = self.name == vni.NAME
        meant = vni.decoded(coded) if is_vni else tcvn3.decoded(tcvn3.with_horned_u(coded))
        return meant.upper() if self.capitals else meant


@lru_cache(maxsize=1000)
def encoding_of_font(name: str) -> FontEncoding | None:
    """Return the old encoding that a font of this name is made for, None for any other font."""
    plain = _SUBSET.sub("", name)
    if _TCVN3.match(plain):
        return FontEncoding(tcvn3.NAME, capitals=bool(_CAPITALS.match(plain)))
    return FontEncoding(vni.NAME) if _VNI.match(plain) else None
