"""How an obligation stands along the way of its record, and which records count for it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from app.context import Context
from app.obligations.models import Obligation
from app.obligations.standing import standings
from app.people.authority import Authority
from app.records.models import Record
from app.schools.queries import school_by_code
from tests.conftest import Cast
from tests.handing_in import decide, hand_in, hand_in_again
from workflows.model import Action

YEAR = "2026-2027"
WEEK = f"{YEAR}/W12"
BEFORE, AFTER = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)
"""Moments before and after the plan of week 12 is due."""

Pdf = Callable[..., bytes]


def stands(context: Context, owner: Authority, moment: datetime = BEFORE, code: str = "KHBD") -> list[str]:
    with context.database.transaction() as session:
        standing = standings(school_by_code(session, "truong-a").id, YEAR, moment).c
        own = select(standing.status).where(standing.owner_id == owner.user_id, standing.code == code)
        period = own.where(standing.period == WEEK) if code == "KHBD" else own
        return list(session.scalars(period.order_by(standing.class_name, standing.id)))


def test_nothing_handed_in_is_missing_and_late_once_it_is_due(context: Context, cast: Cast) -> None:
    assert stands(context, cast.teacher) == ["missing"]
    assert stands(context, cast.teacher, AFTER) == ["late"]


def test_an_obligation_goes_the_way_of_its_record(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("một")).record
    assert stands(context, cast.teacher, AFTER) == ["under_way"]
    decide(context, cast.head, record, Action.RETURN, "Thiếu mục tiêu")
    assert stands(context, cast.teacher, AFTER) == ["returned"]
    record = hand_in_again(context, cast.teacher, pdf("hai"), record).record
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)
    assert stands(context, cast.teacher, AFTER) == ["under_way"]
    decide(context, None, record, Action.FILE)
    assert stands(context, cast.teacher, AFTER) == ["filed"]


def test_what_was_withdrawn_does_not_count(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("rút")).record
    decide(context, cast.teacher, record, Action.WITHDRAW)
    assert stands(context, cast.teacher) == ["missing"]


def test_of_several_records_the_one_that_needs_most_care_tells(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    first = hand_in(context, cast.teacher, pdf("một"), title="Bài 1").record
    second = hand_in(context, cast.teacher, pdf("hai"), title="Bài 2").record
    with context.database.transaction() as session:
        session.execute(update(Record).where(Record.id == first.id).values(state="filed"))
    assert stands(context, cast.teacher) == ["under_way"]
    decide(context, cast.head, second, Action.RETURN, "Sửa lại")
    assert stands(context, cast.teacher) == ["returned"]


def test_another_teachers_record_counts_for_him_alone(context: Context, cast: Cast, pdf: Pdf) -> None:
    hand_in(context, cast.teacher2, pdf("của người khác"))
    assert stands(context, cast.teacher) == ["missing"]
    assert stands(context, cast.teacher2) == ["under_way"]


def test_a_record_of_an_older_version_of_the_type_counts(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("cũ")).record
    with context.database.transaction() as session:
        older = "SELECT id FROM record_types WHERE code = 'KHBD' AND version = 1"
        session.connection().exec_driver_sql(
            f"UPDATE records SET record_type_id = ({older}) WHERE id = %s", (record.id,)
        )
    assert stands(context, cast.teacher) == ["under_way"]


@pytest.mark.parametrize(
    ("written", "status"), [("5á ", "under_way"), ("5A\u0301", "under_way"), ("5A", "missing")]
)
def test_a_class_is_compared_without_regard_to_case_spaces_and_composition(
    context: Context, cast: Cast, pdf: Pdf, written: str, status: str
) -> None:
    record = hand_in(context, cast.teacher, pdf("lớp")).record
    with context.database.transaction() as session:
        session.execute(update(Record).where(Record.id == record.id).values(class_name=written))
        own = (Obligation.owner_id == cast.teacher.user_id, Obligation.period == WEEK)
        session.execute(update(Obligation).where(*own).values(class_name="5Á"))
    assert stands(context, cast.teacher) == [status]


def test_a_departments_record_counts_whoever_of_it_handed_it_in(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    hand_in(context, cast.head, pdf("tổ"), record_type="KHTCM", period=YEAR)
    assert stands(context, cast.head, code="KHTCM") == ["under_way"]
    assert stands(context, cast.head2, code="KHTCM") == ["late"]


def test_the_schools_record_counts_for_the_school(context: Context, cast: Cast, pdf: Pdf) -> None:
    hand_in(context, cast.principal, pdf("trường"), record_type="KHGDNT", period=YEAR)
    assert stands(context, cast.clerk, code="KHGDNT") == ["under_way"]
