"""Letters read as they were approved: compared with the golden files beside this test."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from app.notices.letters import write
from app.storage.policy import DriveFull

GOLDEN = Path(__file__).parent / "golden"
STORE = {
    "school": "Trường Tiểu học A",
    "reader": "Quản trị A",
    "detail": DriveFull.detail,
    "hint": DriveFull.hint,
    "address": "https://kyduyet.truong-a.example/luu-tru",
}

SHARE = {
    "school": "Trường Tiểu học A",
    "year": "2026-2027",
    "office": "Phòng Văn hóa – Xã hội (mẫu)",
    "reader": "canbo@phong.example",
    "decider": "KT. Phó Hiệu trưởng A (Phó hiệu trưởng)",
    "last_day": "31/07/2027",
    "address": "https://drive.google.com/drive/folders/abc",
}


def test_the_letter_about_a_store_in_trouble() -> None:
    letter = write("store_needs_you", "vi", **STORE)
    golden = (GOLDEN / "store_needs_you.txt").read_text(encoding="utf-8")
    assert f"{letter.subject}\n\n{letter.body}" == golden


def test_the_letter_to_a_person_who_was_let_into_a_school_year() -> None:
    letter = write("share_opened", "vi", **SHARE)
    golden = (GOLDEN / "share_opened.txt").read_text(encoding="utf-8")
    assert f"{letter.subject}\n\n{letter.body}" == golden


def test_a_letter_that_lacks_something_is_not_written() -> None:
    with pytest.raises(UndefinedError):
        write("store_needs_you", "vi", school="Trường Tiểu học A")
