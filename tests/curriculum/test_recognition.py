"""A lesson recognised from a file's name: told apart by what the name says, or not at all."""

import unicodedata

import pytest

from app.curriculum.choices import Choice
from app.curriculum.plans import PlannedLesson
from app.curriculum.recognition import recognise


def choice(subject: str, room: str, week: int, title: str, first: int, count: int = 1) -> Choice:
    lesson = PlannedLesson(week, title, first, count)
    grade = int(room.rstrip("ABC"))
    return Choice(f"{subject} {room} {first}", "truong-a", "2026-2027", subject, room, grade, lesson)


CHOICES = [
    choice("Toán", "5A", 12, "Bài 22: Phép trừ số thập phân", 55),
    choice("Toán", "5A", 12, "Bài 23: Phép cộng số thập phân", 56, 2),
    choice("Toán", "5A", 13, "Bài 24: Luyện tập chung", 58),
    choice("Toán", "5A", 14, "Bài 25: Luyện tập chung", 60),
    choice("Tiếng Việt", "5A", 12, "Bài 23: Giới thiệu sách", 90, 2),
    choice("Tiếng Việt", "5A", 12, "Bài 24: Tả người", 92, 2),
    choice("Khoa học", "5A", 12, "Sự sinh sản của thực vật", 23, 2),
]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("KHBD_Tuan12_Toan5_Bai 23 Phep cong.pdf", 56),
        ("T12 - Toán 5A - Tiết 56.pdf", 56),
        ("T12 - Toán 5A - Tiết 57.pdf", 56),
        ("toan5a-tiet58.PDF", 58),
        ("TV5 tuần 12 bài 24.pdf", 92),
        ("Giao an Tieng Viet bai 23.pdf", 90),
        ("Phép trừ số thập phân.pdf", 55),
        ("KHBD bài 22.pdf", 55),
        ("KHBD tuan 12 khoa hoc.pdf", 23),
        ("Tuần 14 Toán Luyện tập chung.pdf", 60),
        (unicodedata.normalize("NFD", "Phép cộng số thập phân.pdf"), 56),
    ],
)
def test_what_the_name_says_tells_the_lesson(name: str, first: int) -> None:
    found = recognise(name, CHOICES)
    assert found is not None
    assert found.lesson.first_period == first


@pytest.mark.parametrize(
    "name",
    [
        "scan0001.pdf",
        "KHBD tuần 12.pdf",
        "Bài 23.pdf",
        "Toán tuần 12.pdf",
        "Luyện tập chung.pdf",
        "Toán 5B bài 23.pdf",
        "Toán 4 bài 23.pdf",
        "T13 Toán bài 23.pdf",
        "Toán tiết 99.pdf",
        "Bài 22 trên màn hình.pdf",
        "",
    ],
)
def test_what_contradicts_or_fits_several_is_no_suggestion(name: str) -> None:
    assert recognise(name, CHOICES) is None


def test_a_lesson_of_two_classes_needs_the_class_in_the_name() -> None:
    both = [choice("Toán", room, 3, "Bài 5: Tập hợp", 9) for room in ("6A", "6B")]
    assert recognise("Toán 6 bài 5.pdf", both) is None
    found = recognise("Toán 6B bài 5.pdf", both)
    assert found is not None
    assert found.class_name == "6B"
