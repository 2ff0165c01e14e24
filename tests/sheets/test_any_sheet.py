"""Whatever stands on a sheet, reading it ends in a table whose every address is real, or in a refusal."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Refused
from app.sheets.cells import Table
from app.sheets.forms import Column, Form
from app.sheets.reading import table_in
from app.sheets.workbook import Line, Merge, RawCell, Sheet

FORM = Form(
    (
        Column("name", "Họ và tên", ("ho va ten",), required=True),
        Column("department", "Tổ", ("to",), carries=True),
        Column("day", "Ngày", ("ngay",)),
    ),
    keeps_others=True,
)
MOST = 12

words = st.sampled_from(
    ["Họ và tên", "Tổ", "Ngày", "Ghi chú", "(1)", "(2)", "NguyÔn V¨n A", "Dòng", "x", " ", "Ngày 5 tháng 9"]
)
cells = st.builds(
    RawCell,
    column=st.integers(1, 6),
    kind=st.sampled_from(["text", "text", "text", "error"]),
    text=words | st.text(max_size=5),
)
lines = st.dictionaries(
    st.integers(1, 20), st.lists(cells, min_size=1, max_size=6, unique_by=lambda cell: cell.column)
).map(
    lambda found: tuple(
        Line(number, tuple(sorted(found[number], key=lambda c: c.column))) for number in sorted(found)
    )
)
merges = st.builds(
    lambda left, top, wide, high: Merge(left, top, left + wide, top + high),
    st.integers(1, 6),
    st.integers(1, 20),
    st.integers(0, 4),
    st.integers(0, 6),
)
sheets = st.builds(Sheet, st.just("Tờ 1"), lines, st.lists(merges, max_size=5).map(tuple), st.booleans())


def table_or_none(found: list[Sheet]) -> Table | None:
    try:
        return table_in(found, FORM, MOST)
    except Refused:
        return None


@settings(max_examples=60, deadline=None)
@given(st.lists(sheets, max_size=3))
def test_a_table_or_a_refusal(found: list[Sheet]) -> None:
    table = table_or_none(found)
    if table is None:
        return
    places = {cell.address for row in table.rows for cell in row.values()}
    assert len(table.rows) <= MOST
    assert {notice.cell for notice in table.notices} <= places
    assert {fault.row for fault in table.faults} <= {cell.row for row in table.rows for cell in row.values()}
    assert all(any(cell.text for cell in row.values()) for row in table.rows)


@settings(max_examples=60, deadline=None)
@given(sheets)
def test_every_name_on_the_sheet_is_in_the_table_or_named_beside_it(sheet: Sheet) -> None:
    table = table_or_none([sheet])
    if table is None:
        return
    rows = [cell.row for row in table.rows for cell in row.values()]
    named = [cell.row for cell in (*table.banners, *table.notes)]
    assert set(rows).isdisjoint(named)
    assert sorted(set(named)) == sorted(named)
