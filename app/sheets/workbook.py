"""Opening a foreign workbook: the sandbox parses it, and only plain lines come back."""

import logging
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Literal

import msgspec

from app.pdf.sandbox import JSON, Limits, Sandbox, SandboxDied
from app.sheets.refusals import NotSpreadsheet, TableTooLarge

_log = logging.getLogger(__name__)

MOST_BYTES = 2 * 1024 * 1024
LINES_AROUND = 60
"""What may stand above and below a table: title, header, banners, notes."""
ORDER = "workbook"
SANDBOX_ORDER = f"{ORDER}=app.sheets.parsing:parse"
"""How a sandbox server is told of the operation; what it needs is loaded in the child that runs it."""
WORKBOOK_LIMITS = Limits(memory_mb=300, cpu_s=6, wall_s=10, output_mb=1, answer_bytes=16 * 1024 * 1024)


@dataclass(frozen=True)
class RawCell:
    """A cell as the workbook has it: `kind` says what `value` is, if it is not just text."""

    column: int
    """From 1."""
    kind: Literal["text", "number", "date", "error"]
    text: str
    """As it is shown, neither tidied nor composed: 05/09/2026, 17."""
    value: str | float | None = None
    """A number, or a date in ISO 8601."""

    @property
    def meant(self) -> date | float | None:
        """The value of a number or a date."""
        return date.fromisoformat(self.value) if isinstance(self.value, str) else self.value


@dataclass(frozen=True)
class Line:
    """A row that holds anything."""

    number: int
    """From 1."""
    cells: tuple[RawCell, ...]


@dataclass(frozen=True)
class Merge:
    """A rectangle of cells shown as one; its value stands in the upper left."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook."""

    title: str
    lines: tuple[Line, ...]
    merges: tuple[Merge, ...]
    cut: bool
    """It had more lines than were asked for."""


NO_SHEET = Sheet("", (), (), cut=False)


def open_workbook(sandbox: Sandbox, file: BinaryIO, size: int, most_rows: int) -> list[Sheet]:
    """Return the visible sheets of a workbook of `size` bytes (a real file) for a table of up to `most_rows`.

    Raises `NotSpreadsheet`, `TableTooLarge`, and `SandboxUnavailable` when nothing could be found out.
    """
    if size > MOST_BYTES:
        raise TableTooLarge(rows=most_rows)
    arguments: dict[str, JSON] = {"most_lines": most_rows + LINES_AROUND}
    try:
        answer = sandbox.run(ORDER, file, arguments, limits=WORKBOOK_LIMITS)
    except SandboxDied as death:
        _log.info("the sandbox stopped at a workbook: %s", death)
        raise NotSpreadsheet if death.reason == "crash" else TableTooLarge(rows=most_rows) from death
    if "refused" in answer:
        _log.info("a workbook was refused: %.300r", answer.get("cause"))
        raise TableTooLarge(rows=most_rows) if answer["refused"] == "too_large" else NotSpreadsheet
    return msgspec.convert(answer["sheets"], list[Sheet])
