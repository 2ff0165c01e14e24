"""Record types of a school's own."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from app.catalogue.models import OwnerKind, PeriodKind, RecordType, SlotFormat, TypeSwitch
from app.catalogue.own_drafts import BadOwnType, OwnType
from app.catalogue.own_types import (
    CodeTaken,
    FolderNameTaken,
    WarningNotAccepted,
    add_own_type,
    edit_own_type,
    own_type,
    restore_own_type,
    retire_own_type,
)
from app.catalogue.queries import kept_since, record_type_for
from app.catalogue.retention import Retention
from app.catalogue.switching import Choice, TypeInUse, YearIsOver
from app.context import Context
from app.errors import InvalidRequest, NotAllowed, NotFound
from app.records.models import Record
from tests.catalogue.steps import BEFORE, NEXT, YEAR, journal, kept, noted, ordered, school_of
from tests.conftest import Cast, authority
from tests.handing_in import hand_in

MONTH = f"{YEAR}/M09"


def add(context: Context, cast: Cast, draft: OwnType, *, who: str = "principal", warned: bool = True) -> None:
    """Have somebody add a type to school A."""
    with context.database.transaction() as session:
        add_own_type(session, authority(cast, who), school_of(cast.teacher), draft, warned=warned)


def edit(context: Context, cast: Cast, draft: OwnType) -> None:
    """Have the principal change a type of school A."""
    with context.database.transaction() as session:
        edit_own_type(session, cast.principal, school_of(cast.teacher), draft)


def retire(context: Context, cast: Cast, year: str) -> None:
    """Have the principal end the journal of school A from a school year on."""
    with context.database.transaction() as session:
        retire_own_type(session, cast.principal, Choice(school_of(cast.teacher), "NKTV", year))


def journal_of(context: Context, cast: Cast, year: str = YEAR) -> RecordType:
    """The journal as school A keeps it in a school year."""
    with context.database.transaction() as session:
        return record_type_for(session, school_of(cast.teacher), "NKTV", year)


def test_an_own_type_is_of_tier_c_and_taken_from_this_year_on_by_its_school_alone(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    add(context, cast, journal(code="nktv", name="  Nhật ký  thư viện "))

    added = journal_of(context, cast)
    assert (added.tier, added.code, added.name) == ("C", "NKTV", "Nhật ký thư viện")
    assert "NKTV" not in kept(context, cast.teacher, BEFORE) | kept(context, cast.b_teacher)
    assert hand_in(context, cast.clerk, pdf(), record_type="NKTV", period=MONTH).type_code == "NKTV"


def test_nothing_beyond_the_circulars_is_added_without_accepting_the_warning(
    context: Context, cast: Cast
) -> None:
    with pytest.raises(WarningNotAccepted):
        add(context, cast, journal(), warned=False)


@pytest.mark.parametrize("code", ["KHBD", "HSQLTE", "khbd"])
def test_a_shipped_code_is_never_taken(context: Context, cast: Cast, code: str) -> None:
    with pytest.raises(CodeTaken):
        add(context, cast, journal(code=code))


def test_a_code_is_taken_once_in_a_school_and_free_in_another(context: Context, cast: Cast) -> None:
    add(context, cast, journal())

    with pytest.raises(CodeTaken):
        add(context, cast, journal())
    with context.database.transaction() as session:
        add_own_type(session, cast.b_principal, school_of(cast.b_teacher), journal(name="Khác"), warned=True)
    assert journal_of(context, cast).name == "Nhật ký thư viện"


@pytest.mark.parametrize("name", ["KHBD Kế hoạch bài dạy", "khbd  KẾ HOẠCH bài dạy"])
def test_the_folders_of_two_types_never_bear_one_name(context: Context, cast: Cast, name: str) -> None:
    with pytest.raises(FolderNameTaken) as refused:
        add(context, cast, journal(short_name=name))
    assert refused.value.values["holder"] == "KHBD"

    add(context, cast, journal())
    edit(context, cast, journal(name="Sổ thư viện"))
    with pytest.raises(FolderNameTaken):
        edit(context, cast, journal(short_name=name))


@pytest.mark.parametrize(
    "draft",
    [
        journal(code="N"),
        journal(code="NHẬT"),
        journal(code="N/K"),
        journal(name=" "),
        journal(name="x" * 151),
        journal(short_name="a/b"),
        journal(short_name=""),
        journal(submitter="teacher"),
        journal(submitter="nobody"),
        journal(slot_format=SlotFormat.CLASS_SUBJECT),
        journal(owner_kind=OwnerKind.CLASS, submitter="homeroom_teacher", slot_format=SlotFormat.PERSON),
        journal(owner_kind=OwnerKind.TEACHER, submitter="teacher", slot_format=SlotFormat.LESSON),
    ],
)
def test_what_cannot_be_a_type_is_refused(context: Context, cast: Cast, draft: OwnType) -> None:
    with pytest.raises(BadOwnType):
        add(context, cast, draft)


@pytest.mark.parametrize("retention", [Retention(0, "x"), Retention(101, "x"), Retention(5, " ")])
def test_a_retention_that_cannot_be_is_refused(context: Context, cast: Cast, retention: Retention) -> None:
    with pytest.raises(InvalidRequest):
        add(context, cast, journal(retention=retention))


@pytest.mark.parametrize("who", ["teacher", "head", "clerk", "vice_principal", "officer", "b_principal"])
def test_only_the_principal_and_the_records_administrator_add_types(
    context: Context, cast: Cast, who: str
) -> None:
    with pytest.raises(NotAllowed):
        add(context, cast, journal(), who=who)


def test_an_unused_type_is_changed_in_its_place(context: Context, cast: Cast) -> None:
    add(context, cast, journal())

    edit(context, cast, journal(name="Sổ thư viện", period_kind=PeriodKind.TERM))

    changed = journal_of(context, cast)
    assert (changed.version, changed.name, changed.period_kind) == (1, "Sổ thư viện", "term")


def test_a_used_type_gets_a_new_version_and_its_records_keep_the_old_one(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    add(context, cast, journal())
    record = hand_in(context, cast.clerk, pdf(), record_type="NKTV", period=MONTH).record

    edit(context, cast, journal(name="Sổ thư viện"))

    assert (journal_of(context, cast).version, journal_of(context, cast).name) == (2, "Sổ thư viện")
    with context.database.transaction() as session:
        began_with = session.get_one(RecordType, session.get_one(Record, record.id).record_type_id)
    assert (began_with.version, began_with.name) == (1, "Nhật ký thư viện")


def test_an_ended_type_is_kept_no_longer_and_can_be_taken_up_again(context: Context, cast: Cast) -> None:
    add(context, cast, journal())

    retire(context, cast, NEXT)
    assert "NKTV" in kept(context, cast.teacher, YEAR)
    assert "NKTV" not in kept(context, cast.teacher, NEXT)
    with pytest.raises(NotFound):
        edit(context, cast, journal())

    with context.database.transaction() as session:
        restore_own_type(session, cast.principal, school_of(cast.teacher), "NKTV")
    assert "NKTV" in kept(context, cast.teacher, NEXT)


def test_a_type_taken_up_again_in_mid_year_is_kept_since_then(context: Context, cast: Cast) -> None:
    school, long_ago = school_of(cast.teacher), datetime(2026, 8, 1, tzinfo=UTC)
    add(context, cast, journal())
    with context.database.transaction() as session:
        session.execute(update(TypeSwitch).values(switched_at=long_ago))
    retire(context, cast, NEXT)
    with context.database.transaction() as session:
        restore_own_type(session, cast.principal, school, "NKTV")
        assert kept_since(session, school, YEAR) == {"NKTV": long_ago}
    retire(context, cast, YEAR)
    with context.database.transaction() as session:
        restore_own_type(session, cast.principal, school, "NKTV")
        assert kept_since(session, school, YEAR)["NKTV"] > long_ago


def test_a_type_with_records_of_this_year_ends_at_the_next_one_at_the_earliest(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    add(context, cast, journal())
    hand_in(context, cast.clerk, pdf(), record_type="NKTV", period=MONTH)

    with pytest.raises(TypeInUse):
        retire(context, cast, YEAR)
    with pytest.raises(YearIsOver):
        retire(context, cast, BEFORE)
    retire(context, cast, NEXT)

    assert "NKTV" in kept(context, cast.teacher, YEAR)


def test_the_types_of_one_school_are_unknown_in_another(context: Context, cast: Cast) -> None:
    add(context, cast, journal())

    with context.database.transaction() as session, pytest.raises(NotFound):
        own_type(session, school_of(cast.b_teacher), "NKTV")


def test_every_change_is_noted_and_what_is_owed_is_worked_out_anew(context: Context, cast: Cast) -> None:
    add(context, cast, journal())
    edit(context, cast, journal(name="Sổ thư viện"))
    retire(context, cast, NEXT)

    assert [kind for kind, subject, _facts in noted(context) if subject == "NKTV"] == [
        "record_type.add_own",
        "record_type.edit_own",
        "record_type.retire_own",
    ]
    assert len(ordered(context)) == 6
