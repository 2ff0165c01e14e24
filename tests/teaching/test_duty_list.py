"""Lists of duties as schools export them: judged by cell, shown as a difference, imported as seen."""

import io
import re
import unicodedata
from collections.abc import Sequence
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.context import Context
from app.people.models import User
from app.schools.queries import school_by_code
from app.sheets.refusals import MissingColumns, NotSpreadsheet
from app.teaching.duty_list import DutyDraft, duty_draft
from app.teaching.duty_plans import ListExpired, carry_out, plan_of
from app.teaching.queries import duties_of
from app.teaching.sheets import read_duties
from app.teaching.subjects import add_subject
from tests.browsing import signed_in, token_of
from tests.conftest import Cast
from tests.sheets.books import real_file, sheet_of

YEAR = "2026-2027"
DAY = date(2026, 12, 1)
HEADINGS = ("Mã giáo viên", "Giáo viên", "Môn học", "Lớp")
PAGE = f"/phan-cong/truong-a/nhap?nam={YEAR}"
AGREE = f"/phan-cong/truong-a/nhap/dong-y?nam={YEAR}"


def draft(context: Context, content: bytes) -> DutyDraft:
    with context.database.transaction() as session, real_file(content) as file:
        sheet = read_duties(context.sandbox, file, len(content))
        return duty_draft(session, school_by_code(session, "truong-a"), YEAR, sheet, DAY)


def listed(*rows: Sequence[object], headings: Sequence[str] = HEADINGS) -> bytes:
    return sheet_of([headings, *rows])


def faults(drafted: DutyDraft) -> list[tuple[str, str]]:
    return [(each.cell, each.message % each.values) for each in drafted.faults]


def changes(drafted: DutyDraft, kind: str) -> list[tuple[str, str]]:
    return [
        (drafted.subjects.get(each.work.subject, "Chủ nhiệm"), drafted.classes[each.work.class_id])
        for each in drafted.of_kind(kind)
    ]


def who_teaches(context: Context, subject: str, class_name: str, day: date = DAY) -> list[str]:
    with context.database.transaction() as session:
        school = school_by_code(session, "truong-a")
        return [
            each.person
            for each in duties_of(session, school.id, YEAR)
            if (each.subject, each.class_name) == (subject, class_name)
            and each.assignment.starts_on <= day
            and not each.is_over(day)
        ]


def send(browser: FlaskClient, content: bytes) -> TestResponse:
    form = {"csrf_token": token_of(browser.get(PAGE)), "first": DAY.isoformat()}
    return browser.post(PAGE, data={**form, "file": (io.BytesIO(content), "phan-cong.xlsx")})


def agree(browser: FlaskClient, sealed: str) -> TestResponse:
    return browser.post(AGREE, data={"csrf_token": token_of(browser.get(PAGE)), "draft": sealed})


