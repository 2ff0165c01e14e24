"""The administrator gives people accounts; a principal lends his authority and takes it back."""

import io
from collections.abc import Sequence
from datetime import timedelta

from openpyxl import Workbook
from playwright.sync_api import FilePayload, expect

from app.clock import today
from tests.browser.actors import ADMINISTRATOR, PRINCIPAL
from tests.browser.inspection import assert_open_to_all, sideways_on
from tests.browser.windows import DESK, PHONE, Desk

OWN_PASSWORD = "Cua-rieng-toi-2"


def test_a_new_teacher_gets_a_password_for_one_use(desk: Desk) -> None:
    temporary = given_password(desk, "Người Mới A", "moi@truong-a.example")
    newcomer = desk.open(size=PHONE)
    newcomer.sign_in("moi@truong-a.example", temporary)
    expect(newcomer.heading()).to_have_text("Đặt mật khẩu của riêng bạn")
    assert_open_to_all(newcomer)
    newcomer.page.get_by_label("Mật khẩu hiện tại").fill(temporary)
    newcomer.page.get_by_label("Mật khẩu mới", exact=True).fill(OWN_PASSWORD)
    newcomer.page.get_by_label("Nhập lại mật khẩu mới").fill(OWN_PASSWORD)
    newcomer.page.get_by_role("button", name="Đổi mật khẩu").click()
    expect(newcomer.heading()).not_to_have_text("Đặt mật khẩu của riêng bạn")
    newcomer.go("/ho-so")
    expect(newcomer.page.get_by_text("Bạn chưa nộp hồ sơ nào")).to_be_visible()


def given_password(desk: Desk, name: str, email: str) -> str:
    """Make an account as the administrator, and read the password that is shown once."""
    office = desk.open(ADMINISTRATOR, size=PHONE)
    office.go("/tai-khoan/moi")
    office.page.get_by_label("Họ và tên").fill(name)
    office.page.get_by_label("Địa chỉ thư").fill(email)
    office.page.get_by_label("Giáo viên không thuộc tổ nào").check()
    office.page.get_by_role("button", name="Tạo tài khoản").click()
    expect(office.heading()).to_have_text("Mật khẩu tạm")
    assert_open_to_all(office)
    return office.row(email).locator("code").inner_text()


def test_a_staff_list_is_seen_before_anybody_gets_an_account(desk: Desk) -> None:
    office = desk.open(ADMINISTRATOR, size=DESK)
    office.expected_statuses.add(422)
    office.go("/tai-khoan/nhap")
    rows = [
        ("Họ và tên", "Địa chỉ thư", "Vai trò", "Tổ"),
        ("Người Nhập Một", "nhap1@truong-a.example", "Giáo viên", "Tổ 1"),
        ("Người Nhập Hai", "không phải địa chỉ", "Lao công", ""),
    ]
    office.page.get_by_label("Tệp XLSX").set_input_files(workbook(rows))
    office.page.get_by_role("button", name="Xem trước").click()
    expect(office.row("Người Nhập Một")).to_contain_text("Sẽ tạo")
    expect(office.row("Người Nhập Hai")).to_contain_text("Phải sửa")
    assert_open_to_all(office)

    office.page.get_by_label("Tệp XLSX").set_input_files(workbook(rows[:2]))
    office.page.get_by_role("button", name="Xem trước").click()
    office.page.get_by_role("button", name="Đồng ý tạo 1 tài khoản").click()
    expect(office.row("nhap1@truong-a.example").locator("code")).not_to_be_empty()


def workbook(rows: Sequence[tuple[str, ...]]) -> FilePayload:
    made, book = io.BytesIO(), Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(made)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FilePayload(name="nhan-su.xlsx", mimeType=kind, buffer=made.getvalue())


def test_a_principal_lends_his_authority_and_takes_it_back(desk: Desk) -> None:
    principal = desk.open(PRINCIPAL, size=PHONE)
    principal.go("/uy-quyen")
    principal.page.get_by_label("Đến hết ngày").fill(str(today() + timedelta(days=30)))
    principal.page.get_by_label("Căn cứ, lý do").fill("Đi công tác")
    principal.page.get_by_role("button", name="Ủy quyền", exact=True).click()
    lent = principal.row("Phó Hiệu trưởng A").filter(has_text="Đi công tác")
    expect(lent).to_contain_text("Đang hiệu lực")
    assert_open_to_all(principal)
    lent.locator(".chip").evaluate("chip => chip.append(' vì người nhận không còn chức vụ'.repeat(4))")
    assert sideways_on(principal.page) == [], "a long state breaks its line"
    lent.get_by_role("button", name="Thu hồi").click()
    expect(lent).to_contain_text("Đã thu hồi")
