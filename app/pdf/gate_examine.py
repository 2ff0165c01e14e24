"""The examination of one foreign PDF, inside a sandbox child: facts, or the code of the first refusal."""

import io
import re
from collections.abc import Mapping
from typing import BinaryIO

import pikepdf

from app.pdf import gate_bombs, gate_scan, page_tree
from app.pdf.form_fields import read_fields, with_values
from app.pdf.left_to_readers import leaves_a_choice
from app.pdf.page_objects import open_with_forms
from app.pdf.rehearsal import ReadingsDiffer, Rehearsal
from app.pdf.rewriting import open_foreign, rewritten
from app.pdf.signatures import is_signed, resembles_signed
from app.pdf.text import TextReader
from app.pdf.two_faces import has_two_faces

_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_REVISION = re.compile(rb"startxref\s+\d+\s+%%EOF")
_MOST_UNPACKED = 100_000_000
# How many entries a page tree may have, empty nodes among them, for each page that is taken.
_MOST_LISTED = 10
# A parser that gives up at a limit may leave nothing but the impression of a broken file.
_ALSO_OF_BOMBS = frozenset(("damaged_pdf", "no_pages"))


class GateRefusal(Exception):
    """Why a file is not taken; `signed`: of a file that came signed, which is mended in another way."""

    def __init__(self, code: str, *, signed: bool = False, **values: int) -> None:
        self.code = code
        self.signed = signed
        self.values = values
        super().__init__(code)


def limit_parsers() -> None:
    """Bound what qpdf, which has no limits of its own by default, may unpack and nest."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=_MOST_UNPACKED,
        png_max_memory=_MOST_UNPACKED,
        run_length_max_memory=_MOST_UNPACKED,
        dct_max_memory=3 * _MOST_UNPACKED,
        parser_max_container_size=200_000,
        parser_max_nesting=100,
    )


def preload() -> None:
    """Do once in the zygote what each child would repeat: load fonts, bind functions, set limits."""
    limit_parsers()
    page = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 200))
        font = pikepdf.Dictionary(Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        pdf.pages[0].Contents = pdf.make_stream(b"BT /F 12 Tf 20 20 Td (a) Tj ET")
        pdf.save(page)
    examined(page.getvalue(), max_pages=1)


def examine(
    document: BinaryIO, arguments: Mapping[str, object], _output: BinaryIO | None
) -> dict[str, object]:
    """Examine `document`; `arguments` holds `max_pages`.

    Answers the fields of `gate.Inspection`, or `refused` (a code), `values` (of its sentences) and whether
    it is known to have come `signed`.
    """
    data = document.read()
    limits_met = gate_bombs.limits_met()
    try:
        return examined(data, int(str(arguments["max_pages"])), document)
    except GateRefusal as refusal:
        code = refusal.code
        answer: dict[str, object] = {"values": refusal.values, "signed": refusal.signed}
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 -- parsers raise anything on a broken file
        code = "damaged_pdf"
        answer = {"cause": repr(error)}
    if code in _ALSO_OF_BOMBS and gate_bombs.is_bomb(data, _MOST_UNPACKED, limits_met):
        code = "too_complex"
    return answer | {"refused": code}


def examined(data: bytes, max_pages: int, source: BinaryIO | None = None) -> dict[str, object]:
    """Ask all that the gate asks of a file; return the fields of `gate.Inspection`.

    `source`: the file that `data` was read from, if there is one. Raises `GateRefusal`, and whatever parsers
    raise on a broken file.
    """
    with _opened_by_qpdf(data, source) as pdf:
        pages = _count_pages(pdf, max_pages)
        if (found := gate_scan.scan(pdf, data)) is not None:
            raise GateRefusal(found)
        fields = read_fields(pdf)
        signed = is_signed(pdf, data)
        if fields.contradicting or has_two_faces(data) or (signed and leaves_a_choice(pdf, fields)):
            raise GateRefusal("mixed_content", signed=signed)
        version = str(pdf.pdf_version)
        resembling = not signed and resembles_signed(pdf, data)
        rewriting = rewritten(pdf)
    text = with_values(_read_twice(data, rewriting, pages, signed=signed), fields.values)
    return {
        "pages": pages,
        "signed": signed,
        "resembles_signed": resembling,
        "pdf_version": version,
        "text": text,
        "has_text": bool(text),
        "revisions": max(1, len(_REVISION.findall(data))),
    }


def _opened_by_qpdf(data: bytes, source: BinaryIO | None) -> pikepdf.Pdf:
    try:
        pdf = open_foreign(data, source)
    except pikepdf.PasswordError as error:
        raise GateRefusal("encrypted_pdf") from error
    except pikepdf.PdfError as error:
        if _ENCRYPTED.search(data):
            raise GateRefusal("encrypted_pdf") from error
        raise
    if pdf.is_encrypted:
        raise GateRefusal("encrypted_pdf")
    return pdf


def _count_pages(pdf: pikepdf.Pdf, max_pages: int) -> int:
    # Flattening a huge page tree takes seconds; a claim which the number of objects bears out is enough.
    claimed = _plausible_count(pdf)
    if claimed <= max_pages and page_tree.lists_more_than(pdf, _MOST_LISTED * max_pages):
        raise GateRefusal("too_complex")
    pages = claimed if claimed > max_pages else page_tree.count(pdf)
    if pages == 0:
        raise GateRefusal("no_pages")
    if pages > max_pages:
        raise GateRefusal("too_many_pages", pages=pages, limit=max_pages)
    return pages


def _plausible_count(pdf: pikepdf.Pdf) -> int:
    """Return the number of pages the file claims, 0 if it has not even as many objects."""
    tree = pdf.Root.get("/Pages")
    claimed = tree.get("/Count") if isinstance(tree, pikepdf.Dictionary) else None
    objects = pdf.trailer.get("/Size")
    if isinstance(claimed, int) and isinstance(objects, int) and claimed <= objects:
        return claimed
    return 0


def _read_twice(data: bytes, rewriting: bytes, pages: int, *, signed: bool) -> str:
    """Rehearse the seal: compare what pdfium shows before and after; return the text that it finds."""
    before, after = open_with_forms(data), open_with_forms(rewriting)
    if len(before) != pages:
        raise GateRefusal("mixed_content", signed=signed)
    if (asked := gate_scan.asked_of_pdfium(before)) is not None:
        raise GateRefusal(asked)
    reader = TextReader()
    rehearsal = Rehearsal(before, after, as_it_came=signed, reader=reader)
    try:
        rehearsal.compare()
    except ReadingsDiffer as difference:
        raise GateRefusal("mixed_content", signed=signed) from difference
    if rehearsal.blank and not reader.text:
        raise GateRefusal("blank_pdf")
    return reader.text
