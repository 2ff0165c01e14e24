"""A staff list from a foreign workbook: read within bounds, judged by cell, made only as it was seen."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.context import Context
from app.errors import Refused
from app.pdf.sandbox import Sandbox
from app.people.accounts import administrator_of
from app.people.models import Membership, User
from app.people.staff_list import Draft, draft_of
from app.people.staff_sheet import MOST_ROWS, StaffListTooLarge, read_sheet
from app.sheets.cells import Table
from app.sheets.refusals import MissingColumns, NotSpreadsheet
from app.sheets.workbook import MOST_BYTES
from tests.browsing import sign_in, signed_in, token_of
from tests.sheets.books import real_file, sheet_of

Cast = SimpleNamespace
HEADINGS = ("Họ và tên", "Địa chỉ thư", "Vai trò", "Tổ", "Mã định danh")
GOOD = ("Giáo viên Chín A", "gv9@truong-a.example", "Giáo viên", "Tổ 1", "GV09")
PAGE = "/tai-khoan/nhap"


def workbook(*rows: Sequence[object], headings: Sequence[object] = HEADINGS) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (headings, *rows):
        sheet.append(list(row))
    for cell in (cell for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)):
        cell.data_type = "s"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def read(sandbox: Sandbox, content: bytes) -> Table:
    with real_file(content) as file:
        return read_sheet(sandbox, file, len(content))


def draft(context: Context, cast: Cast, content: bytes) -> Draft:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        return draft_of(session, admin, read(context.sandbox, content))


def errors(drafted: Draft) -> list[tuple[str, str]]:
    return [
        (remark.cell, remark.sentence % remark.values) for line in drafted.lines for remark in line.errors
    ]


def people_count(context: Context) -> int:
    with context.database.transaction() as session:
        return session.scalar(select(func.count()).select_from(User)) or 0


@pytest.fixture
def admin(client: FlaskClient, cast: Cast) -> FlaskClient:
    """The browser of school A's administrator."""
    return signed_in(client.application, cast.records_admin.email)


def preview(browser: FlaskClient, content: bytes) -> TestResponse:
    form = {"csrf_token": token_of(browser.get(PAGE)), "file": (io.BytesIO(content), "danh-sach.xlsx")}
    return browser.post(PAGE, data=form)


def agree(browser: FlaskClient, sealed: str) -> TestResponse:
    form = {"csrf_token": token_of(browser.get(PAGE)), "draft": sealed}
    return browser.post(f"{PAGE}/dong-y", data=form)


def sealed_in(page: TestResponse, name: str = "draft") -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


@pytest.mark.parametrize(
    "headings",
    [
        HEADINGS,
        ("HỌ VÀ TÊN *", "EMAIL", "CHỨC VỤ", "TỔ CHUYÊN MÔN", "MÃ CÁN BỘ"),
        ("ho va ten", "dia chi thu", "vai tro", "to", "ma dinh danh"),
        tuple(unicodedata.normalize("NFD", heading) for heading in HEADINGS),
    ],
    ids=["as in the form", "capitals and other words", "without accents", "decomposed"],
)
def test_columns_are_recognised_by_meaning(context: Context, cast: Cast, headings: Sequence[str]) -> None:
    drafted = draft(context, cast, workbook(GOOD, headings=headings))

    assert drafted.ready
    (line,) = drafted.new
    assert (line.person.name, line.person.email, line.person.staff_code) == (GOOD[0], GOOD[1], GOOD[4])
    assert line.unit == "Tổ 1"


def test_a_title_above_the_header_and_empty_rows_do_not_matter(context: Context, cast: Cast) -> None:
    content = workbook((), HEADINGS, (), GOOD, headings=("TRƯỜNG TIỂU HỌC A",))

    assert [line.person.email for line in draft(context, cast, content).new] == [GOOD[1]]


def test_columns_that_are_not_used_are_named(context: Context, cast: Cast) -> None:
    content = workbook((*GOOD, date(1990, 9, 5)), headings=(*HEADINGS, "Ngày sinh"))

    assert draft(context, cast, content).unused == ("Ngày sinh",)


def test_names_are_kept_composed_and_without_invisible_characters(context: Context, cast: Cast) -> None:
    messy = unicodedata.normalize("NFD", "  Giáo  viên\u200b Chín A ")

    (line,) = draft(context, cast, workbook((messy, *GOOD[1:]))).new

    assert line.person.name == "Giáo viên Chín A"


