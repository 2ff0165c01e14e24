"""Puts the stamp on a page without disturbing what the page already draws."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pikepdf
from pikepdf import Name

from app.pdf.frame import Box, Frame, read_box

_STAMP_NAME = "/KyDuyet"


_OPENS = {"q": "Q", "BT": "ET", "BMC": "EMC", "BDC": "EMC"}


def has_balanced_content(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bool:
    """Tell whether the page's content is sound and leaves the graphics state as it found it.

    Only then can something be drawn after it in known coordinates.
    """
    pdf.get_warnings()
    try:
        operators = [str(one.operator) for one in pikepdf.parse_content_stream(page, "q Q BT ET BMC BDC EMC")]
    except pikepdf.PdfError:
        return False
    return not pdf.get_warnings() and _is_balanced(operators)


def _is_balanced(operators: Iterable[str]) -> bool:
    open_ones: Counter[str] = Counter()
    for operator in operators:
        if operator in _OPENS:
            open_ones[_OPENS[operator]] += 1
        else:
            open_ones[operator] -= 1
        if open_ones[operator] < 0:
            return False
    return not open_ones.total()


@dataclass(frozen=True)
class Overlay:
    """The form XObject `stamp`, about to be drawn on `page` of `pdf`, of which `frame` is seen."""

    pdf: pikepdf.Pdf
    page: pikepdf.Page
    frame: Frame
    stamp: pikepdf.Object

    def inside(self, place: Box) -> None:
        """Draw the stamp into the seen box `place`, over the content, which must be balanced."""
        self._surround(b"q\n", b"\nQ\n" + self._drawn(self.frame, place))

    def in_strip(self, extended: Frame, place: Box, *, clip: bool) -> None:
        """Make the page as large as `extended` and draw the stamp there, into a box seen in it.

        `clip`: what the page draws beyond its old edge stays unseen. Content that is not balanced
        cannot be clipped, so the stamp is drawn before it.
        """
        drawn = self._drawn(extended, place)
        if clip:
            left, bottom, right, top = self.frame.box
            path = f"q {left:.4f} {bottom:.4f} {right - left:.4f} {top - bottom:.4f} re W n\n"
            self._surround(path.encode(), b"\nQ\n" + drawn)
        else:
            self._surround(drawn, b"\n")
        self._extend(extended)

    def _drawn(self, frame: Frame, place: Box) -> bytes:
        name = self._add_resource()
        _, _, width, height = (float(edge) for edge in self.stamp.BBox.as_list())
        left, bottom, right, top = place
        inner = pikepdf.Matrix((right - left) / width, 0, 0, (top - bottom) / height, left, bottom)
        numbers = " ".join(f"{number:.5f}" for number in (inner @ pikepdf.Matrix(*frame.matrix)).shorthand)
        return f"/Artifact BMC q {numbers} cm {name} Do Q EMC\n".encode()

    def _add_resource(self) -> str:
        """Name the stamp in resources of the page's own: dictionaries may be shared with other pages."""
        drawings = _own_copy(_own_copy(self.page.obj, "/Resources"), "/XObject")
        name = _STAMP_NAME
        while name in drawings:
            name += "x"
        drawings[name] = self.stamp
        return name

    def _surround(self, before: bytes, after: bytes) -> None:
        contents = self.page.obj.get(Name.Contents)
        present = list(contents.as_list()) if isinstance(contents, pikepdf.Array) else [contents]
        streams = [stream for stream in present if isinstance(stream, pikepdf.Stream)]
        parts = [self.pdf.make_stream(before), *streams, self.pdf.make_stream(after)]
        self.page.obj[Name.Contents] = pikepdf.Array(parts)

    def _extend(self, extended: Frame) -> None:
        media = read_box(self.page.obj.get(Name.MediaBox)) or self.frame.box
        low, high = map(min, media[:2], extended.box[:2]), map(max, media[2:], extended.box[2:])
        self.page.obj[Name.MediaBox] = pikepdf.Array([round(edge, 4) for edge in (*low, *high)])
        self.page.obj[Name.CropBox] = pikepdf.Array([round(edge, 4) for edge in extended.box])


def _own_copy(holder: pikepdf.Object, key: str) -> pikepdf.Object:
    present = holder.get(key)
    copied = pikepdf.Dictionary()
    if isinstance(present, pikepdf.Dictionary):
        for name, value in present.items():
            copied[name] = value
    holder[key] = copied
    return holder[key]
