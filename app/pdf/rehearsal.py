"""The rehearsal of the seal: a file may be taken if a reader shows the same before and after the rewriting.

Compared are the number of pages and, page by page, the size, every object's kind and place, a picture,
and the text, which may be another one where all looks the same. The picture is small, but every shade of
grey in it counts, which holds a change of one digit. Photographs too large to be unpacked within the gate's
limits are compared as they are packed, and the picture is drawn without them.
"""

import pypdfium2 as pdfium
from PIL import Image

from app.pdf.page_objects import PageObjects, objects_of
from app.pdf.text import TextReader

_PICTURE_SIDE = 200
"""The longer side of the compared pictures, in pixels."""
_MOST_PIXELS = 12_000_000
"""How many pixels of photographs one reading may unpack."""
_WHITE = 255


class ReadingsDiffer(Exception):
    """A reader shows something else once the file has been rewritten; tells what, for the log."""


class Rehearsal:
    """Compares two readings of one file; afterwards `blank` tells whether no page shows any ink.

    `on_paper`: compare also what would be printed, for a file which is filed as it came. `reader` is given
    the text of the pages compared.
    """

    def __init__(
        self,
        before: pdfium.PdfDocument,
        after: pdfium.PdfDocument,
        *,
        on_paper: bool = False,
        reader: TextReader | None = None,
    ) -> None:
        self._before, self._after = before, after
        self._on_paper = on_paper
        self._pixels_left = _MOST_PIXELS
        self._reader = reader
        self.blank = True

    def compare(self) -> None:
        """Compare all pages; raises `ReadingsDiffer`, and `PdfiumError` for a page that no reading has."""
        if len(self._before) != len(self._after):
            raise ReadingsDiffer(f"{len(self._before)} pages, rewritten {len(self._after)}")
        for number in range(len(self._before)):
            before, after = self._pages(number)
            difference = self.difference(before, after)
            if difference:
                raise ReadingsDiffer(f"page {number + 1}: {difference}")
            before.close()
            after.close()

    def _pages(self, number: int) -> tuple[pdfium.PdfPage, pdfium.PdfPage]:
        try:
            before = self._before[number]
        except pdfium.PdfiumError:
            self._after[number]
            raise ReadingsDiffer(f"page {number + 1} appears when rewritten") from None
        return before, self._after[number]

    def difference(self, before: pdfium.PdfPage, after: pdfium.PdfPage) -> str | None:
        """Return what differs between two pages, None if nothing does."""
        if before.get_size() != after.get_size():
            return "another size"
        standing, standing_after = objects_of(before), objects_of(after)
        if standing.places != standing_after.places:
            return "other objects"
        self._pixels_left -= standing.pixels
        if self._pixels_left < 0:
            if not standing.has_photographs_of(standing_after):
                return "other photographs"
            standing.leave_out_photographs()
            standing_after.leave_out_photographs()
        picture = page_picture(before)
        if picture.tobytes() != page_picture(after).tobytes():
            return "another look"
        self._note_ink(picture, standing)
        if (
            self._on_paper
            and page_picture(before, "print").tobytes() != page_picture(after, "print").tobytes()
        ):
            return "another look on paper"
        return self._other_text(before, after)

    def _other_text(self, before: pdfium.PdfPage, after: pdfium.PdfPage) -> str | None:
        text_page = before.get_textpage()
        text = str(text_page.get_text_range())
        text_page.close()
        text_page = after.get_textpage()
        same = text == text_page.get_text_range()
        if same and self._reader is not None:
            self._reader.take(text_page, text)
        text_page.close()
        return None if same else "another text"

    def _note_ink(self, picture: Image.Image, standing: PageObjects) -> None:
        if not self.blank:
            return
        darkest, _ = picture.getextrema()
        left_out = self._pixels_left < 0 and bool(standing.photographs)
        self.blank = darkest == _WHITE and not left_out and not standing.has_unseen_photographs()


def page_picture(page: pdfium.PdfPage, purpose: str | None = None) -> Image.Image:
    """Return the small grey picture by which pages are compared."""
    scale = _PICTURE_SIDE / max(page.get_size())
    picture: Image.Image = page.render(scale=scale, grayscale=True, optimize_mode=purpose).to_pil()
    return picture
