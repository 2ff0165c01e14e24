"""The fields of a form: what each holds, and whether that is what it shows.

A reader shows the appearance a file brings, or draws the value anew, as it likes; `/NeedAppearances` even
asks for it. So both must say the same (ISO 32000-2, 12.7.4.3).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name

from app.pdf.annotations import (
    HIDDEN,
    PUSH_BUTTON,
    annotations_of,
    flags_of,
    inherited,
    redraws_fields,
    topmost,
)
from app.pdf.signatures import fields_of
from app.pdf.text import MAX_TEXT_CHARACTERS, PAGE_BREAK, clean

_PASSWORD, _COMBO = 1 << 13, 1 << 17
_TAG = re.compile(r"<[^>]*>")
# What pdfium answers for glyphs whose letters the font does not tell.
_UNKNOWN = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ufffe\uffff\ue000-\uf8ff]")


@dataclass(frozen=True)
class FormFields:
    """What the fields of a document hold, and whether one shows something else than it holds."""

    values: list[tuple[int, str]]
    """The index of the page (from 0) and the value of each field of text or choice that has one."""
    contradicting: bool


@dataclass(frozen=True)
class _Written:
    """A visible field of text or choice."""

    page: int
    value: str
    looks: list[pikepdf.Stream]
    """The appearance, if it has one that tells its value."""


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
                written += _written(number, widget)
    shown = [(field.value, look) for field in written for look in field.looks]
    contradicting = contradicting or (bool(shown) and _shows_otherwise(pdf, shown))
    return FormFields([(field.page, field.value) for field in written if field.value], contradicting)


def list_strays(pdf: pikepdf.Pdf) -> None:
    """List in the form of `pdf` the fields on its pages that it lacks; some readers show no others."""
    listed = {field.objgen for field, _ in fields_of(pdf)}
    widgets = [widget for page in pdf.pages for widget in _widgets(page)]
    strays = [
        widget for widget in widgets if widget.objgen not in listed and inherited(widget, Name.FT) is not None
    ]
    if not strays:
        return
    if not isinstance(pdf.Root.get(Name.AcroForm), Dictionary):
        pdf.Root.AcroForm = Dictionary()
    if not isinstance(pdf.Root.AcroForm.get(Name.Fields), Array):
        pdf.Root.AcroForm.Fields = Array()
    for widget in strays:
        top = topmost(widget)
        if top.objgen not in listed:
            listed.add(top.objgen)
            pdf.Root.AcroForm.Fields.append(top)


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
    return rich is not None and _letters(_TAG.sub("", _plain(rich))) != _letters(
        _plain(inherited(widget, Name.V))
    )


def _written(number: int, widget: pikepdf.Object) -> Iterator[_Written]:
    flags = _flags(widget)
    if flags & _PASSWORD:
        return
    looks = widget.get(Name.AP)
    look = looks.get(Name.N) if isinstance(looks, Dictionary) else None
    is_list = inherited(widget, Name.FT) == Name.Ch and not flags & _COMBO
    value = _as_displayed(widget, _plain(inherited(widget, Name.V)))
    # A list shows all its choices, so its look says nothing about which of them is taken.
    yield _Written(number, value, [look] if isinstance(look, pikepdf.Stream) and not is_list else [])


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


def _shows_otherwise(pdf: pikepdf.Pdf, shown: list[tuple[str, pikepdf.Stream]]) -> bool:
    proof = pdfium.PdfDocument(_proof(pdf, [look for _, look in shown]))
    redrawn = redraws_fields(pdf)
    return any(
        _differ(value, _text(proof, number), redrawn=redrawn) for number, (value, _) in enumerate(shown)
    )


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


def _differ(value: str, shown: str, *, redrawn: bool) -> bool:
    if _UNKNOWN.search(shown):
        return False
    kept, seen = _letters(value), _letters(shown)
    # A look without words that is to be drawn anew, as LibreOffice writes it, contradicts nothing.
    return kept != seen and bool(seen or not redrawn)


def _letters(text: str) -> str:
    """Return letters and digits alone: lines are broken and combs spaced, as the field's box asks."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def with_values(text: str, values: list[tuple[int, str]]) -> str:
    """Return the text of a document's pages with the values of its fields at the ends of their pages."""
    pages = text.split(PAGE_BREAK)
    for number, value in values:
        pages += [""] * (number + 1 - len(pages))
        pages[number] = f"{pages[number]}\n{clean(value)}".strip("\n")
    return PAGE_BREAK.join(pages)[:MAX_TEXT_CHARACTERS]
