"""What an official paper says, whichever file it becomes: letterhead, title, blocks, signatures.

The form is that of Nghị định 30/2020/NĐ-CP, Phụ lục I. Official papers are in Vietnamese whatever language
their maker reads, so the texts here are final. A newline in a text begins a new line on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Literal

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
RECIPIENTS = "Nơi nhận:"
SIGN_HERE = "(Ký, ghi rõ họ tên)"

MOST_SIGNATURES = 3
_LAST_PADDED_MONTH = 2


class Align(Enum):
    """Where text stands in the column of a table."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True)
class Run:
    """A part of a paragraph in one face."""

    text: str
    bold: bool = False
    italic: bool = False


Words = str | tuple[Run, ...]
"""A paragraph: plain, or in several faces."""


@dataclass(frozen=True)
class Heading:
    """A bold line that stays with what follows; level 1 is a chapter in the middle, level 2 an article."""

    text: str
    level: Literal[1, 2] = 2


@dataclass(frozen=True)
class Text:
    """A paragraph over the whole width, its first line indented."""

    words: Words


@dataclass(frozen=True)
class Bullets:
    """Paragraphs that each begin with a dash."""

    items: tuple[Words, ...]


@dataclass(frozen=True)
class Fields:
    """Labels and their values below one another; what has no value is left out."""

    pairs: tuple[tuple[str, str], ...]

    @property
    def filled(self) -> list[tuple[str, str]]:
        """The pairs that have a value, each label with its colon."""
        return [(f"{label}:", value) for label, value in self.pairs if value]


@dataclass(frozen=True)
class Column:
    """A column of a table; `share` is its part of the width, against the sum of all shares."""

    title: str
    share: float = 1.0
    align: Align = Align.LEFT


@dataclass(frozen=True)
class Table:
    """A ruled table whose head is repeated on each page; `empty` stands there if it has no rows."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]]
    empty: str = "Không có."

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has more or fewer cells than the table has columns")


Block = Heading | Text | Bullets | Fields | Table


@dataclass(frozen=True)
class Signature:
    """Room for one signature; no seal is ever drawn.

    `capacity`: the lines above it, such as "KT. HIỆU TRƯỞNG" and "PHÓ HIỆU TRƯỞNG". `mark` stands where the
    pen would write, such as when the person confirmed from the own account.
    """

    capacity: tuple[str, ...]
    name: str = ""
    note: str = SIGN_HERE
    mark: str = ""


@dataclass(frozen=True)
class Letterhead:
    """Who issues the paper: the superior office (may be empty) and the school."""

    superior: str
    school: str


@dataclass(frozen=True)
class OfficialPaper:
    """A whole paper.

    `made_at` needs a time zone and is the only time in the file's properties. `subject` is the trích yếu
    below the title, `note` a line in italics below that; `number` comes from `numbered`, `dated` from
    `place_and_date`. `code` is the short code or hash at the foot of each page. Recipients are written
    without "-" and ";".
    """

    letterhead: Letterhead
    title: str
    made_at: datetime
    blocks: tuple[Block, ...]
    subject: str = ""
    note: str = ""
    number: str = ""
    dated: str = ""
    signatures: tuple[Signature, ...] = ()
    recipients: tuple[str, ...] = ()
    code: str = ""
    landscape: bool = False

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("the time a paper was made needs a time zone")
        if len(self.signatures) > MOST_SIGNATURES:
            raise ValueError("more signatures than stand beside each other on A4")

    @property
    def name(self) -> str:
        """Title and subject in one line, for the properties of the file."""
        return " ".join(f"{self.title} {self.subject}".split())


def runs_of(words: Words) -> tuple[Run, ...]:
    """Return the parts of a paragraph, however it was given."""
    return (Run(words),) if isinstance(words, str) else words


def numbered(number: int | None, symbol: str) -> str:
    """Return the line of number and symbol; a paper without a number yet has room for one.

    Numbers below 10 get a zero in front (Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I, mục II.3).
    """
    return f"Số: {number:02d}/{symbol}" if number is not None else f"Số: …………/{symbol}"


def place_and_date(place: str, day: date) -> str:
    """Return the line of place and date; days below 10 and the months 1 and 2 get a zero in front.

    Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I, mục II.4.
    """
    month = f"{day.month:02d}" if day.month <= _LAST_PADDED_MONTH else str(day.month)
    written = f"ngày {day.day:02d} tháng {month} năm {day.year}"
    return f"{place}, {written}" if place else written.capitalize()


def list_of_recipients(recipients: Sequence[str]) -> tuple[str, ...]:
    """Return the lines below "Nơi nhận:", each with its dash, the last with a full stop."""
    ends = [";"] * (len(recipients) - 1) + ["."]
    return tuple(f"- {text}{end}" for text, end in zip(recipients, ends, strict=False))
