"""What somebody writes as the reason of a step: tidied first, then required and bounded."""

from app.errors import Refused
from app.fields import bounded
from app.text import N_
from app.words import lined, tidy


class ReasonRequired(Refused):
    """Nothing is closed, opened, refused or corrected without saying why."""

    code, status = "reason_required", 422
    detail = N_("Việc này cần có lý do.")
    hint = N_("Viết một câu nêu lý do rồi gửi lại.")


def reason_of(
    typed: str, longest: int, missing: type[Refused] = ReasonRequired, *, name: str = "reason"
) -> str:
    """Return a reason on one line; raises `missing` where nothing of it can be seen, or `TextTooLong`.

    `name` is that of the field in which it was typed.
    """
    return _checked(tidy(typed), name, longest, missing)


def explanation_of(
    typed: str, longest: int, missing: type[Refused] = ReasonRequired, *, name: str = "reason"
) -> str:
    """Return a reason with its line breaks; raises as `reason_of` does."""
    return _checked(lined(typed), name, longest, missing)


def _checked(said: str, name: str, longest: int, missing: type[Refused]) -> str:
    if not said:
        raise missing
    return bounded(said, name, longest)
