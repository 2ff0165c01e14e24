"""Handing in by lesson: what a file's name tells is a suggestion, marked so, that the teacher may change."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from bench.product import Product
from tests.browser.actors import FIFTH_TEACHER, HEAD, TEACHER
from tests.browser.inspection import assert_open_to_all
from tests.browser.windows import DESK, PHONE, Desk, pdf_file
from tests.sheets.books import sheet_of

FIRST = "Bài 23: Phép cộng trong phạm vi đã học – Khám phá (tiết 34–35)"
NEXT = "Bài 24: Phép cộng trong phạm vi đã học – Khám phá (tiếp theo) (tiết 36)"
YEAR = "2026-2027"
WEEK = f"{YEAR}/W12"


def test_a_lesson_told_by_the_name_is_suggested_and_can_be_changed(
    desk: Desk, product: Product, pdf: Callable[..., bytes]
) -> None:
    teacher = desk.open(TEACHER, size=PHONE)
    teacher.go(f"/nop?period={WEEK}")
    told = pdf_file("KHBD_Tuan12_Toan1_Bai 23.pdf", pdf("bài hai mươi ba"))
    untold = pdf_file("anh chup.pdf", pdf("bài hai mươi bốn"))
    teacher.page.get_by_label("Chọn tệp PDF").set_input_files([told, untold])
    first, second = (teacher.page.locator(".chosen-file").nth(number) for number in (0, 1))
    expect(first.get_by_label("Tiêu đề")).to_have_value(FIRST)
    expect(first.get_by_text("gợi ý theo tên tệp")).to_be_visible()
    expect(first.get_by_text("Tuần 12 · Toán · 1A")).to_be_visible()
    expect(second.get_by_text("gợi ý theo tên tệp")).to_be_hidden()
    assert_open_to_all(teacher)
    second.get_by_label("Bài dạy").select_option(label=NEXT)
    expect(second.get_by_label("Tiêu đề")).to_have_value(NEXT)
    teacher.page.get_by_role("button", name="Nộp (2)").click()
    expect(teacher.page.locator(".answer-good")).to_have_count(2)
    query = "SELECT title FROM records WHERE class_name = '1A' AND subject = 'Toán' AND period = %s"
    with product.database() as database:
        found = {title for (title,) in database.execute(query, [WEEK])}
    assert found == {FIRST, NEXT}


def test_the_week_asked_for_is_kept_unless_the_teacher_picks_a_lesson_of_another(
    desk: Desk, pdf: Callable[..., bytes]
) -> None:
    teacher = desk.open(TEACHER, size=PHONE)
    teacher.go(f"/nop?period={YEAR}/W11")
    told = pdf_file("KHBD_Tuan12_Toan1_Bai 23.pdf", pdf("bài của tuần sau"))
    teacher.page.get_by_label("Chọn tệp PDF").set_input_files([told])
    row = teacher.page.locator(".chosen-file")
    expect(row.get_by_text("Tên tệp có vẻ là một bài của tuần khác")).to_be_visible()
    expect(row.get_by_label("Bài dạy")).to_have_value("")
    expect(row.get_by_text("Nộp cho tuần của bài này")).to_be_hidden()
    row.get_by_label("Bài dạy").select_option(label=FIRST)
    expect(row.get_by_text("Nộp cho tuần của bài này")).to_be_visible()
    expect(row.get_by_text("Tên tệp có vẻ là một bài của tuần khác")).to_be_hidden()
    assert_open_to_all(teacher)


def test_thirty_plans_dropped_on_ones_own_page_find_their_weeks_and_lessons(
    desk: Desk, product: Product, pdf: Callable[..., bytes]
) -> None:
    teacher = desk.open(TEACHER, size=DESK)
    teacher.go("/viec-cua-toi")
    names = [f"GA_Toan1_Bai {number}.pdf" for number in (*range(3, 23), *range(25, 35))]
    teacher.page.get_by_label("Chọn tệp PDF").set_input_files([pdf_file(name, pdf(name)) for name in names])
    titles = teacher.page.get_by_label("Tiêu đề")
    expect(titles.first).to_have_value(re.compile(r"^Bài 3: .* \(tiết 4–5\)$"))
    expect(titles.last).to_have_value(re.compile(r"^Bài 34: .* \(tiết 51\)$"))
    expect(teacher.page.get_by_text("gợi ý theo tên tệp").locator("visible=true")).to_have_count(30)
    assert_open_to_all(teacher)
    teacher.page.get_by_label("Nộp cho").last.select_option(index=0)
    expect(titles.last).to_have_value("GA Toan1 Bai 34")
    teacher.page.get_by_role("button", name="Bỏ tệp này").last.click()
    teacher.page.get_by_role("button", name="Nộp (29)").click()
    expect(teacher.page.locator(".answer-good")).to_have_count(29)
    query = "SELECT count(*), min(period), max(period) FROM records WHERE class_name = '1A' AND period <> %s"
    with product.database() as database:
        assert database.execute(query, [WEEK]).fetchone() == (29, f"{YEAR}/W02", f"{YEAR}/W17")


def test_plans_of_a_whole_year_dropped_at_once_each_find_their_week(
    desk: Desk, pdf: Callable[..., bytes]
) -> None:
    teacher = desk.open(FIFTH_TEACHER, size=PHONE)
    teacher.go("/viec-cua-toi")
    content, weeks = pdf("cả năm"), [f"{week:02}" for week in range(1, 36)] * 3
    files = [pdf_file(f"KHBD_Tuan{week}.pdf", content) for week in weeks]
    teacher.page.get_by_label("Chọn tệp PDF").set_input_files(files)
    chosen = teacher.page.get_by_label("Nộp cho")
    expect(chosen.last).to_have_value(re.compile(f'"period": "{YEAR}/W35"'))
    values = " ".join(chosen.evaluate_all("all => all.map((each) => each.value)"))
    assert re.findall(r"/W(\d+)", values) == weeks
    assert_open_to_all(teacher)


def test_a_plan_is_previewed_with_its_faults(desk: Desk) -> None:
    head = desk.open(HEAD, size=DESK)
    head.expected_statuses.add(422)
    head.go("/phan-phoi-chuong-trinh/truong-a/nhap")
    rows: list[list[object]] = [["Tuần", "Tên bài học", "Số tiết"], [1, "Bài 1", 2], [36, "Bài 2", 1]]
    file = pdf_file("ppct.xlsx", sheet_of(rows))
    head.page.get_by_label("Môn").select_option(label="Toán")
    head.page.get_by_label("Khối").select_option(label="1")
    head.page.get_by_label("Tệp XLSX").set_input_files([file])
    head.page.get_by_role("button", name="Xem trước").click()
    expect(head.page.get_by_text("Dòng 3, ô A3")).to_be_visible()
    assert_open_to_all(head)
