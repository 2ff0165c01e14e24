"""Workbooks as people and programs make them, and the real files that the sandbox needs."""

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, cast

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.pdf.sandbox import Sandbox
from app.sheets.cells import Table
from app.sheets.forms import Form
from app.sheets.reading import read_table

Finish = Callable[[Worksheet], object]


@contextmanager
def real_file(content: bytes) -> Iterator[BinaryIO]:
    """Give the bytes as a file that has a descriptor."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        yield cast("BinaryIO", file)


def saved(book: Workbook) -> bytes:
    """Return the bytes of a workbook."""
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def sheet_of(rows: Iterable[Sequence[object]], *merged: str, finish: Finish | None = None) -> bytes:
    """Make a workbook of one sheet with these rows, some ranges of cells merged."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for each in merged:
        sheet.merge_cells(each)
    if finish:
        finish(sheet)
    return saved(book)


def table_of(sandbox: Sandbox, form: Form, content: bytes, most_rows: int = 300) -> Table:
    """Read a workbook as a table of `form`."""
    with real_file(content) as file:
        return read_table(sandbox, file, len(content), form, most_rows)
