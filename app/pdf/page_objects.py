"""What stands on a page as pdfium reads it: every object's kind and place, and the photographs."""

import ctypes
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_DEEPEST = 5
_MOST_OBJECTS = 50_000
_LONGEST_FILTER = 32
_PIECE = 1 << 20
_CODECS = frozenset((b"DCTDecode", b"JPXDecode", b"CCITTFaxDecode", b"JBIG2Decode"))

Place = tuple[float, float, float, float]


@dataclass(frozen=True)
class PageObjects:
    """The kinds and places of a page's objects, those in forms included, and its photographs."""

    places: list[tuple[int, Place]]
    photographs: list[ctypes.c_void_p]

    @property
    def pixels(self) -> int:
        """How many pixels the photographs have altogether."""
        return sum(_pixels(photograph) for photograph in self.photographs)

    def leave_out_photographs(self) -> None:
        """Let the page be drawn without its photographs from now on."""
        for photograph in self.photographs:
            pdfium_c.FPDFPageObj_SetIsActive(photograph, False)

    def packed(self, page: pdfium.PdfPage) -> list[tuple[object, ...]]:
        """Return what identifies each photograph as it is packed in the file, without unpacking it."""
        return [_packed(page, photograph) for photograph in self.photographs]

    def has_unseen_photographs(self) -> bool:
        """Tell whether a photograph may show something that pdfium cannot draw."""
        return any(_is_beyond_pdfium(photograph) for photograph in self.photographs)


def objects_of(page: pdfium.PdfPage) -> PageObjects:
    """Return what stands on `page`; of a page with very many objects, the first 50,000."""
    found = PageObjects([], [])
    for handle in _handles(page):
        kind = pdfium_c.FPDFPageObj_GetType(handle)
        found.places.append((kind, _place(handle)))
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            found.photographs.append(handle)
        if len(found.places) == _MOST_OBJECTS:
            break
    return found


def _handles(page: pdfium.PdfPage) -> Iterator[ctypes.c_void_p]:
    for number in range(pdfium_c.FPDFPage_CountObjects(page)):
        yield from _with_inner(pdfium_c.FPDFPage_GetObject(page, number), 1)


def _with_inner(handle: ctypes.c_void_p, depth: int) -> Iterator[ctypes.c_void_p]:
    yield handle
    if depth == _DEEPEST or pdfium_c.FPDFPageObj_GetType(handle) != pdfium_c.FPDF_PAGEOBJ_FORM:
        return
    for number in range(pdfium_c.FPDFFormObj_CountObjects(handle)):
        yield from _with_inner(pdfium_c.FPDFFormObj_GetObject(handle, number), depth + 1)


def _place(handle: ctypes.c_void_p) -> Place:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium_c.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _pixels(photograph: ctypes.c_void_p) -> int:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium_c.FPDFImageObj_GetImagePixelSize(photograph, width, height):
        return 0
    return width.value * height.value


def _packed(page: pdfium.PdfPage, photograph: ctypes.c_void_p) -> tuple[object, ...]:
    """Return the facts that decide how a photograph is unpacked, and a digest of what is packed.

    The rewriting deflates what had another general filter or none, so that is undone here.
    """
    facts = pdfium_c.FPDF_IMAGEOBJ_METADATA()
    pdfium_c.FPDFImageObj_GetImageMetadata(photograph, page, facts)
    size = pdfium_c.FPDFImageObj_GetImageDataDecoded(photograph, None, 0)
    data = ctypes.create_string_buffer(size)
    pdfium_c.FPDFImageObj_GetImageDataDecoded(photograph, data, size)
    codecs = [name for name in _filters(photograph) if name in _CODECS]
    digest = hashlib.sha256(data).digest() if codecs else _digest_inflated(data.raw)
    return facts.width, facts.height, facts.bits_per_pixel, facts.colorspace, codecs, digest


def _digest_inflated(data: bytes) -> bytes:
    digest = hashlib.sha256()
    inflater = zlib.decompressobj()
    rest = data
    try:
        while rest:
            digest.update(inflater.decompress(rest, _PIECE))
            rest = inflater.unconsumed_tail
    except zlib.error:
        return hashlib.sha256(data).digest()
    return digest.digest()


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
