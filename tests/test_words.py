"""Names sorted as Vietnamese lists have them."""

from app.words import name_order


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
