"""The cells of a column under a header: in Unicode, merged ones carried down, with what is wrong in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from app.encodings.legacy import Converted, Encoding, in_unicode
from app.sheets.cells import Cell, Fault
from app.sheets.forms import Column
from app.sheets.workbook import Line, Merge, RawCell
from app.text import N_
from app.words import tidy

Numbered = Mapping[int, RawCell]
"""The cells of one column by the number of their row."""


@dataclass(frozen=True)
class ColumnCells:
    """What a column of the form holds, by the number of the row."""

    cells: Mapping[int, Cell]
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]


@dataclass(frozen=True)
class Setting:
    """What a column is read with."""

    numbers: Sequence[int]
    """The rows of the table."""
    merges: Sequence[Merge]
    encoding: Encoding | None
    """The old encoding of texts anywhere in the sheet."""


def raw_column(lines: Sequence[Line], under: range) -> dict[int, RawCell]:
    """Return the cells of the columns `under` one heading; where several have text, it is joined."""
    found = {line.number: [cell for cell in line.cells if cell.column in under] for line in lines}
    return {number: _joined(cells) for number, cells in found.items() if cells}


def column_cells(column: Column, place: int, raw: Numbered, setting: Setting) -> ColumnCells:
    """Understand the cells of `column`, which begins in the sheet's column `place`."""
    numbers = setting.numbers
    tall = [
        merge
        for merge in setting.merges
        if merge.left == place and merge.top < merge.bottom and merge.top in raw
    ]
    carried = {n: raw[merge.top] for merge in tall for n in numbers if merge.top < n <= merge.bottom}
    whole = {**raw, **(carried if column.carries else {})}
    known = [number for number in numbers if number in whole]
    typed = [_typed(whole[number]) for number in known]
    texts = dict(zip(known, in_unicode(typed, setting.encoding), strict=True))
    letter = get_column_letter(place)
    cells = {number: _cell(f"{letter}{number}", whole.get(number), texts.get(number)) for number in numbers}
    faults = [*_faults(column, cells, whole), *(() if column.carries else _merged(letter, tall, carried))]
    return ColumnCells(cells, tuple(faults), tuple(_notices(cells, texts)))


def _joined(cells: list[RawCell]) -> RawCell:
    first = cells[0]
    if len(cells) == 1:
        return first
    return RawCell(first.column, "text", " ".join(cell.text for cell in cells))


def _typed(raw: RawCell) -> str:
    return raw.text if raw.kind == "text" else ""


def _cell(address: str, raw: RawCell | None, text: Converted | None) -> Cell:
    if raw is None or text is None:
        return Cell(address, "")
    if raw.kind != "text":
        return Cell(address, tidy(raw.text), raw.meant)
    return Cell(address, tidy(text.text), before=tidy(raw.text) if text.encoding else "")


def _faults(column: Column, cells: Mapping[int, Cell], whole: Numbered) -> Iterator[Fault]:
    for number, cell in cells.items():
        if number in whole and whole[number].kind == "error":
            message = N_("Công thức bị lỗi: %(text)s.")
            yield cell.fault(message, N_("Gõ thẳng giá trị vào ô, hoặc sửa công thức rồi lưu lại."))
        elif len(cell.text) > column.longest:
            message = N_("Nội dung dài quá %(longest)s ký tự.")
            yield cell.fault(message, N_("Rút gọn nội dung của ô."), longest=str(column.longest))


def _merged(letter: str, tall: Sequence[Merge], carried: Numbered) -> Iterator[Fault]:
    for merge in tall:
        if any(merge.top < number <= merge.bottom for number in carried):
            address = f"{letter}{merge.top}"
            yield Cell(address, "").fault(
                N_("Ô bị gộp với các ô dưới đến %(end)s, không rõ giá trị thuộc dòng nào."),
                N_("Bỏ gộp ô rồi ghi giá trị vào từng dòng."),
                end=f"{letter}{merge.bottom}",
            )


def _notices(cells: Mapping[int, Cell], texts: Mapping[int, Converted]) -> Iterator[Fault]:
    for number, text in texts.items():
        cell = cells[number]
        if text.encoding:
            yield cell.fault(
                N_("Đã chuyển từ %(encoding)s: “%(before)s” thành “%(text)s”."),
                N_("Nếu chưa đúng, gõ lại ô này bằng phông Unicode rồi gửi lại."),
                encoding=text.encoding,
                before=cell.before,
            )
        elif text.doubt:
            yield cell.fault(
                N_("“%(text)s” được giữ nguyên, dù các ô cùng cột có chữ %(encoding)s."),
                N_("Nếu chữ này cũng là %(encoding)s, gõ lại ô bằng phông Unicode rồi gửi lại."),
                encoding=text.doubt,
            )
