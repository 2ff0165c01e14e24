"""Writes an official paper as PDF/A-2b: the same description gives the same bytes."""

from io import BytesIO

import pikepdf
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from app.papers import margins
from app.papers.flow import story
from app.papers.paper import OfficialPaper
from app.papers.typeface import REGULAR, load_serif, shown
from app.pdf.archival import conform, write_archival, write_ordinary

MIMETYPE = "application/pdf"
LANGUAGE = "vi"

_TOTAL = "total"
_TOTAL_WIDTH = 2 * margins.FOOT
_TOTAL_BOX = (0, -8, 40, 8)
_NUMBER_BASELINE = 13 * mm
_FOOT_BASELINE = 11 * mm
_GREY = 0.35


def as_pdf(paper: OfficialPaper) -> bytes:
    """Return `paper` as a PDF on A4, dated `made_at`."""
    written = BytesIO()
    with pikepdf.open(_drawn(paper)) as pdf:
        moment = paper.made_at.strftime("%Y%m%d%H%M%S%z")
        del pdf.docinfo["/ModDate"]
        pdf.docinfo["/CreationDate"] = f"D:{moment[:-2]}'{moment[-2:]}'"
        # Nothing that is drawn here breaks the standard; if it did, an ordinary PDF is better than none.
        write = write_ordinary if conform(pdf, paper.made_at) else write_archival
        write(pdf, written)
    return written.getvalue()


def _drawn(paper: OfficialPaper) -> BytesIO:
    load_serif()
    drawn = BytesIO()
    width, height = _size(paper)
    frame = Frame(
        margins.LEFT_MM * mm,
        margins.BOTTOM_MM * mm,
        width - (margins.LEFT_MM + margins.RIGHT_MM) * mm,
        height - (margins.TOP_MM + margins.BOTTOM_MM) * mm,
        *(0, 0, 0, 0),
    )
    sheets = BaseDocTemplate(
        drawn,
        pagesize=(width, height),
        title=shown(paper.name),
        author=shown(paper.letterhead.school),
        lang=LANGUAGE,
        displayDocTitle=1,
        # Without a first font of ours reportlab lists its own Helvetica, which is not embedded.
        initialFontName=REGULAR,
        invariant=1,
        pageCompression=1,
    )
    sheets.addPageTemplates(PageTemplate(frames=[frame], onPage=_Edges(paper)))
    sheets.build([*story(paper, frame.width, frame.height), _Total()])
    return drawn


def _size(paper: OfficialPaper) -> tuple[float, float]:
    return landscape(A4) if paper.landscape else A4


class _Edges:
    """What stands in the margins: the number at the top from page 2 on, the foot on every page."""

    def __init__(self, paper: OfficialPaper) -> None:
        self._code = shown(paper.code)
        self._width, self._height = _size(paper)

    def __call__(self, canvas: Canvas, _sheets: BaseDocTemplate) -> None:
        left, right = margins.LEFT_MM * mm, self._width - margins.RIGHT_MM * mm
        number = canvas.getPageNumber()
        canvas.saveState()
        if number > 1:
            canvas.setFont(REGULAR, margins.PAGE_NUMBER)
            canvas.drawCentredString((left + right) / 2, self._height - _NUMBER_BASELINE, str(number))
        canvas.setFont(REGULAR, margins.FOOT)
        canvas.setFillGray(_GREY)
        canvas.drawString(left, _FOOT_BASELINE, self._code)
        canvas.drawRightString(right - _TOTAL_WIDTH, _FOOT_BASELINE, f"Trang {number}/")
        canvas.translate(right - _TOTAL_WIDTH, _FOOT_BASELINE)
        canvas.doForm(_TOTAL)
        canvas.restoreState()


class _Total(Flowable):
    """Stands at the very end, where the number of pages is known, and fills it in on all of them."""

    def wrap(self, _available_width: float, _available_height: float) -> tuple[float, float]:
        """Take no room."""
        return 0.0, 0.0

    def draw(self) -> None:
        """Define the form that each page shows behind its own number."""
        self.canv.beginForm(_TOTAL, *_TOTAL_BOX)
        self.canv.setFont(REGULAR, margins.FOOT)
        self.canv.setFillGray(_GREY)
        self.canv.drawString(0, 0, str(self.canv.getPageNumber()))
        self.canv.endForm()
