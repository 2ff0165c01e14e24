"""The fields of a form: what each holds, and whether that is what it shows.

A reader shows the appearance a file brings, or draws the value anew, as it likes; `/NeedAppearances` even
asks for it. So both must say the same (ISO 32000-2, 12.7.4.3). A file that is rewritten keeps no fields
(`flattening`); in one that came signed they stay, so there nothing may be left to a reader's choice.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import cast

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name

from app.pdf.annotations import HIDDEN, PUSH_BUTTON, annotations_of, flags_of, inherited, redraws_fields
from app.pdf.font_programs import SIMPLE, is_named_only
from app.pdf.look_contents import may_have_unseen_letters
from app.pdf.text import MAX_TEXT_CHARACTERS, PAGE_BREAK, clean

_PASSWORD, _COMBO = 1 << 13, 1 << 17
_TAG = re.compile(r"<[^>]*>")
# What pdfium answers for glyphs whose letters the font does not tell.
_UNKNOWN = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ufffe\uffff\ue000-\uf8ff]")
# What it answers for a hyphen at the end of a line.
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})
# Lines are broken and combs spaced, as the field's box asks.
_SPACES = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))


@dataclass(frozen=True)
class FormFields:
    """What the fields of a document hold, and whether one shows something else than it holds."""

    values: list[tuple[int, str]]
    """The index of the page (from 0) and the value of each field of text or choice that has one."""
    contradicting: bool
    left_open: bool
    """Whether it is not known what one shows, or its look cannot tell what it holds."""


@dataclass(frozen=True)
class _Written:
    """A visible field of text or choice."""

    page: int
    value: str
    look: pikepdf.Stream | None
    """The appearance, if it has one that tells its value."""
    secret: bool = False


def read_fields(pdf: pikepdf.Pdf) -> FormFields:
    """Read the fields on the pages of `pdf`, those which no form lists included."""
    written: list[_Written] = []
    contradicting = False
    for number, page in enumerate(pdf.pages):
        for widget in _widgets(page):
            kind = inherited(widget, Name.FT)
            if kind == Name.Btn:
                contradicting = contradicting or _is_set_otherwise(widget)
            elif kind in (Name.Tx, Name.Ch):
                contradicting = contradicting or _is_written_twice(widget)
                written.append(_written(number, widget))
    shown = [(field.value, field.look) for field in written if field.look is not None]
    texts = _texts(pdf, [look for _, look in shown]) if shown else []
    redrawn = redraws_fields(pdf)
    return FormFields(
        [(field.page, field.value) for field in written if field.value and not field.secret],
        contradicting
        or any(_differ(value, text, redrawn=redrawn) for (value, _), text in zip(shown, texts, strict=True)),
        any(field.value and field.look is None for field in written)
        or any(map(_is_unknown, texts))
        or any(_may_say_otherwise(look) for _, look in shown),
    )


def _widgets(page: pikepdf.Page) -> Iterator[pikepdf.Object]:
    for annotation in annotations_of(page):
        if annotation.get(Name.Subtype) == Name.Widget and not flags_of(annotation) & HIDDEN:
            yield annotation


def _is_set_otherwise(widget: pikepdf.Object) -> bool:
    """Tell whether a box or button is drawn as set and holds that it is not, or the other way round."""
    drawn, value = widget.get(Name.AS), inherited(widget, Name.V)
    looks = widget.get(Name.AP)
    states = looks.get(Name.N) if isinstance(looks, Dictionary) else None
    if _flags(widget) & PUSH_BUTTON or not isinstance(drawn, Name) or not isinstance(value, Name):
        return False
    if not isinstance(states, Dictionary) or isinstance(states, pikepdf.Stream):
        return False
    set_states = set(states.keys()) - {"/Off"}
    return (str(drawn) in set_states or str(value) in set_states) and drawn != value


def _is_written_twice(widget: pikepdf.Object) -> bool:
    """Tell whether a field has a rich value (`/RV`) that says something else than its plain one."""
    rich = inherited(widget, Name.RV)
    return rich is not None and _marks(html.unescape(_TAG.sub("", _plain(rich)))) != _marks(
        _plain(inherited(widget, Name.V))
    )


def _written(number: int, widget: pikepdf.Object) -> _Written:
    flags = _flags(widget)
    looks = widget.get(Name.AP)
    look = looks.get(Name.N) if isinstance(looks, Dictionary) else None
    secret = bool(flags & _PASSWORD)
    # A list shows all its choices, so its look says nothing about which of them is taken.
    is_list = inherited(widget, Name.FT) == Name.Ch and not flags & _COMBO
    value = _as_displayed(widget, _plain(inherited(widget, Name.V)))
    tells = isinstance(look, pikepdf.Stream) and not is_list and not secret
    return _Written(number, value, cast("pikepdf.Stream", look) if tells else None, secret)


def _flags(widget: pikepdf.Object) -> int:
    flags = inherited(widget, Name.Ff)
    return flags if isinstance(flags, int) else 0


def _plain(value: object) -> str:
    if isinstance(value, pikepdf.Stream):
        return str(pikepdf.String(value.read_bytes()))
    if isinstance(value, Array):
        return " ".join(_plain(each) for each in value.as_list())
    return str(value) if isinstance(value, (pikepdf.String, Name)) else ""


def _as_displayed(widget: pikepdf.Object, value: str) -> str:
    """Return the words that stand for a choice: options may be pairs of an exported and a shown text."""
    options = inherited(widget, Name.Opt)
    if not isinstance(options, Array):
        return value
    pairs = [pair for pair in options.as_list() if isinstance(pair, Array) and len(pair) > 1]
    return {_plain(pair[0]): _plain(pair[1]) for pair in pairs}.get(value, value)


def _texts(pdf: pikepdf.Pdf, looks: list[pikepdf.Stream]) -> list[str]:
    """Return what each of `looks` says."""
    proof = pdfium.PdfDocument(_proof(pdf, looks))
    return [_text(proof, number).translate(_HYPHENS) for number in range(len(looks))]


def _proof(pdf: pikepdf.Pdf, looks: list[pikepdf.Stream]) -> bytes:
    """Write a document that has each of `looks`, alone, as the content of a page."""
    form = pdf.Root.get(Name.AcroForm)
    common = form.get(Name.DR) if isinstance(form, Dictionary) else None
    with pikepdf.new() as proof:
        for each in looks:
            page = proof.add_blank_page(page_size=(2000, 2000)).obj
            look = proof.copy_foreign(each)
            if Name.Resources not in look and isinstance(common, Dictionary) and common.is_indirect:
                look.Resources = proof.copy_foreign(common)
            page.Resources = Dictionary(XObject=Dictionary(Look=look))
            page.Contents = proof.make_stream(b"1 0 0 1 500 500 cm /Look Do")
        target = BytesIO()
        proof.save(target)
    return target.getvalue()


def _text(document: pdfium.PdfDocument, number: int) -> str:
    page = document[number]
    words = page.get_textpage()
    text = str(words.get_text_range())
    words.close()
    page.close()
    return text


def _is_unknown(shown: str) -> bool:
    return _UNKNOWN.search(shown) is not None


def _may_say_otherwise(look: pikepdf.Stream) -> bool:
    """Tell whether the letters of a look may be others than it says: unseen, or renamed by their font."""
    resources = look.get(Name.Resources)
    named = resources.get(Name.Font) if isinstance(resources, Dictionary) else None
    fonts = [font for _, font in named.items()] if isinstance(named, Dictionary) else []
    return any(map(_is_renamed, fonts)) or may_have_unseen_letters(look)


def _is_renamed(font: object) -> bool:
    """Tell whether a font whose letters are known by their codes is said to have others."""
    if not isinstance(font, Dictionary) or str(font.get(Name.Subtype)) not in SIMPLE:
        return False
    return Name.ToUnicode in font and is_named_only(font)


def _differ(value: str, shown: str, *, redrawn: bool) -> bool:
    if _is_unknown(shown):
        return False
    kept, seen = _marks(value), _marks(shown)
    # A look without words that is to be drawn anew, as LibreOffice writes it, contradicts nothing.
    return kept != seen and bool(seen or not redrawn)


def _marks(text: str) -> str:
    """Return a text without what is not printed: a sign or a comma more makes another amount."""
    composed = unicodedata.normalize("NFKC", text)
    return "".join(mark for mark in composed if unicodedata.category(mark) not in _SPACES)


def with_values(text: str, values: list[tuple[int, str]]) -> str:
    """Return the text of a document's pages with the values of its fields at the ends of their pages."""
    pages = text.split(PAGE_BREAK)
    for number, value in values:
        pages += [""] * (number + 1 - len(pages))
        pages[number] = f"{pages[number]}\n{clean(value)}".strip("\n")
    return PAGE_BREAK.join(pages)[:MAX_TEXT_CHARACTERS]
