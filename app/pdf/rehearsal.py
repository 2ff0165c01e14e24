"""The rehearsal of the seal: a file may be taken if a reader shows the same before and after the rewriting.

Compared are the number of pages and, page by page, the size, every object's kind and place, a picture,
and the text, which may be another one where all looks the same. What the rewriting prints must be what it
shows. Notes are no part of a page (`seen_annotations`). The picture is small, but every shade of
grey in it counts, which holds a change of one digit. Photographs too large to be unpacked within the gate's
limits are compared as they are packed, and the picture is drawn without them.
"""

import pypdfium2 as pdfium
from PIL import Image

from app.pdf.page_objects import PageObjects, objects_of
from app.pdf.seen_annotations import has_annotations, hide_notes
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

    `as_it_came`: `before` is what is filed, so it must print what it shows too. `revisions`: both are saved
    states of one file, so notes count and only what is shown is compared. `reader` is given the text of the
    pages compared.
    """

    def __init__(
        self,
        before: pdfium.PdfDocument,
        after: pdfium.PdfDocument,
        *,
        as_it_came: bool = False,
        revisions: bool = False,
        reader: TextReader | None = None,
    ) -> None:
        self._before, self._after = before, after
        self._as_it_came, self._revisions = as_it_came, revisions
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
        picture = self._picture_of_both(before, after)
        if isinstance(picture, str):
            return picture
        self._note_ink(picture, standing)
        return self._other_text(before, after)

    def _picture_of_both(self, before: pdfium.PdfPage, after: pdfium.PdfPage) -> Image.Image | str:
        """Return the picture that both readings show and print, or what differs."""
        if not self._revisions:
            hide_notes(before)
            hide_notes(after)
        picture = page_picture(before)
        if picture.tobytes() != page_picture(after).tobytes():
            return "another look"
        if self._revisions:
            return picture
        printed = prints_as_shown(after, picture) and (
            not self._as_it_came or prints_as_shown(before, picture, always=True)
        )
        return picture if printed else "another look on paper"

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


def prints_as_shown(page: pdfium.PdfPage, shown: Image.Image, *, always: bool = False) -> bool:
    """Tell whether a page prints the picture it shows.

    Without layers, and a rewriting has none, only annotations can differ, so that a page with none is not
    drawn, unless `always`.
    """
    if not always and not has_annotations(page):
        return True
    return page_picture(page, "print").tobytes() == shown.tobytes()
