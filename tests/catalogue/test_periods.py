"""Periods as the contract writes them."""

import pytest

from app.catalogue.models import PeriodKind
from app.catalogue.periods import BadPeriod, parse_period, periods_of_year, vietnamese_label


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2026-2027", PeriodKind.YEAR),
        ("2026-2027/HK1", PeriodKind.TERM),
        ("2026-2027/M09", PeriodKind.MONTH),
        ("2026-2027/W12", PeriodKind.WEEK),
        ("2026-2027/W35", PeriodKind.WEEK),
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
        ("2026-2027/W36", PeriodKind.WEEK),
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
    ("kind", "count", "first", "last"),
    [
        (PeriodKind.YEAR, 1, "2026-2027", "2026-2027"),
        (PeriodKind.TERM, 2, "2026-2027/HK1", "2026-2027/HK2"),
        (PeriodKind.MONTH, 12, "2026-2027/M08", "2026-2027/M07"),
        (PeriodKind.WEEK, 35, "2026-2027/W01", "2026-2027/W35"),
    ],
)
def test_a_year_has_its_periods_in_the_order_of_the_calendar(
    kind: PeriodKind, count: int, first: str, last: str
) -> None:
    periods = [str(period) for period in periods_of_year("2026-2027", kind)]
    assert (len(set(periods)), periods[0], periods[-1]) == (count, first, last)
    assert [str(parse_period(text, kind)) for text in periods] == periods


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
