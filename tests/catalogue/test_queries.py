"""Which record types a school keeps in which school year."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select, update

from app.catalogue.models import RecordType
from app.catalogue.queries import (
    UnknownRecordType,
    catalogue_of,
    record_type_for,
    record_types_at,
    record_types_ever_of,
    record_types_of,
)
from app.context import Context
from app.people.authority import Authority
from app.records.models import Record
from app.schools.models import School
from tests.conftest import Cast
from tests.handing_in import hand_in

CONTRACT = {"KHBD": "week", "SCN": "year", "KHTCM": "year", "SSHCM": "month", "KHGDNT": "year"}
OLD, NEW = "2025-2026", "2026-2027"


def school_of(person: Authority) -> int:
    """The school somebody works in."""
    (school_id, *_others) = [post.school_id for post in person.posts if post.school_id]
    return school_id


def codes(found: Sequence[RecordType]) -> set[str]:
    """The codes of record types."""
    return {each.code for each in found}


@pytest.mark.parametrize("role", ["teacher", "b_teacher"])
def test_the_types_of_the_contract_are_kept_in_both_schools_with_their_periods(
    context: Context, cast: Cast, role: str
) -> None:
    with context.database.transaction() as session:
        kept = record_types_of(session, school_of(getattr(cast, role)), NEW)
    assert {each.code: each.period_kind for each in kept if each.code in CONTRACT} == CONTRACT


def test_a_school_keeps_what_its_levels_ask_for(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        a = codes(record_types_of(session, school_of(cast.teacher), NEW))
        b = codes(record_types_of(session, school_of(cast.b_teacher), NEW))
    assert {"BTHKQ", "SGDB"} <= a
    assert not a & {"STDDG", "HSKTKL", "HSQLTE"}
    assert {"STDDG", "SGDB"} <= b
    assert not b & {"BTHKQ", "HSQLTE"}


def test_a_school_of_several_levels_keeps_what_each_of_them_asks_for(context: Context, cast: Cast) -> None:
    school_id = school_of(cast.teacher)
    with context.database.transaction() as session:
        levels = ["preschool", "primary", "lower_secondary"]
        session.execute(update(School).where(School.id == school_id).values(levels=levels))
        kept = codes(record_types_of(session, school_id, NEW))
    assert {"BTHKQ", "STDDG", "HSQLTE", "KHBD", "KHNDCS"} <= kept


def test_the_charter_of_the_year_decides_what_is_kept(context: Context, cast: Cast) -> None:
    school_id = school_of(cast.teacher)
    with context.database.transaction() as session:
        before = {each.code: each.version for each in record_types_of(session, school_id, OLD)}
        now = {each.code: each.version for each in record_types_of(session, school_id, NEW)}
    assert (before["KHBD"], now["KHBD"]) == (1, 2)
    assert "SGCDG" in before
    assert "SGCDG" not in now
    assert "SGDB" not in before
    assert "SGDB" in now


def test_what_is_off_or_of_another_level_is_no_type_to_hand_in(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        for code in ("PBG", "STDDG", "XYZ"):
            with pytest.raises(UnknownRecordType):
                record_type_for(session, school_of(cast.teacher), code, NEW)


def test_a_catalogue_shows_what_is_off_as_well(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        entries = {
            each.record_type.code: each for each in catalogue_of(session, school_of(cast.teacher), NEW)
        }
    assert entries["KHBD"].on
    assert not entries["PBG"].on
    assert entries["KHBD"].confirmed is None
    assert entries["KHBD"].retention_years == 5


def test_an_office_is_told_everything_that_ships_and_a_school_what_it_could_have(
    context: Context, cast: Cast
) -> None:
    with context.database.transaction() as session:
        shipped = codes(record_types_at(session, [], NEW))
        possible = codes(record_types_ever_of(session, [school_of(cast.teacher)]))
    assert {"HSQLTE", "STDDG", "BTHKQ"} <= shipped == codes_of_everything(context)
    assert {"SGCDG", "PBG", "BTHKQ"} <= possible
    assert "STDDG" not in possible


def codes_of_everything(context: Context) -> set[str]:
    """Every code in the database."""
    with context.database.transaction() as session:
        return set(session.scalars(select(RecordType.code)))


def test_this_years_catalogue_does_not_move_last_years_records(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    old = hand_in(context, cast.teacher, pdf("cũ"), period=f"{OLD}/W12").record
    new = hand_in(context, cast.teacher, pdf("mới"), period=f"{NEW}/W12").record
    with context.database.transaction() as session:
        versions = {
            record: session.scalar(
                select(RecordType.version)
                .join(Record, Record.record_type_id == RecordType.id)
                .where(Record.id == record)
            )
            for record in (old.id, new.id)
        }
    assert versions == {old.id: 1, new.id: 2}