@pytest.mark.parametrize(
    ("cell", "kept"), [(date(2026, 9, 5), "05/09/2026"), (1234.0, "1234"), (17, "17"), (None, "")]
)
def test_dates_and_numbers_are_read_as_they_are_shown(
    context: Context, cast: Cast, cell: object, kept: str
) -> None:
    (line,) = draft(context, cast, workbook((*GOOD[:4], cell))).new

    assert line.person.staff_code == kept


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("", *GOOD[1:]), ("A2", "Thiếu họ và tên, hoặc họ tên không hợp lệ.")),
        ((GOOD[0], "gv9@", *GOOD[2:]), ("B2", "Địa chỉ thư “gv9@” không hợp lệ.")),
        ((GOOD[0], "", *GOOD[2:]), ("B2", "Địa chỉ thư “” không hợp lệ.")),
        (
            (GOOD[0], "gv1@truong-b.example", *GOOD[2:]),
            ("B2", "Địa chỉ thư “gv1@truong-b.example” thuộc tài khoản ngoài trường."),
        ),
        ((*GOOD[:2], "Giám thị", *GOOD[3:]), ("C2", "Không rõ vai trò “Giám thị”.")),
        ((*GOOD[:2], "", *GOOD[3:]), ("C2", "Thiếu vai trò.")),
        ((*GOOD[:3], "Tổ 9", GOOD[4]), ("D2", "Trường không có tổ “Tổ 9”.")),
        ((*GOOD[:2], "Tổ trưởng", "", GOOD[4]), ("D2", "Tổ trưởng, tổ phó phải ghi thuộc tổ nào.")),
    ],
)
def test_what_is_wrong_is_named_with_its_cell(
    context: Context, cast: Cast, row: Sequence[object], expected: tuple[str, str]
) -> None:
    drafted = draft(context, cast, workbook(row))

    assert errors(drafted) == [expected]
    assert not drafted.ready


def test_an_address_twice_in_the_list_is_wrong_in_both_rows(context: Context, cast: Cast) -> None:
    other = ("Giáo viên Mười A", GOOD[1].upper(), *GOOD[2:4], "GV10")

    assert [cell for cell, _ in errors(draft(context, cast, workbook(GOOD, other)))] == ["B2", "B3"]


def remarks(drafted: Draft) -> list[str]:
    return [
        f"{remark.cell} {remark.sentence % remark.values} {remark.mend % remark.values}"
        for line in drafted.lines
        for remark in (*line.errors, *line.warnings)
    ]


def test_every_fault_says_how_it_is_mended(context: Context, cast: Cast) -> None:
    faulty = ("", "gv9@", "Bảo vệ", "Tổ 9", "")
    lost = ("Giáo viên Mười A", "gv10@truong-a.example", "Tổ trưởng", "", "")

    drafted = draft(context, cast, workbook(faulty, lost))

    assert [bool(remark.mend) for line in drafted.lines for remark in line.errors] == [True] * 5
    assert "Ghi một trong các tổ: Tổ 1, Tổ 2." in " ".join(remarks(drafted))


def test_a_staff_code_means_one_person_of_the_list_and_of_the_school(context: Context, cast: Cast) -> None:
    twice = ("Giáo viên Mười A", "gv10@truong-a.example", "Giáo viên", "Tổ 1", "gv09")
    borne = ("Giáo viên Mười Một A", "gv11@truong-a.example", "Giáo viên", "Tổ 1", "GV01")

    first, second, third = remarks(draft(context, cast, workbook(GOOD, twice, borne)))

    assert first.startswith("E2 Mã định danh “GV09” có ở nhiều dòng. Các ô trùng: E2, E3.")
    assert second.startswith("E3 Mã định danh “gv09” có ở nhiều dòng.")
    assert third.startswith(f"E4 Mã định danh “GV01” đã là của {cast.teacher.name}")


def test_what_the_list_says_otherwise_of_somebody_known_is_named_and_not_done(
    context: Context, cast: Cast
) -> None:
    moved = (cast.teacher.name, cast.teacher.email, "Giáo viên", "Tổ 2", "")
    same = (cast.teacher.name, cast.teacher.email, "Giáo viên", "", "")

    (line,) = draft(context, cast, workbook(moved)).lines
    assert (line.exists, [remark.cell for remark in line.warnings]) == (True, ["C2"])
    assert remarks(draft(context, cast, workbook(same))) == []


