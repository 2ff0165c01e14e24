"""Codes as people type them from paper."""

import pytest

from app.proof.codes import normal_code


@pytest.mark.parametrize(
    "typed",
    [
        "KD-7F3K-9Q2M-10TB",
        "kd-7f3k-9q2m-10tb",
        " KD 7F3K 9Q2M 10TB ",
        "KD7F3K9Q2M10TB",
        "7f3k9q2m10tb",
        "KD-7F3K-9Q2M-IOTB",
        "KD–7F3K–9Q2M–loTB",
    ],
)
def test_one_code_may_be_typed_in_many_ways(typed: str) -> None:
    assert normal_code(typed) == "KD-7F3K-9Q2M-10TB"


def test_a_code_that_itself_begins_with_the_prefix_is_not_shortened() -> None:
    assert normal_code("KDAA-BBCC-DDEE") == "KD-KDAA-BBCC-DDEE"


@pytest.mark.parametrize(
    "typed", ["", "KD", "KD-7F3K-9Q2M", "KD-7F3K-9Q2M-X4TBB", "KD-7F3K-9Q2M-X4TU", "mã số"]
)
def test_what_is_no_code_is_not_made_into_one(typed: str) -> None:
    assert normal_code(typed) is None
