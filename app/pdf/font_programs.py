"""Finds the fonts of a document, and which of them are only named: their letters are not in the file."""

import re
from collections.abc import Iterator
from itertools import islice

import pikepdf
from pikepdf import Dictionary, Name

PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
"""Where a font's descriptor keeps its letters, ISO 32000-1, table 122."""
SIMPLE = frozenset(("/TrueType", "/Type1"))
_WITH_PROGRAMS = SIMPLE | {"/MMType1", "/CIDFontType0", "/CIDFontType2"}
_MOST_OBJECTS = 20_000
_DEEPEST = 4
_MOST_NAMES = 5
_LONGEST_NAME = 60
_SUBSET = re.compile(r"[A-Z]{6}\+")


def fonts_of(pdf: pikepdf.Pdf, kinds: frozenset[str] = SIMPLE) -> Iterator[pikepdf.Object]:
    """Yield the fonts of these kinds; of a document with very many objects, those among the first."""
    for holder in islice(pdf.objects, _MOST_OBJECTS):
        if isinstance(holder, Dictionary | pikepdf.Stream):
            yield from _fonts_in(holder, kinds, 0)


def _fonts_in(holder: pikepdf.Object, kinds: frozenset[str], depth: int) -> Iterator[pikepdf.Object]:
    """Yield `holder` if it is such a font, and the fonts written directly into it."""
    if holder.get(Name.Type) == Name.Font and str(holder.get(Name.Subtype)) in kinds:
        yield holder
    elif depth < _DEEPEST:
        for value in [holder[key] for key in holder.keys()]:  # noqa: SIM118 -- streams have no iterator
            if isinstance(value, Dictionary) and not value.is_indirect:
                yield from _fonts_in(value, kinds, depth + 1)


def is_named_only(font: pikepdf.Object) -> bool:
    """Tell whether the letters of a font are not in the file."""
    descriptor = font.get(Name.FontDescriptor)
    return not isinstance(descriptor, Dictionary) or not any(program in descriptor for program in PROGRAMS)


def named_only(pdf: pikepdf.Pdf) -> list[str]:
    """Return the names of some fonts whose letters are not in the file, each once."""
    names = {_plain_name(font): None for font in fonts_of(pdf, _WITH_PROGRAMS) if is_named_only(font)}
    return list(names)[:_MOST_NAMES]


def _plain_name(font: pikepdf.Object) -> str:
    name = font.get(Name.BaseFont)
    plain = _SUBSET.sub("", str(name)[1:]) if isinstance(name, Name) else "?"
    return "".join(letter for letter in plain if letter.isprintable())[:_LONGEST_NAME]


_WORD = re.compile(r"Microsoft\W{0,3}(Office )?Word", re.IGNORECASE)
NAMED_ONLY = "fonts not embedded: "


MADE_BY_WORD = "; made by Word"


def note_of_word(pdf: pikepdf.Pdf) -> str:
    """Return what is added to that reason where Word made the document: it can write PDF/A itself."""
    info = pdf.trailer.get("/Info")
    if not isinstance(info, pikepdf.Dictionary):
        return ""
    makers = (str(info.get(key, "")) for key in ("/Producer", "/Creator"))
    return MADE_BY_WORD if any(_WORD.search(maker) for maker in makers) else ""


def note_of_named_only(pdf: pikepdf.Pdf) -> str:
    """Return what is added to the reason why a document is no PDF/A: its fonts that are only named."""
    names = named_only(pdf)
    return f"; {NAMED_ONLY}{', '.join(names)}" if names else ""
