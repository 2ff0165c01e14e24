"""A PDF as pdfium reads it: opened with its fields, and what stands on a page, photographs apart."""

import ctypes
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_DEEPEST = 5
_MOST_OBJECTS = 50_000
_LONGEST_FILTER = 32
_MOST_UNPACKED = 50_000_000

Place = tuple[float, float, float, float]
_Edges = tuple[ctypes.c_float, ctypes.c_float, ctypes.c_float, ctypes.c_float]


@dataclass(frozen=True)
class PageObjects:
    """The kinds and places of a page's objects, those in forms included, and its photographs."""

    places: list[tuple[int, Place]]
    photographs: list[ctypes.c_void_p]

    @property
    def pixels(self) -> int:
        """How many pixels the photographs have altogether."""
        return sum(width * height for width, height in map(_size, self.photographs))

    def leave_out_photographs(self) -> None:
        """Let the page be drawn without its photographs from now on."""
        for photograph in self.photographs:
            pdfium_c.FPDFPageObj_SetIsActive(photograph, False)

    def has_photographs_of(self, other: "PageObjects") -> bool:
        """Tell whether both have the same photographs, comparing them as they are packed in the file."""
        return len(self.photographs) == len(other.photographs) and all(
            map(_are_packed_alike, self.photographs, other.photographs)
        )

    def has_unseen_photographs(self) -> bool:
        """Tell whether a photograph may show something that pdfium cannot draw."""
        return any(_is_beyond_pdfium(photograph) for photograph in self.photographs)


def open_with_forms(data: bytes) -> pdfium.PdfDocument:
    """Open a document so that its form fields are drawn too; raises `PdfiumError` if it cannot be read.

    Fields are drawn whether or not the document has a form, since other readers draw them as well.
    """
    pdf = pdfium.PdfDocument(data)
    config = pdfium_c.FPDF_FORMFILLINFO(version=2)
    environment = pdfium_c.FPDFDOC_InitFormFillEnvironment(pdf, config)
    if environment:
        pdf.formenv = pdfium.PdfFormEnv(environment, config)
    return pdf


def objects_of(page: pdfium.PdfPage) -> PageObjects:
    """Return what stands on `page`; of a page with very many objects, the first 50,000."""
    found = PageObjects([], [])
    edges = (ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float())
    for handle, kind in _handles(page):
        # What has no bounds is given those of the object before, in either reading.
        found.places.append((kind, _place(handle, edges)))
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            found.photographs.append(handle)
        if len(found.places) == _MOST_OBJECTS:
            break
    return found


def boxes_of(page: pdfium.PdfPage) -> list[Place]:
    """Return where the lines and areas that are drawn on `page` lie."""
    return [place for kind, place in objects_of(page).places if kind == pdfium_c.FPDF_PAGEOBJ_PATH]


def _handles(page: pdfium.PdfPage) -> Iterator[tuple[ctypes.c_void_p, int]]:
    raw = page.raw
    for number in range(pdfium_c.FPDFPage_CountObjects(raw)):
        handle = pdfium_c.FPDFPage_GetObject(raw, number)
        kind = pdfium_c.FPDFPageObj_GetType(handle)
        yield handle, kind
        if kind == pdfium_c.FPDF_PAGEOBJ_FORM:
            yield from _inner(handle, 1)


def _inner(form: ctypes.c_void_p, depth: int) -> Iterator[tuple[ctypes.c_void_p, int]]:
    if depth == _DEEPEST:
        return
    for number in range(pdfium_c.FPDFFormObj_CountObjects(form)):
        handle = pdfium_c.FPDFFormObj_GetObject(form, number)
        kind = pdfium_c.FPDFPageObj_GetType(handle)
        yield handle, kind
        if kind == pdfium_c.FPDF_PAGEOBJ_FORM:
            yield from _inner(handle, depth + 1)


def _place(handle: ctypes.c_void_p, edges: _Edges) -> Place:
    left, bottom, right, top = edges
    pdfium_c.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _size(photograph: ctypes.c_void_p) -> tuple[int, int]:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium_c.FPDFImageObj_GetImagePixelSize(photograph, width, height)
    return width.value, height.value


def _are_packed_alike(one: ctypes.c_void_p, other: ctypes.c_void_p) -> bool:
    if _size(one) != _size(other):
        return False
    if _data(one, pdfium_c.FPDFImageObj_GetImageDataRaw) == _data(
        other, pdfium_c.FPDFImageObj_GetImageDataRaw
    ):
        return True
    # The rewriting deflates what had another general filter or none.
    width, height = _size(one)
    if width * height > _MOST_UNPACKED:
        return False
    unpack = pdfium_c.FPDFImageObj_GetImageDataDecoded
    return _inflated(_data(one, unpack)) == _inflated(_data(other, unpack))


def _data(photograph: ctypes.c_void_p, get: Callable[..., int]) -> bytes:
    size = get(photograph, None, 0)
    data = ctypes.create_string_buffer(size)
    get(photograph, data, size)
    return data.raw


def _inflated(data: bytes) -> bytes:
    """Return `data` unpacked, if pdfium left that to be done."""
    try:
        return zlib.decompressobj().decompress(data, _MOST_UNPACKED)
    except zlib.error:
        return data


def _filters(photograph: ctypes.c_void_p) -> Iterator[bytes]:
    for number in range(pdfium_c.FPDFImageObj_GetImageFilterCount(photograph)):
        name = ctypes.create_string_buffer(_LONGEST_FILTER)
        pdfium_c.FPDFImageObj_GetImageFilter(photograph, number, name, _LONGEST_FILTER)
        yield name.value


def _is_beyond_pdfium(photograph: ctypes.c_void_p) -> bool:
    if b"JPXDecode" not in set(_filters(photograph)):
        return False
    bitmap = pdfium_c.FPDFImageObj_GetBitmap(photograph)
    if not bitmap:
        return True
    pdfium_c.FPDFBitmap_Destroy(bitmap)
    return False
