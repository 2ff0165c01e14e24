"""Foreign workbooks in the sandbox: what is hostile or broken costs a child, never the server."""

import io
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from app.errors import Refused
from app.pdf.sandbox import Limits, Sandbox, SandboxDied
from app.pdf.sandbox_wire import Request
from app.sheets.refusals import NotSpreadsheet, TableTooLarge
from app.sheets.workbook import MOST_BYTES, ORDER, WORKBOOK_LIMITS, Merge, Sheet, open_workbook
from tests.sheets.books import real_file, saved, sheet_of

SHEET = "xl/worksheets/sheet1.xml"


def opened(sandbox: Sandbox, content: bytes, most_rows: int = 300) -> list[Sheet]:
    with real_file(content) as file:
        return open_workbook(sandbox, file, len(content), most_rows)


def with_sheet(xml: bytes) -> bytes:
    """Put `xml` in place of the only sheet of a workbook."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet_of([("a",)]))) as package, zipfile.ZipFile(written, "w", 8) as made:
        for name in package.namelist():
            made.writestr(name, xml if name == SHEET else package.read(name))
    return written.getvalue()


def cells(row: bytes, times: int) -> bytes:
    return (
        b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>%s</sheetData></worksheet>"
        % (row * times)
    )


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", NotSpreadsheet),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), NotSpreadsheet),
        (with_sheet(b"<worksheet"), NotSpreadsheet),
        (with_sheet(b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet>&a;</worksheet>"), NotSpreadsheet),
        (with_sheet(cells(b"<row><c t='inlineStr'><is><t>x</t></is></c></row>", 300_000)), TableTooLarge),
    ],
    ids=["empty", "password or old format", "broken", "entities", "unpacks to too much"],
)
def test_what_is_no_honest_workbook_is_refused(
    sandbox: Sandbox, content: bytes, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        opened(sandbox, content)


def test_too_many_bytes_are_refused_unseen(sandbox: Sandbox) -> None:
    with pytest.raises(TableTooLarge):
        open_workbook(sandbox, io.BytesIO(), MOST_BYTES + 1, 300)


def test_a_workbook_that_costs_too_much_ends_its_own_process_only(sandbox: Sandbox) -> None:
    content = sheet_of([["x" * 50] * 20] * 1000)
    starved = Request(ORDER, {"most_lines": 5000}, Limits(memory_mb=8), background=False, has_output=False)
    with real_file(content) as file, pytest.raises(SandboxDied, match="memory"):
        sandbox.measured(starved, file)

    assert opened(sandbox, sheet_of([("còn sống",)]))[0].lines[0].cells[0].text == "còn sống"


def test_an_honest_list_costs_little(sandbox: Sandbox) -> None:
    content = sheet_of([["Nguyễn Văn A"] * 10] * 300)
    request = Request(ORDER, {"most_lines": 400}, WORKBOOK_LIMITS, background=False, has_output=False)
    with real_file(content) as file:
        usage = sandbox.measured(request, file).usage

    assert usage.cpu_ms < 2000
    assert usage.rss_mb < 150


def test_lines_keep_their_numbers_and_merges_their_places(sandbox: Sandbox) -> None:
    (sheet,) = opened(sandbox, sheet_of([("a",), (), (None, "b", "c")], "A1:C1", "B3:B9"))

    assert [(line.number, [cell.column for cell in line.cells]) for line in sheet.lines] == [
        (1, [1]),
        (3, [2, 3]),
    ]
    assert set(sheet.merges) == {Merge(1, 1, 3, 1), Merge(2, 3, 2, 9)}
    assert not sheet.cut


def test_endless_rows_and_merges_cost_nothing(sandbox: Sandbox) -> None:
    row = b"<row r='1'><c t='inlineStr'><is><t>x</t></is></c>" + b"<c/>" * 50_000 + b"</row>"
    merges = b"<mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells></worksheet>"
    everywhere = cells(row, 1).replace(b"</worksheet>", merges)

    (sheet,) = opened(sandbox, with_sheet(everywhere))

    assert [len(line.cells) for line in sheet.lines] == [1]
    assert sheet.merges == (Merge(1, 1, 120, 1048576),)


def test_comments_hidden_sheets_and_formulas_do_no_harm(sandbox: Sandbox) -> None:
    def decorate(sheet: Worksheet) -> None:
        sheet["A1"].comment = Comment("ghi chú", "ai đó")
        sheet["B1"] = "=1+1"

    assert [cell.text for cell in opened(sandbox, sheet_of([("a",)], finish=decorate))[0].lines[0].cells] == [
        "a"
    ]


def test_hidden_sheets_are_read_only_if_there_is_no_other(sandbox: Sandbox) -> None:
    book = Workbook()
    book.create_sheet("Ẩn").sheet_state = "hidden"

    assert [sheet.title for sheet in opened(sandbox, saved(book))] == ["Sheet"]
