"""Puts the stamp on a page without disturbing what the page already draws."""

from dataclasses import dataclass

import pikepdf
from pikepdf import Name

from app.pdf.frame import Box, Frame, read_box

_STAMP_NAME = "/KyDuyet"


def has_balanced_content(page: pikepdf.Page) -> bool:
    """Tell whether the page's content leaves the graphics state as it found it.

    Only then can something be drawn after it in known coordinates.
    """
    depth = 0
    try:
        for instruction in pikepdf.parse_content_stream(page, "q Q"):
            depth += 1 if str(instruction.operator) == "q" else -1
            if depth < 0:
                return False
    except pikepdf.PdfError:
        return False
    return depth == 0


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

    def in_strip(self, extended: Frame, place: Box) -> None:
        """Make the page as large as `extended` and draw the stamp there, into a box seen in it.

        What the page draws beyond its old edge stays unseen. Unbalanced content cannot be clipped,
        so the strip is drawn before it.
        """
        drawn = self._drawn(extended, place)
        if has_balanced_content(self.page):
            left, bottom, right, top = self.frame.box
            clip = f"q {left:.4f} {bottom:.4f} {right - left:.4f} {top - bottom:.4f} re W n\n"
            self._surround(clip.encode(), b"\nQ\n" + drawn)
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
