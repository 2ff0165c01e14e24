"""Unpacks object streams as the most tolerant reader would: what comes out before an error counts."""

import zlib
from collections.abc import Iterator

import pikepdf

from app.pdf.tokens import Dictionary, Name, Value

_MOST_UNPACKED = 64_000_000
_MOST_FILTERS = 10
_FLATE = frozenset(("FlateDecode", "Fl"))


class TooMuch(Exception):
    """There is more than is looked at."""


class Unpacker:
    """Undoes the filters of streams, all together up to a limit."""

    def __init__(self) -> None:
        self._left = _MOST_UNPACKED

    def unpack(self, packed: bytes, filters: list[Value], parameters: list[Value]) -> bytes:
        """Return what the filters, applied in turn, make of `packed`; nothing where one of them is unknown.

        Raises `TooMuch` when all that was unpacked so far exceeds the limit.
        """
        for index, name in enumerate(filters[:_MOST_FILTERS]):
            if not isinstance(name, Name):
                return b""
            settings = parameters[index] if index < len(parameters) else None
            packed = self._undone(
                packed, name, settings if isinstance(settings, Dictionary) else Dictionary()
            )
        return packed

    def _undone(self, packed: bytes, name: Name, settings: Dictionary) -> bytes:
        if name in _FLATE:
            packed = self._inflated(packed)
            if not _predicts(settings):
                return packed
            packed = zlib.compress(packed, 0)  # Whole again, so that qpdf undoes the prediction.
        unpacked = _by_qpdf(packed, name, settings)
        self._count(len(unpacked))
        return unpacked

    def _inflated(self, packed: bytes) -> bytes:
        """Inflate as far as it goes, with or without a zlib header."""
        for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
            unpacked = b"".join(_blocks(packed, window, self._left + 1))
            if unpacked:
                self._count(len(unpacked))
                return unpacked
        return b""

    def _count(self, unpacked: int) -> None:
        self._left -= unpacked
        if self._left < 0:
            raise TooMuch


def _blocks(packed: bytes, window: int, most: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(window)
    while packed and most > 0 and not unpacker.eof:
        try:
            block = unpacker.decompress(packed, min(most, 1 << 16))
        except zlib.error:
            return
        most -= len(block)
        packed = unpacker.unconsumed_tail
        yield block


def _predicts(settings: Dictionary) -> bool:
    predictor = settings.get("Predictor")
    return isinstance(predictor, int) and predictor > 1


def _by_qpdf(packed: bytes, name: Name, settings: Dictionary) -> bytes:
    entries = {
        "/" + key: value
        for key, value in settings.items()
        if key in ("Predictor", "Colors", "Columns", "BitsPerComponent", "EarlyChange")
        and isinstance(value, int)
    }
    with pikepdf.new() as pdf:
        stream = pikepdf.Stream(pdf, packed)
        stream.stream_dict["/Filter"] = pikepdf.Name("/" + name)
        if entries:
            stream.stream_dict["/DecodeParms"] = pikepdf.Dictionary(entries)
        try:
            return stream.read_bytes()
        except pikepdf.PdfError:
            return b""