def sealed_in(page: TestResponse) -> str:
    found = re.search(r'name="draft" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


@pytest.fixture
def principal(client: FlaskClient, cast: Cast) -> FlaskClient:
    """The browser of school A's principal."""
    return signed_in(client.application, cast.principal.email)


def test_one_cell_may_name_several_classes(context: Context) -> None:
    drafted = draft(
        context, listed(("GV07", "", "Tin học", "3A, 3B; 4A"), ("", "Giáo viên Tám A", "Âm nhạc", "5A 5B"))
    )

    assert drafted.faults == ()
    assert dict(drafted.new_subjects) == {"tin hoc": "Tin học", "am nhac": "Âm nhạc"}
    assert set(changes(drafted, "new")) >= {
        ("Tin học", "3A"),
        ("Tin học", "3B"),
        ("Tin học", "4A"),
        ("Âm nhạc", "5A"),
        ("Âm nhạc", "5B"),
    }


def test_one_cell_may_name_several_subjects_but_a_comma_belongs_to_the_name(context: Context) -> None:
    drafted = draft(
        context,
        listed(("GV01", "", "Toán; Tin học", "1A"), ("GV01", "", "Nghệ thuật (Âm nhạc, Mĩ thuật)", "1A")),
    )

    assert changes(drafted, "unchanged") == [("Toán", "1A")]
    assert set(drafted.new_subjects.values()) == {"Tin học", "Nghệ thuật (Âm nhạc, Mĩ thuật)"}


def test_a_name_may_carry_the_code_that_tells_namesakes_apart(context: Context) -> None:
    name = "Giáo viên Một A"
    with context.database.transaction() as session:
        session.scalars(select(User).where(User.email == "gv2@truong-a.example")).one().name = name

    drafted = draft(context, listed(("", f"{name} (GV02)", "Toán", "2A"), ("", name, "Toán", "2B")))

    assert [cell for cell, _ in faults(drafted)] == ["B3"]
    (began,) = [person for each in drafted.changes for person in each.beginning]
    assert drafted.names[began] == f"{name} (GV02)"


def test_a_list_is_compared_with_what_there_is_in_the_classes_that_it_names(context: Context) -> None:
    drafted = draft(
        context,
        listed(
            ("GV01", "Giáo viên Một A", "Toán", "1A"),
            ("GV02", "Giáo viên Hai A", "Tiếng Việt", "1A"),
            ("GV05", "Giáo viên Năm A", "Tiếng Anh", "1A"),
        ),
    )

    assert changes(drafted, "unchanged") == [("Toán", "1A")]
    assert changes(drafted, "changed") == [("Tiếng Việt", "1A")]
    assert changes(drafted, "new") == [("Tiếng Anh", "1A")]
    assert {room for _, room in changes(drafted, "ended")} == {"1A"}
    assert ("Đạo đức", "1A") in changes(drafted, "ended")
    assert ("Chủ nhiệm", "1A") not in changes(drafted, "ended")


def test_what_was_agreed_to_is_imported_and_the_same_list_changes_nothing_more(
    context: Context, principal: FlaskClient
) -> None:
    content = listed(("GV02", "", "Toán", "1A"), ("GV03", "", "Tin học", "1A"))
    shown = send(principal, content)
    assert shown.status_code == 200
    assert who_teaches(context, "Toán", "1A") == ["Giáo viên Một A"]

    assert agree(principal, sealed_in(shown)).status_code == 302

    assert who_teaches(context, "Toán", "1A") == ["Giáo viên Hai A"]
    assert who_teaches(context, "Toán", "1A", date(2026, 11, 30)) == ["Giáo viên Một A"]
    assert who_teaches(context, "Tin học", "1A") == ["Giáo viên Ba A"]
    assert who_teaches(context, "Tiếng Việt", "1A") == []
    again = draft(context, content)
    assert {each.kind for each in again.changes} == {"unchanged"}
    assert not again.ready


def test_a_list_that_was_changed_on_the_way_or_is_overtaken_is_not_imported(
    context: Context, cast: Cast, principal: FlaskClient
) -> None:
    sealed = sealed_in(send(principal, listed(("GV02", "", "Toán", "1A"))))
    assert agree(principal, f"{sealed[:-2]}xx").status_code == 409
    other = signed_in(principal.application, cast.records_admin.email)
    assert agree(other, sealed).status_code == 409
    with context.database.transaction() as session:
        add_subject(session, cast.principal, school_by_code(session, "truong-a").id, "Công nghệ")

    assert agree(principal, sealed).status_code == 409
    assert who_teaches(context, "Toán", "1A") == ["Giáo viên Một A"]


def test_two_people_of_one_name_are_a_fault_that_names_the_cell_and_both(context: Context) -> None:
    with context.database.transaction() as session:
        for email, code in (("gv1@truong-a.example", "GV01"), ("gv2@truong-a.example", "GV02")):
            user = session.scalars(select(User).where(User.email == email)).one()
            user.name, user.staff_code = "Giáo viên Trùng A", code
    drafted = draft(
        context, listed(("", "Giáo viên Trùng A", "Toán", "1A"), ("GV02", "Giáo viên Trùng A", "Toán", "1B"))
    )

    ((cell, message),) = faults(drafted)
    assert cell == "B2"
    assert "GV01 gv1@truong-a.example" in message
    assert "GV02 gv2@truong-a.example" in message
    assert not drafted.ready


@pytest.mark.parametrize(
    ("row", "cell", "message"),
    [
        (("", "Người Lạ", "Toán", "1A"), "B2", "Trường không có ai tên “Người Lạ”."),
        (("", "", "Toán", "1A"), "B2", "Ô này không được để trống."),
        (("GV99", "", "Toán", "1A"), "A2", "Trường không có ai mang mã “GV99”."),
        (("GV01", "", "Toán", "1A, 9Z"), "D2", "Năm học này không có lớp “9Z”."),
        (("GV01", "", "Toán", ""), "D2", "Thiếu tên lớp."),
        (("GV01", "", "", "1A"), "C2", "Thiếu tên môn học."),
        (("GV01", "", "Toán", date(2026, 5, 1)), "D2", "Excel đã đổi tên lớp thành ngày “01/05/2026”."),
    ],
)
def test_faults_name_the_cell(context: Context, row: Sequence[object], cell: str, message: str) -> None:
    assert faults(draft(context, listed(row))) == [(cell, message)]


def test_a_faulty_list_is_shown_with_its_mends_and_cannot_be_agreed_to(principal: FlaskClient) -> None:
    page = send(principal, listed(("GV99", "", "Toán", "1A")))

    assert page.status_code == 422
    assert "Ô A2" in page.text
    assert "Sửa mã theo trang Tài khoản" in page.text
    assert 'name="draft"' not in page.text


def test_missing_columns_and_what_is_no_workbook_are_named(context: Context) -> None:
    with pytest.raises(MissingColumns) as missing:
        draft(context, listed(("x", "y"), headings=("Giáo viên", "Ghi chú")))
    assert "Môn học" in str(missing.value.values["columns"])
    with pytest.raises(NotSpreadsheet):
        draft(context, b"not a workbook")


def test_decomposed_and_old_text_is_understood(context: Context) -> None:
    decomposed = [unicodedata.normalize("NFD", each) for each in ("Giáo viên Hai A", "Toán", "1B")]
    drafted = draft(context, listed(("", *decomposed)))

    assert drafted.faults == ()
    assert ("Toán", "1B") in changes(drafted, "unchanged")

    tcvn3 = [("M· gi¸o viªn", "Gi¸o viªn", "M«n häc", "Líp"), ("", "Gi¸o viªn Hai A", "TiÕng ViÖt", "1B")]
    old = draft(context, sheet_of(tcvn3))
    assert old.faults == ()
    assert ("Tiếng Việt", "1B") in changes(old, "unchanged")
    assert old.notices, "what was converted must be looked at"


def test_a_name_merged_over_rows_holds_for_each_and_a_merged_class_is_a_fault(context: Context) -> None:
    rows = [HEADINGS, ("GV01", "Giáo viên Một A", "Toán", "1A"), (None, None, "Tiếng Việt", "1A")]
    drafted = draft(context, sheet_of(rows, "A2:A3", "B2:B3"))
    assert drafted.faults == ()
    assert {("Toán", "1A"), ("Tiếng Việt", "1A")} <= set(changes(drafted, "unchanged"))

    merged = draft(context, sheet_of([*rows[:2], ("GV02", "Giáo viên Hai A", "Toán", None)], "D2:D3"))
    assert "D3" in {each.cell for each in merged.faults}
    assert not merged.ready


def test_a_table_of_classes_and_subjects_is_read_too(context: Context) -> None:
    table = [
        ("Lớp", "Chủ nhiệm", "Toán", "Tiếng Anh", "Sĩ số"),
        ("1A", "Giáo viên Một A", "Giáo viên Một A", "Giáo viên Bảy A, Giáo viên Tám A", 30),
        ("1B", "Giáo viên Năm A", "", "", 31),
    ]
    drafted = draft(context, sheet_of(table))

    assert drafted.faults == ()
    assert drafted.unused == ("Sĩ số",)
    assert ("Chủ nhiệm", "1B") in changes(drafted, "changed")
    assert ("Toán", "1B") in changes(drafted, "ended")
    (english,) = [each for each in drafted.of_kind("new") if each.work.subject == "tieng anh"]
    assert sorted(drafted.names[each] for each in english.after) == [
        "Giáo viên Bảy A (GV07)",
        "Giáo viên Tám A (GV08)",
    ]


def test_agreeing_twice_changes_once(context: Context, cast: Cast) -> None:
    content = listed(("GV02", "", "Toán", "1A"))
    with context.database.transaction() as session, real_file(content) as file:
        school = school_by_code(session, "truong-a")
        sheet = read_duties(context.sandbox, file, len(content))
        plan = plan_of(session, school, YEAR, duty_draft(session, school, YEAR, sheet, DAY))
        carry_out(session, cast.principal, school.id, plan)
        with pytest.raises(ListExpired):
            carry_out(session, cast.principal, school.id, plan)
