"""Lists of classes: judged by cell, compared with the school year, imported as they were seen."""

import io
import re
from collections.abc import Sequence
from datetime import date

import pytest
from flask.testing import FlaskClient

from app.context import Context
from app.schools.queries import school_by_code
from app.schools.units import add_campus
from app.sheets.refusals import MissingColumns
from app.teaching.class_list import ClassDraft, class_draft
from app.teaching.queries import classes_of, homerooms_of
from app.teaching.sheets import read_classes
from tests.browsing import signed_in, token_of
from tests.conftest import Cast
from tests.sheets.books import real_file, sheet_of

YEAR = "2026-2027"
DAY = date(2026, 12, 1)
HEADINGS = ("Tên lớp", "Khối", "GVCN", "Mã GVCN", "Điểm trường")
PAGE = f"/lop-hoc/truong-a/nhap?nam={YEAR}"


def draft(context: Context, *rows: Sequence[object], headings: Sequence[str] = HEADINGS) -> ClassDraft:
    content = sheet_of([headings, *rows])
    with context.database.transaction() as session, real_file(content) as file:
        table = read_classes(context.sandbox, file, len(content))
        return class_draft(session, school_by_code(session, "truong-a"), YEAR, table, DAY)


def test_a_list_shows_what_is_new_what_changes_and_what_stays(context: Context) -> None:
    with context.database.transaction() as session:
        add_campus(session, school_by_code(session, "truong-a"), "system", "Điểm trường Đồi", "satellite")
    drafted = draft(
        context,
        ("1C", "", "", "", "Điểm trường Đồi"),
        ("1A", "Khối 1", "Giáo viên Năm A", "", ""),
        ("1B", 1, "", "GV02", ""),
    )

    assert drafted.faults == ()
    assert [(line.name, line.kind) for line in drafted.lines] == [
        ("1C", "new"),
        ("1A", "changed"),
        ("1B", "unchanged"),
    ]
    assert "5B" in drafted.left_out


@pytest.mark.parametrize(
    ("row", "cell", "message"),
    [
        (("", "1", "Giáo viên Một A"), "A2", "Thiếu tên lớp, hoặc tên quá dài."),
        (("Hoa Mai", ""), "A2", "Không rõ lớp “Hoa Mai” thuộc khối nào."),
        (("6A", ""), "A2", "Trường không dạy khối 6."),
        (("1C", "một"), "B2", "“một” không phải là một số từ 0 đến 12."),
        (("1C", "", "Người Lạ"), "C2", "Trường không có ai tên “Người Lạ”."),
        (("1C", "", "", "", "Nơi Khác"), "E2", "Trường không có cơ sở “Nơi Khác”."),
    ],
)
def test_faults_name_the_cell(context: Context, row: Sequence[object], cell: str, message: str) -> None:
    drafted = draft(context, row)

    assert [(each.cell, each.message % each.values) for each in drafted.faults] == [(cell, message)]
    assert not drafted.ready


def test_a_class_stands_in_a_list_once(context: Context) -> None:
    drafted = draft(context, ("1A",), ("lớp 1a",))

    assert [each.cell for each in drafted.faults] == ["A3"]


def test_a_list_without_classes_is_refused(context: Context) -> None:
    with pytest.raises(MissingColumns):
        draft(context, ("1",), headings=("Khối",))


def test_what_was_agreed_to_is_imported(context: Context, client: FlaskClient, cast: Cast) -> None:
    browser = signed_in(client.application, cast.records_admin.email)
    content = sheet_of([HEADINGS, ("1A", 1, "Giáo viên Năm A"), ("2C", 2, "Giáo viên Một A")])
    form = {"csrf_token": token_of(browser.get(PAGE)), "first": "01/12/2026"}
    shown = browser.post(PAGE, data={**form, "file": (io.BytesIO(content), "lop.xlsx")})
    sealed = re.search(r'name="draft" value="([^"]+)"', shown.text)
    assert sealed, shown.text

    answer = browser.post(PAGE.replace("nhap", "nhap/dong-y"), data={**form, "draft": sealed[1]})

    assert answer.status_code == 302
    with context.database.transaction() as session:
        school = school_by_code(session, "truong-a")
        names = {each.id: each.name for each in classes_of(session, school.id, YEAR)}
        leaders = {
            names[each]: view.person for each, view in homerooms_of(session, school.id, YEAR, DAY).items()
        }
    assert (leaders["1A"], leaders["2C"]) == ("Giáo viên Năm A", "Giáo viên Một A")


def test_the_empty_lists_can_be_filled_in_and_sent(client: FlaskClient, cast: Cast) -> None:
    browser = signed_in(client.application, cast.principal.email)
    for page in ("/lop-hoc/truong-a/nhap", "/phan-cong/truong-a/nhap"):
        empty = browser.get(f"{page}/mau.xlsx")
        form = {"csrf_token": token_of(browser.get(page)), "first": DAY.isoformat()}
        answer = browser.post(page, data={**form, "file": (io.BytesIO(empty.data), "mau.xlsx")})
        assert answer.status_code == 200, page
        assert "Không có gì thay đổi" in answer.text
