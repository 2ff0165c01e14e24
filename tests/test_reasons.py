"""A reason is something that can be read, whatever was typed for it."""

from collections.abc import Callable

import pytest

from app.errors import CommentRequired, TextTooLong
from app.reasons import ReasonRequired, explanation_of, reason_of

BLANK = ("", " ", "   ", "\n\t\r\n", "\u200b", "\u2060 \ufeff", "\0", "\u00a0\u3000", "\u202e")
FORMS: tuple[Callable[..., str], ...] = (reason_of, explanation_of)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("typed", BLANK)
def test_what_cannot_be_seen_is_no_reason(form: Callable[..., str], typed: str) -> None:
    with pytest.raises(ReasonRequired):
        form(typed, 10)
    with pytest.raises(CommentRequired):
        form(typed, 10, CommentRequired)


@pytest.mark.parametrize("form", FORMS)
def test_a_reason_is_measured_as_it_is_kept_and_never_cut_off(form: Callable[..., str]) -> None:
    assert form("  Nghi\u0309 o\u0302\u0301m\u200b ", 7) == "Nghỉ ốm"
    with pytest.raises(TextTooLong) as refused:
        form("Nghỉ ốm rồi", 10, name="comment")
    assert "comment" in refused.value.values.values()


def test_an_explanation_keeps_its_lines_and_a_reason_is_one() -> None:
    assert explanation_of("Sai ngày.\r\nSai tên.", 20) == "Sai ngày.\nSai tên."
    assert reason_of("Sai ngày.\r\nSai tên.", 20) == "Sai ngày. Sai tên."
