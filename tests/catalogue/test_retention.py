"""Confirming how long record types are kept."""

import pytest

from app.catalogue.queries import Entry, UnknownRecordType, entry_of
from app.catalogue.retention import Retention, confirm_retention
from app.context import Context
from app.errors import InvalidRequest, NotAllowed
from tests.catalogue.steps import YEAR, noted, school_of
from tests.conftest import Cast, authority

SCHEDULE = "Thông tư 08/2025/TT-BGDĐT, mục 45"


def confirm(context: Context, cast: Cast, code: str, retention: Retention, who: str = "clerk") -> None:
    """Have somebody of school A, or another, confirm a time of school A."""
    with context.database.transaction() as session:
        confirm_retention(session, authority(cast, who), school_of(cast.teacher), code, retention)


def entry(context: Context, cast: Cast, code: str, who: str = "teacher") -> Entry:
    """The entry of somebody's school."""
    with context.database.transaction() as session:
        return entry_of(session, school_of(authority(cast, who)), code, YEAR)


def test_until_it_is_confirmed_a_time_is_the_one_that_ships(context: Context, cast: Cast) -> None:
    found = entry(context, cast, "KHBD")

    assert found.confirmed is None
    assert (found.retention_years, "chưa đối chiếu" in found.retention_basis) == (5, True)


@pytest.mark.parametrize(("who", "years"), [("clerk", 10), ("records_admin", None)])
def test_the_clerk_or_the_records_administrator_confirms_for_his_school_alone(
    context: Context, cast: Cast, who: str, years: int | None
) -> None:
    confirm(context, cast, "KHBD", Retention(years, f" {SCHEDULE} "), who)

    found = entry(context, cast, "KHBD")
    assert (found.retention_years, found.retention_basis) == (years, SCHEDULE)
    assert found.confirmed
    assert found.confirmed.confirmed_by_id == authority(cast, who).user_id
    assert entry(context, cast, "KHBD", "b_teacher").confirmed is None


def test_a_later_confirmation_takes_the_place_of_the_one_before(context: Context, cast: Cast) -> None:
    confirm(context, cast, "KHBD", Retention(10, "cũ"))
    confirm(context, cast, "KHBD", Retention(7, SCHEDULE))

    assert entry(context, cast, "KHBD").retention_years == 7
    assert [facts["years"] for kind, _code, facts in noted(context) if kind.endswith("retention")] == [10, 7]


@pytest.mark.parametrize("who", ["teacher", "head", "principal", "vice_principal", "officer", "b_clerk"])
def test_nobody_else_confirms(context: Context, cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        confirm(context, cast, "KHBD", Retention(10, SCHEDULE), who)


def test_a_time_without_basis_or_of_a_type_of_another_level_is_not_confirmed(
    context: Context, cast: Cast
) -> None:
    with pytest.raises(InvalidRequest):
        confirm(context, cast, "KHBD", Retention(10, ""))
    with pytest.raises(InvalidRequest):
        confirm(context, cast, "KHBD", Retention(-1, SCHEDULE))
    with pytest.raises(UnknownRecordType):
        confirm(context, cast, "HSQLTE", Retention(10, SCHEDULE))
