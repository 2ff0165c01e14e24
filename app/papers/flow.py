"""A paper's description as a sequence of things that reportlab sets one below the other."""

from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, HRFlowable, KeepTogether, Paragraph, Spacer

from app.papers import margins
from app.papers.columns import column_widths, label_width
from app.papers.paper import (
    Align,
    Block,
    Bullets,
    Fields,
    Heading,
    OfficialPaper,
    Run,
    Table,
    Text,
    Words,
    runs_of,
)
from app.papers.rows import Grid, Rows
from app.papers.stack_drawing import Stacks
from app.papers.stacks import closing, letterhead
from app.papers.typeface import BOLD, ITALIC, REGULAR, shown

_INDENT = margins.INDENT_MM * mm
_DASH_WIDTH = 10.0
# A heading moves to the next page with what follows unless this much is left for both.
_CHAPTER_ROOM, _ARTICLE_ROOM = 130.0, 85.0

_BODY = ParagraphStyle(
    "body",
    fontName=REGULAR,
    fontSize=margins.BODY,
    leading=margins.BODY * margins.LINE_SPACING,
    alignment=TA_JUSTIFY,
    firstLineIndent=_INDENT,
    spaceAfter=margins.PARAGRAPH_GAP,
)
_BULLET = ParagraphStyle(
    "bullet",
    _BODY,
    firstLineIndent=0,
    leftIndent=_INDENT + _DASH_WIDTH,
    bulletIndent=_INDENT,
    bulletFontName=REGULAR,
    bulletFontSize=margins.BODY,
)
_ARTICLE = ParagraphStyle(
    "article", _BODY, fontName=BOLD, firstLineIndent=0, spaceBefore=margins.PARAGRAPH_GAP
)
_MIDDLE = ParagraphStyle("middle", _BODY, fontName=BOLD, alignment=TA_CENTER, firstLineIndent=0, spaceAfter=2)
_CHAPTER = ParagraphStyle(
    "chapter", _MIDDLE, spaceBefore=2 * margins.PARAGRAPH_GAP, spaceAfter=margins.PARAGRAPH_GAP
)
_TITLE = ParagraphStyle("title", _MIDDLE, fontSize=margins.TITLE)
_NOTE = ParagraphStyle("note", _MIDDLE, fontName=ITALIC)


def story(paper: OfficialPaper, width: float, height: float) -> list[Flowable]:
    """Return all parts of `paper` in the order of reading, for pages of that size in points."""
    parts = _head(paper, width)
    for block in paper.blocks:
        parts += _block(block, width)
    return _joined(parts, _end(paper, width), height)


def _joined(parts: list[Flowable], end: list[Flowable], height: float) -> list[Flowable]:
    """Put signatures below the rest; they never stand on a page of their own, nor without their heading."""
    match parts:
        case [*_, Rows() as table] if end:
            table.keep_above(sum(part.wrap(0, 0)[1] for part in end), height)
            return [*parts, KeepTogether(end)]
        case [*before, CondPageBreak(), Paragraph() as heading, Paragraph() as last] if end:
            return [*before, KeepTogether([heading, last, *end])]
        case [*before, Paragraph() as last] if end:
            return [*before, KeepTogether([last, *end])]
    return [*parts, *end]


def _head(paper: OfficialPaper, width: float) -> list[Flowable]:
    titles = [(paper.title, _TITLE), (paper.subject, _MIDDLE), (paper.note, _NOTE)]
    return [
        *(Stacks(layer, width) for layer in letterhead(paper)),
        Spacer(0, margins.TITLE_GAP),
        *(_paragraph(text, style) for text, style in titles if text),
        HRFlowable(
            width=width / 5, thickness=0.6, color="black", spaceBefore=3, spaceAfter=margins.TITLE_GAP
        ),
    ]


def _block(block: Block, width: float) -> list[Flowable]:
    match block:
        case Heading(text, level):
            room, style = (_CHAPTER_ROOM, _CHAPTER) if level == 1 else (_ARTICLE_ROOM, _ARTICLE)
            return [CondPageBreak(room), _paragraph(text, style)]
        case Text(words):
            return [_paragraph(words, _BODY)]
        case Bullets(items):
            return [Paragraph(_markup(words), _BULLET, bulletText="-") for words in items]
        case Fields():
            return _fields(block, width)
        case Table():
            return _table(block, width)


def _paragraph(words: Words, style: ParagraphStyle) -> Paragraph:
    return Paragraph(_markup(words), style)


def _markup(words: Words) -> str:
    """Write a paragraph in reportlab's markup, in which foreign text stays text."""
    return "".join(map(_marked, runs_of(words)))


def _marked(run: Run) -> str:
    marked = "<br/>".join(escape(shown(line)) for line in run.text.split("\n"))
    if run.bold:
        marked = f"<b>{marked}</b>"
    return f"<i>{marked}</i>" if run.italic else marked


def _fields(block: Fields, width: float) -> list[Flowable]:
    pairs = block.filled
    if not pairs:
        return []
    labels = label_width(pairs, width)
    grid = Grid(
        (labels, width - labels),
        (Align.LEFT,) * 2,
        margins.BODY,
        sides=0.0,
        ends=margins.FIELD_ENDS,
        ruled=False,
    )
    return [Rows(grid, grid.rows(pairs), gap=margins.PARAGRAPH_GAP)]


def _table(block: Table, width: float) -> list[Flowable]:
    if not block.rows:
        return [_paragraph(block.empty, _BODY)]
    widths = column_widths(block, width)
    aligns = tuple(column.align for column in block.columns)
    grid = Grid(widths, aligns, margins.TABLE, sides=margins.CELL_SIDES, ends=margins.CELL_ENDS)
    head = grid.head([column.title for column in block.columns])
    return [Rows(grid, grid.rows(block.rows), head, gap=2 * margins.PARAGRAPH_GAP)]


def _end(paper: OfficialPaper, width: float) -> list[Flowable]:
    stacks = [Stacks(layer, width) for layer in closing(paper)]
    return [Spacer(0, margins.CLOSING_GAP), *stacks] if stacks else []
