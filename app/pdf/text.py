"""The text of a PDF as the search wants it: composed letters, no control characters, bounded."""

import re
import unicodedata
from collections.abc import Iterator

import pypdfium2 as pdfium

MAX_TEXT_CHARACTERS = 300_000
# PostgreSQL stores no NUL, UTF-8 no lone surrogates; U+FFFE is how pdfium marks a broken hyphen.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
PAGE_BREAK = "\f"
"""Stands between the texts of two pages."""


def read_text(document: pdfium.PdfDocument, limit: int = MAX_TEXT_CHARACTERS) -> str:
    """Return the text of all pages, NFC, a form feed between them, cut at `limit` characters.

    Empty when no page has any. Raises `PdfiumError` when a page cannot be loaded.
    """
    pieces: list[str] = []
    missing = limit
    for text in _texts(document):
        pieces.append(text[:missing])
        missing -= len(text) + 1
        if missing <= 0:
            break
    text = PAGE_BREAK.join(pieces)[:limit].rstrip()
    return text if text.strip() else ""


def _texts(document: pdfium.PdfDocument) -> Iterator[str]:
    for number in range(len(document)):
        yield clean(_page_text(document, number))


def _page_text(document: pdfium.PdfDocument, number: int) -> str:
    page = document[number]
    text_page = page.get_textpage()
    text = text_page.get_text_range()
    text_page.close()
    page.close()
    return str(text)


def clean(text: str) -> str:
    """Compose the letters (NFC), drop what cannot be stored, and end lines with a single newline."""
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", text.replace("\r\n", "\n")))
