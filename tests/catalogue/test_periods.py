"""Periods as the contract writes them."""

import pytest

from app.catalogue.models import PeriodKind
from app.catalogue.periods import BadPeriod, parse_period, period_of, vietnamese_label


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2026-2027", PeriodKind.YEAR),
        ("2026-2027/HK1", PeriodKind.TERM),
        ("2026-2027/M09", PeriodKind.MONTH),
        ("2026-2027/W12", PeriodKind.WEEK),
        ("2026-2027/W53", PeriodKind.WEEK),
    ],
)
def test_a_period_of_the_right_kind_is_kept_as_written(text: str, kind: PeriodKind) -> None:
    assert str(parse_period(text, kind)) == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", PeriodKind.YEAR),
        ("2026-2028", PeriodKind.YEAR),
        ("2026", PeriodKind.YEAR),
        ("2026-2027/", PeriodKind.YEAR),
        ("2026-2027/W12", PeriodKind.YEAR),
        ("2026-2027", PeriodKind.WEEK),
        ("2026-2027/HK3", PeriodKind.TERM),
        ("2026-2027/M00", PeriodKind.MONTH),
        ("2026-2027/M13", PeriodKind.MONTH),
        ("2026-2027/W00", PeriodKind.WEEK),
        ("2026-2027/W54", PeriodKind.WEEK),
        ("1926-1927", PeriodKind.YEAR),
        ("2026-2027/W1", PeriodKind.WEEK),
        ("2026-2027/w12", PeriodKind.WEEK),
        ("２０２６-2027/W12", PeriodKind.WEEK),
        ("2026-2027/W12\n", PeriodKind.WEEK),
    ],
)
def test_anything_else_is_refused_with_an_example(text: str, kind: PeriodKind) -> None:
    with pytest.raises(BadPeriod) as refusal:
        parse_period(text, kind)
    assert str(refusal.value.values["example"]).startswith("2026-2027")


@pytest.mark.parametrize(
    ("kind", "number", "written"),
    [
        (PeriodKind.YEAR, 0, "2026-2027"),
        (PeriodKind.TERM, 2, "2026-2027/HK2"),
        (PeriodKind.MONTH, 8, "2026-2027/M08"),
        (PeriodKind.WEEK, 35, "2026-2027/W35"),
    ],
)
def test_a_period_is_written_by_its_kind_and_number(kind: PeriodKind, number: int, written: str) -> None:
    assert str(period_of("2026-2027", kind, number)) == written


@pytest.mark.parametrize(
    ("period", "label"),
    [
        ("2026-2027", "Cả năm, năm học 2026-2027"),
        ("2026-2027/HK2", "Học kỳ 2, năm học 2026-2027"),
        ("2026-2027/M09", "Tháng 9, năm học 2026-2027"),
        ("2026-2027/W12", "Tuần 12, năm học 2026-2027"),
    ],
)
def test_documents_name_the_period_in_vietnamese(period: str, label: str) -> None:
    assert vietnamese_label(period) == label
