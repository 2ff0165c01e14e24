"""The slot of a filed record is never another's, whatever becomes of a version that was to correct it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.context import Context
from app.obligations.standing import standings
from app.records.models import Record
from app.records.refusals import Duplicate, SlotTaken
from app.running.worker import run_worker
from app.schools.queries import school_by_code
from tests.conftest import Cast
from tests.corrections.test_closing import correcting, let_time_pass, sign_again
from tests.handing_in import decide, hand_in, hand_in_again
from tests.tree.steps import file_one
from workflows.model import Action

Pdf = Callable[..., bytes]
YEAR = "2026-2027"
AFTER = datetime(2028, 1, 1, tzinfo=UTC)


@pytest.fixture
def given_up(context: Context, cast: Cast, pdf: Pdf) -> Record:
    """A filed record of week 12 whose corrected version its owner has withdrawn again."""
    record = file_one(context, cast, pdf("đã lưu"))
    correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("đã sửa"), record)
    decide(context, cast.teacher, record, Action.WITHDRAW)
    return record


def stands(context: Context, cast: Cast, period: str) -> list[str]:
    with context.database.transaction() as session:
        standing = standings(school_by_code(session, "truong-a").id, YEAR, AFTER).c
        own = select(standing.status).where(standing.owner_id == cast.teacher.user_id)
        return list(session.scalars(own.where(standing.code == "KHBD", standing.period == period)))


@pytest.mark.parametrize("content", ["khác hẳn", "đã sửa"])
def test_no_second_record_takes_the_slot_while_the_corrected_version_is_withdrawn(
    context: Context, cast: Cast, pdf: Pdf, given_up: Record, content: str
) -> None:
    refusal = Duplicate if content == "đã sửa" else SlotTaken
    with pytest.raises(refusal):
        hand_in(context, cast.teacher, pdf(content), period=given_up.period)
    with context.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Record)) == 1


def test_nor_when_the_time_of_the_correction_is_over(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = file_one(context, cast, pdf("đã lưu"))
    correction = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("đã sửa"), record)
    decide(context, cast.teacher, record, Action.WITHDRAW)
    let_time_pass(context, correction)
    with pytest.raises(SlotTaken):
        hand_in(context, cast.teacher, pdf("khác hẳn"), period=record.period)


def test_the_record_itself_takes_its_next_version_and_is_filed_again(
    context: Context, cast: Cast, pdf: Pdf, given_up: Record
) -> None:
    hand_in_again(context, cast.teacher, pdf("sửa lần nữa"), given_up)
    sign_again(context, cast, given_up)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        record = session.get_one(Record, given_up.id)
        assert (record.state, record.version) == ("filed", 3)


def test_what_is_filed_counts_as_filed_though_its_correction_was_withdrawn(
    context: Context, cast: Cast, given_up: Record
) -> None:
    assert stands(context, cast, given_up.period) == ["filed"]


def test_the_slot_of_what_was_never_filed_is_free_once_it_is_withdrawn(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    first = hand_in(context, cast.teacher, pdf("một")).record
    decide(context, cast.teacher, first, Action.WITHDRAW)
    second = hand_in(context, cast.teacher, pdf("hai")).record
    assert second.id != first.id
    with pytest.raises(SlotTaken):
        hand_in_again(context, cast.teacher, pdf("ba"), first)
