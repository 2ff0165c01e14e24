"""Recognising what a file is for by names as people give them."""

import unicodedata
from datetime import UTC, datetime

import pytest

from app.curriculum.choices import Choice
from app.curriculum.plans import PlannedLesson
from app.obligations.matching import slot_for
from app.obligations.queries import OwedView
from app.obligations.standing import Status

YEAR = "2026-2027"


def owed(
    number: int,
    code: str,
    name: str,
    period: str,
    *,
    class_name: str = "",
    subject: str = "",
    title: str = "",
    status: Status = Status.MISSING,
) -> OwedView:
    due_at = datetime(2026, 11, 21, 10, tzinfo=UTC)
    return OwedView(
        number, 1, "truong-a", code, name, "u:1", None, None, None, None, class_name, subject, title,
        f"{YEAR}/{period}" if period else YEAR, None, due_at, status.value, None, None,
    )  # fmt: skip


PLANS = [owed(week, "KHBD", "Kế hoạch bài dạy", f"W{week:02}") for week in range(1, 36)]
BOOK = owed(100, "SCN", "Sổ chủ nhiệm", "")
REGISTERS = [owed(200 + m, "SGDB", "Sổ ghi đầu bài", f"M{m:02}", class_name="5A") for m in (9, 10, 11)]
MARKS = [
    owed(300, "STD", "Sổ theo dõi", "HK1", class_name="5A", subject="Toán"),
    owed(301, "STD", "Sổ theo dõi", "HK1", class_name="5A", subject="Tiếng Việt"),
    owed(302, "STD", "Sổ theo dõi", "HK1", class_name="5B", subject="Toán"),
    owed(303, "STD", "Sổ theo dõi", "HK2", class_name="5A", subject="Toán"),
]
EVERYTHING = [*PLANS, BOOK, *REGISTERS, *MARKS]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("KHBD_Tuan01_LeThiBinh.pdf", 1),
        ("KHBD_TUAN_01_2026-2027.pdf", 1),
        ("KHBD_Tuan_12_Lop_5A_Toan.pdf", 12),
        ("KHBD_T07_Toan_5A_LeThiBinh_v1.pdf", 7),
        ("Kế hoạch bài dạy tuần 3.pdf", 3),
        ("giáo án tuần 35 - cô An.PDF", 35),
        (unicodedata.normalize("NFD", "Kế hoạch bài dạy Tuần 20.pdf"), 20),
        ("Sổ chủ nhiệm 5A.pdf", 100),
        ("SCN_2026-2027.pdf", 100),
        ("so ghi dau bai thang 10 lop 5a.pdf", 210),
        ("SGDB_T11_5A.pdf", 211),
        ("Sổ theo dõi 5A Toán HK1.pdf", 300),
        ("so_theo_doi_5a_tieng_viet_hoc_ky_I.pdf", 301),
        ("STD 5B Toan hki.pdf", 302),
        ("STD_5A_Toan_HK II.pdf", 303),
    ],
)
def test_a_name_as_people_give_it_finds_its_slot(name: str, number: int) -> None:
    found = slot_for(name, EVERYTHING)
    assert found is not None
    assert found.id == number


@pytest.mark.parametrize(
    "name",
    [
        "scan0001.pdf",
        "KHBD.pdf",
        "TUAN_44.pdf",
        "Sổ theo dõi 5A.pdf",
        "SGDB tháng 10 lớp 5B.pdf",
        "",
    ],
)
def test_a_name_that_does_not_tell_leaves_the_choice_to_the_person(name: str) -> None:
    assert slot_for(name, EVERYTHING) is None


def test_a_week_alone_is_enough_where_only_one_type_is_due_by_weeks() -> None:
    found = slot_for("TUAN_01.pdf", EVERYTHING)
    assert found is not None
    assert found.id == 1


def recognised(week: int, title: str, first: int) -> Choice:
    return Choice("1-1-1", "truong-a", YEAR, "Toán", "5A", 5, PlannedLesson(week, title, first, 1))


def test_a_lesson_that_was_recognised_tells_which_week_is_meant() -> None:
    found = slot_for("Bài 4 - Hỗn số.pdf", EVERYTHING, recognised(7, "Bài 4. Hỗn số", 31))
    assert found is not None
    assert found.id == 7


def test_where_each_lesson_is_owed_by_itself_the_one_recognised_is_found() -> None:
    lesson = recognised(2, "Bài 4. Hỗn số", 8)
    lessons = [
        owed(1, "KHBD", "Kế hoạch bài dạy", "W02", title="Bài 3. Phân số (tiết 7)", class_name="5A"),
        owed(2, "KHBD", "Kế hoạch bài dạy", "W02", title=lesson.title, class_name="5A"),
        owed(3, "KHBD", "Kế hoạch bài dạy", "W02", title=lesson.title, class_name="5B"),
    ]
    found = slot_for("KHBD tuần 2 bài 4.pdf", lessons, lesson)
    assert found is not None
    assert found.id == 2


def test_a_name_that_speaks_of_another_type_is_not_overruled_by_a_lesson() -> None:
    found = slot_for("Sổ theo dõi 5A Toán HK1.pdf", EVERYTHING, recognised(7, "Ôn tập", 31))
    assert found is not None
    assert found.id == 300


def test_what_is_on_its_way_gives_way_to_what_is_still_owed_and_takes_more_files() -> None:
    under_way = owed(1, "KHBD", "Kế hoạch bài dạy", "W02", class_name="5A", status=Status.UNDER_WAY)
    still_owed = owed(2, "KHBD", "Kế hoạch bài dạy", "W02", class_name="5B")
    assert slot_for("KHBD tuần 2.pdf", [under_way, still_owed]) == still_owed
    assert slot_for("KHBD tuần 2 bài 5.pdf", [under_way]) == under_way
