"""Names sorted as Vietnamese lists have them, and texts tidied of what nobody sees."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.words import name_order, tidy


def test_people_are_sorted_by_given_name_and_d_with_a_stroke_stands_beside_d() -> None:
    people = ["Trần Văn Bình", "Đỗ Thị An", "Lê Thị Dung", "Đặng Văn Đức", "Bùi Văn An", "Vũ Thị Gấm"]

    assert sorted(people, key=name_order) == [
        "Bùi Văn An",
        "Đỗ Thị An",
        "Trần Văn Bình",
        "Đặng Văn Đức",
        "Lê Thị Dung",
        "Vũ Thị Gấm",
    ]


@given(st.text())
def test_a_tidied_text_is_composed_without_anything_invisible_and_tidying_it_again_changes_nothing(
    typed: str,
) -> None:
    tidied = tidy(typed)
    assert tidy(tidied) == tidied == unicodedata.normalize("NFC", tidied)
    assert tidied == tidied.strip()
    assert "  " not in tidied
    assert all(unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs"} for letter in tidied)


@pytest.mark.parametrize(
    "typed",
    [
        "Tổ\u200b 1",
        "\u200b Tổ 1 \ufeff",
        " \u2060 Tổ \u200b 1",
        "To\u200b\u0302\u0309 1",
        "Tổ\n\t1",
        "\x00Tổ\x0b 1",
    ],
)
def test_what_is_invisible_leaves_no_trace(typed: str) -> None:
    assert tidy(typed) == "Tổ 1"