def test_two_people_of_one_name_are_a_warning_and_no_error(context: Context, cast: Cast) -> None:
    namesake = (GOOD[0], "gv10@truong-a.example", *GOOD[2:4], "GV10")

    drafted = draft(context, cast, workbook(GOOD, namesake))

    assert drafted.ready
    assert [remark.cell for line in drafted.lines for remark in line.warnings] == ["A2", "A3"]


def test_whoever_has_an_account_in_the_school_is_passed_over(context: Context, cast: Cast) -> None:
    known = (cast.teacher.name, cast.teacher.email, "Giáo viên", "Tổ 1", "")

    drafted = draft(context, cast, workbook(known, GOOD))

    assert [line.exists for line in drafted.lines] == [True, False]
    assert len(drafted.new) == 1


def test_several_roles_stand_in_one_cell_and_only_some_belong_to_the_department(
    context: Context, cast: Cast
) -> None:
    (line,) = draft(context, cast, workbook((*GOOD[:2], "Tổ phó, giáo viên; Văn thư", *GOOD[3:]))).new

    department = next(post.department_id for post in cast.teacher.posts)
    assert [place.key for place in line.places] == [
        f"deputy_head:{department}",
        f"teacher:{department}",
        "clerk:",
    ]


def zipped(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return written.getvalue()


def with_part(content: bytes, name: str, change: bytes) -> bytes:
    """Put `change` in place of one part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    return zipped(**(parts | {name: change}))


SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet>&a;</worksheet>'


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", NotSpreadsheet),
        (b"%PDF-1.7 not a workbook", NotSpreadsheet),
        (zipped(a=b"no workbook"), NotSpreadsheet),
        (workbook(GOOD)[:-200], NotSpreadsheet),
        (with_part(workbook(GOOD), SHEET, ENTITIES), NotSpreadsheet),
        (with_part(workbook(GOOD), SHEET, ENTITIES.decode().encode("utf-16")), NotSpreadsheet),
        (with_part(workbook(GOOD), SHEET, b"<worksheet"), NotSpreadsheet),
        (zipped(bomb=b"\0" * (20 * 1024 * 1024)), StaffListTooLarge),
        (zipped(**{f"part{n}": b"" for n in range(500)}), StaffListTooLarge),
        (workbook(*([GOOD] * (MOST_ROWS + 1))), StaffListTooLarge),
        (workbook(GOOD, headings=("Tên lớp", "Sĩ số")), MissingColumns),
        (workbook(headings=()), MissingColumns),
    ],
    ids=[
        "empty",
        "pdf",
        "other zip",
        "truncated",
        "entities",
        "entities in utf-16",
        "broken xml",
        "bomb",
        "too many parts",
        "too many rows",
        "other columns",
        "empty sheet",
    ],
)
def test_what_is_no_staff_list_is_refused(sandbox: Sandbox, content: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        read(sandbox, content)


def test_a_workbook_of_too_many_bytes_is_not_opened(sandbox: Sandbox) -> None:
    with pytest.raises(StaffListTooLarge):
        read_sheet(sandbox, io.BytesIO(b""), MOST_BYTES + 1)


def test_a_row_numbered_a_million_costs_no_million_rows(sandbox: Sandbox) -> None:
    content = workbook(GOOD, ("x",))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheet = package.read(SHEET)
    far = sheet.replace(b'r="3"', b'r="1048576"').replace(b'r="A3"', b'r="A1048576"')
    assert far != sheet

    assert len(read(sandbox, with_part(content, SHEET, far)).rows) == 1


def test_nothing_is_written_until_the_preview_is_agreed_to(
    admin: FlaskClient, client: FlaskClient, context: Context
) -> None:
    before = people_count(context)
    seen = preview(admin, workbook(GOOD))
    assert seen.status_code == 200
    assert people_count(context) == before

    made = agree(admin, sealed_in(seen))

    assert people_count(context) == before + 1
    password = re.search(r"<code>([^<]+)</code>", made.text)
    assert password
    assert sign_in(client, GOOD[1], password[1]).status_code == 302
    with context.database.transaction() as session:
        user = session.scalars(select(User).where(User.email == GOOD[1])).one()
        place = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
        assert (user.name, user.staff_code, user.must_change_password) == (GOOD[0], GOOD[4], True)
        assert (place.role, place.department_id is not None) == ("teacher", True)


def test_a_faulty_list_cannot_be_agreed_to(admin: FlaskClient) -> None:
    page = preview(admin, workbook(GOOD, ("", "x", "", "", "")))

    assert page.status_code == 422
    assert "ô B3" in page.text
    assert 'name="draft"' not in page.text


def test_a_draft_that_was_touched_or_belongs_to_another_is_refused(
    admin: FlaskClient, client: FlaskClient, context: Context, cast: Cast
) -> None:
    sealed = sealed_in(preview(admin, workbook(GOOD)))
    other_school = signed_in(client.application, cast.b_records_admin.email)
    before = people_count(context)

    for browser, sent in ((admin, sealed[:-1]), (admin, ""), (other_school, sealed)):
        assert agree(browser, sent).status_code == 409
    assert people_count(context) == before


def test_agreeing_twice_makes_nobody_twice(admin: FlaskClient, context: Context) -> None:
    sealed = sealed_in(preview(admin, workbook(GOOD)))
    agree(admin, sealed)
    after = people_count(context)

    again = agree(admin, sealed)

    assert again.status_code == 409
    assert "đã có tài khoản" in again.text
    assert people_count(context) == after


def test_when_one_address_was_taken_meanwhile_nobody_is_made(admin: FlaskClient, context: Context) -> None:
    second = ("Giáo viên Mười A", "gv10@truong-a.example", *GOOD[2:4], "GV10")
    both = sealed_in(preview(admin, workbook(GOOD, second)))
    agree(admin, sealed_in(preview(admin, workbook(second))))
    after = people_count(context)

    assert agree(admin, both).status_code == 409
    assert people_count(context) == after


def test_the_passwords_are_downloaded_as_a_workbook_to_print(admin: FlaskClient) -> None:
    shown = agree(admin, sealed_in(preview(admin, workbook(("=1+1 Giáo viên", *GOOD[1:])))))
    form = {"csrf_token": token_of(shown), "sealed": sealed_in(shown, "sealed")}

    answer = admin.post("/tai-khoan/mat-khau-tam.xlsx", data=form)

    row = load_workbook(io.BytesIO(answer.data)).worksheets[0][2]
    assert [cell.value for cell in row][:2] == ["=1+1 Giáo viên", GOOD[1]]
    assert row[0].data_type == "s"
    assert str(row[2].value) in shown.text


def test_the_form_to_fill_in_is_read_back_without_complaint(
    admin: FlaskClient, context: Context, cast: Cast
) -> None:
    book = load_workbook(io.BytesIO(admin.get(f"{PAGE}/mau.xlsx").data))
    book.worksheets[0].append(list(GOOD))
    filled = io.BytesIO()
    book.save(filled)

    assert draft(context, cast, filled.getvalue()).ready


def test_a_department_merged_over_its_people_holds_for_each_of_them(context: Context, cast: Cast) -> None:
    second = ("Giáo viên Mười A", "gv10@truong-a.example", "Giáo viên", None, "GV10")

    drafted = draft(context, cast, sheet_of([HEADINGS, GOOD, second], "D2:D3"))

    assert [line.unit for line in drafted.new] == ["Tổ 1", "Tổ 1"]


def test_old_text_is_converted_and_the_preview_says_so(admin: FlaskClient) -> None:
    page = preview(admin, workbook(("NguyÔn V¨n Hïng", *GOOD[1:])))

    assert page.status_code == 200
    assert "Nguyễn Văn Hùng" in page.text
    assert "Đã chuyển từ TCVN3: “NguyÔn V¨n Hïng”" in page.text


def test_a_broken_formula_hinders_the_list_and_is_the_only_complaint_of_its_cell(
    admin: FlaskClient, context: Context, cast: Cast
) -> None:
    content = sheet_of([HEADINGS, (GOOD[0], "#REF!", *GOOD[2:])])

    assert errors(draft(context, cast, content)) == [("B2", "Công thức bị lỗi: #REF!.")]
    assert "Gõ thẳng giá trị vào ô" in preview(admin, content).text


def test_notes_below_the_list_are_named_and_make_nobody(admin: FlaskClient) -> None:
    page = preview(admin, workbook(GOOD, (), ("Danh sách này có 1 người.",)))

    assert page.status_code == 200
    assert "Các dòng ngoài bảng, không dùng đến: Danh sách này có 1 người." in page.text


def test_sending_no_file_says_so(admin: FlaskClient) -> None:
    assert admin.post(PAGE, data={"csrf_token": token_of(admin.get(PAGE))}).status_code == 422
