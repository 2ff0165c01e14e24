"""Switching record types on and off, from a school year on."""

from collections.abc import Callable
from datetime import datetime

import pytest

from app.catalogue.queries import UnknownRecordType, kept_since
from app.catalogue.switching import Choice, TypeInUse, YearIsOver, switch_off, switch_on
from app.context import Context
from app.errors import NotAllowed
from app.records.models import Record
from tests.catalogue.steps import BEFORE, NEXT, YEAR, kept, noted, ordered, school_of
from tests.conftest import Cast, authority
from tests.handing_in import decide, hand_in
from workflows.model import Action


def switch(
    context: Context, cast: Cast, code: str, *, on: bool, year: str = YEAR, who: str = "principal"
) -> None:
    """Have somebody switch a type of school A."""
    choice = Choice(school_of(cast.teacher), code, year)
    with context.database.transaction() as session:
        (switch_on if on else switch_off)(session, authority(cast, who), choice)


def test_what_is_switched_on_is_kept_from_that_year_on_and_not_before(context: Context, cast: Cast) -> None:
    switch(context, cast, "PBG", on=True, year=NEXT)

    assert "PBG" not in kept(context, cast.teacher, YEAR)
    assert "PBG" in kept(context, cast.teacher, NEXT)


def test_what_is_switched_off_is_no_longer_kept_and_the_other_school_keeps_it(
    context: Context, cast: Cast
) -> None:
    switch(context, cast, "SDB", on=False)

    assert "SDB" not in kept(context, cast.teacher, YEAR) | kept(context, cast.teacher, NEXT)
    assert "SDB" in kept(context, cast.teacher, BEFORE)
    assert "SDB" in kept(context, cast.b_teacher)


def test_the_last_word_holds_for_all_later_years(context: Context, cast: Cast) -> None:
    switch(context, cast, "PBG", on=True, year=NEXT)
    switch(context, cast, "PBG", on=True)
    switch(context, cast, "PBG", on=False)

    assert "PBG" not in kept(context, cast.teacher, YEAR) | kept(context, cast.teacher, NEXT)


def since(context: Context, cast: Cast, year: str = YEAR) -> dict[str, datetime]:
    """Since when school A keeps what it took up itself."""
    with context.database.transaction() as session:
        return kept_since(session, school_of(cast.teacher), year)


def test_a_type_is_kept_since_it_was_first_switched_on_and_a_shipped_one_always_was(
    context: Context, cast: Cast
) -> None:
    switch(context, cast, "PBG", on=True)
    first = since(context, cast)
    switch(context, cast, "PBG", on=True)
    switch(context, cast, "SDB", on=True)

    assert first.keys() == {"PBG"}
    assert since(context, cast) == since(context, cast, NEXT) == first
    assert since(context, cast, BEFORE) == {}


def test_a_type_in_use_is_switched_off_only_for_the_years_to_come(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf(), period=f"{YEAR}/W12").record

    with pytest.raises(TypeInUse) as refusal:
        switch(context, cast, "KHBD", on=False)
    switch(context, cast, "KHBD", on=False, year=NEXT)

    assert refusal.value.values["count"] == 1
    assert "KHBD" in kept(context, cast.teacher, YEAR)
    assert "KHBD" not in kept(context, cast.teacher, NEXT)
    decide(context, cast.head, record, Action.APPROVE)
    with context.database.transaction() as session:
        assert session.get_one(Record, record.id).state == "department_approved"


def test_a_record_that_was_withdrawn_keeps_no_type_in_use(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf(), period=f"{YEAR}/W12").record
    decide(context, cast.teacher, record, Action.WITHDRAW)

    switch(context, cast, "KHBD", on=False)

    assert "KHBD" not in kept(context, cast.teacher)


def test_a_record_of_the_other_school_keeps_no_type_in_use_here(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    hand_in(context, cast.b_teacher, pdf(), period=f"{YEAR}/W12")

    switch(context, cast, "KHBD", on=False)

    assert "KHBD" not in kept(context, cast.teacher)


@pytest.mark.parametrize("who", ["teacher", "head", "clerk", "vice_principal", "officer", "b_principal"])
def test_only_the_principal_and_the_records_administrator_decide(
    context: Context, cast: Cast, who: str
) -> None:
    with pytest.raises(NotAllowed):
        switch(context, cast, "PBG", on=True, who=who)


def test_the_records_administrator_may(context: Context, cast: Cast) -> None:
    switch(context, cast, "PBG", on=True, who="records_admin")

    assert "PBG" in kept(context, cast.teacher)


@pytest.mark.parametrize("year", [BEFORE, "2099-2100", "", "nonsense"])
def test_years_that_are_over_or_far_away_are_left_alone(context: Context, cast: Cast, year: str) -> None:
    with pytest.raises(YearIsOver):
        switch(context, cast, "PBG", on=True, year=year)


@pytest.mark.parametrize("code", ["STDDG", "HSQLTE", "XYZ"])
def test_a_type_of_another_level_cannot_be_switched(context: Context, cast: Cast, code: str) -> None:
    with pytest.raises(UnknownRecordType):
        switch(context, cast, code, on=True)


def test_a_switch_is_noted_and_what_is_owed_is_worked_out_anew(context: Context, cast: Cast) -> None:
    switch(context, cast, "PBG", on=True)
    school = school_of(cast.teacher)

    assert noted(context) == [("record_type.switch_on", "PBG", {"from_year": YEAR})]
    assert ordered(context) == [(f"obligations:{school}", school, year) for year in (YEAR, NEXT)]
