"""After a handover: what a record's history says, for whom it counts, and whose slot it fills."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from app.approvals.actions import Decision, act
from app.approvals.history import history_of, latest_comments
from app.approvals.queue import waiting_for
from app.clock import today
from app.context import Context
from app.errors import NotAllowed, NotFound, Stale
from app.handovers.carrying_out import carry_out_handover
from app.handovers.confirming import confirm_giving, confirm_taking
from app.obligations.building import build
from app.obligations.evidence import evidence_of
from app.obligations.models import Obligation
from app.obligations.passing import HandedOver, slots_kept
from app.obligations.standing import standings
from app.obligations.summaries import count_again
from app.people.authority import Authority, authority_of
from app.records.models import Record
from app.records.queries import view_of
from app.records.refusals import SlotTaken
from app.schools.queries import school_by_code
from tests.handing_in import decide, hand_in, hand_in_again
from tests.handovers.giving import carried_out, drawn_up
from tests.obligations.test_summaries import kept, recounted
from workflows.model import Action

Cast = SimpleNamespace
Pdf = Callable[..., bytes]

YEAR = "2026-2027"
WEEK = f"{YEAR}/W12"
AFTER = datetime(2028, 1, 1, tzinfo=UTC)
"""When everything of the year is due, whatever day the tests run on."""


def stands(context: Context, person: Authority, period: str = WEEK, code: str = "KHBD") -> list[str]:
    """How what a person owes for a period stands once it is due; rebuilt first, as after a handover."""
    with context.database.transaction() as session:
        school_id = school_by_code(session, "truong-a").id
        build(session, school_id, YEAR)
        standing = standings(school_id, YEAR, AFTER).c
        own = select(standing.status).where(standing.party == f"u:{person.user_id}", standing.code == code)
        return list(session.scalars(own.where(standing.period == period).order_by(standing.id)))


def as_now(context: Context, record: Record) -> Record:
    with context.database.transaction() as session:
        return session.get_one(Record, record.id)


def handed_over(context: Context, cast: Cast, giver: Authority, taker: Authority) -> None:
    handover_id = drawn_up(context, cast, giver=giver, taker=taker)
    with context.database.transaction() as session:
        confirm_giving(session, giver, handover_id)
        confirm_taking(session, taker, handover_id)
    carry_out_handover(context, handover_id)


def test_the_history_names_giver_taker_and_minutes(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ")).record
    handover_id = carried_out(context, cast)

    with context.database.transaction() as session:
        *_, entry = history_of(session, record.id)
    event = entry.event
    assert (event.action, event.from_state, event.to_state) == ("hand_over", "submitted", "submitted")
    assert (event.turn, event.actor_id, event.sha256) == (2, None, record.sha256)
    day = today().strftime("%d/%m/%Y")
    names = f"{cast.teacher.name} giao, {cast.teacher2.name} nhận"
    assert event.comment == f"{names} theo biên bản bàn giao số {handover_id} ngày {day}."


def test_who_saw_the_record_before_the_handover_decides_on_it_only_after_another_look(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ")).record
    carried_out(context, cast)
    with context.database.transaction() as session, pytest.raises(Stale):
        act(session, cast.head, Decision(record.id, Action.APPROVE, record.turn, record.sha256))
    decide(context, cast.head, record, Action.APPROVE)


def test_the_taker_still_reads_why_a_record_was_returned(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("trả")).record
    decide(context, cast.head, record, Action.RETURN, "Bổ sung mục tiêu")
    carried_out(context, cast)
    with context.database.transaction() as session:
        assert latest_comments(session, [record.id]) == {record.id: "Bổ sung mục tiêu"}


def test_a_stranger_learns_nothing_of_it_and_who_left_no_more_than_before(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ")).record
    carried_out(context, cast, leaves=True)
    with context.database.transaction() as session:
        left = authority_of(session, cast.teacher.user_id)
        assert left is not None
        for person in (cast.b_principal, cast.teacher5, cast.officer, left):
            with pytest.raises(NotFound):
                view_of(session, person, record.id)


@pytest.mark.parametrize("leaves", [False, True])
def test_a_plan_handed_in_counts_for_the_giver_and_leaves_the_taker_his_own(
    context: Context, cast: Cast, pdf: Pdf, leaves: bool
) -> None:
    record = hand_in(context, cast.teacher, pdf("của người giao")).record
    carried_out(context, cast, leaves=leaves)

    assert as_now(context, record).owner_id == cast.teacher2.user_id
    assert stands(context, cast.teacher) == ["under_way"]
    assert stands(context, cast.teacher2) == ["late"]
    hand_in(context, cast.teacher2, pdf("của người nhận"))
    assert stands(context, cast.teacher2) == ["under_way"]
    count_again(context)
    assert kept(context) == recounted(context)


def test_both_plans_are_counted_where_the_taker_had_handed_in_his_own(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    hand_in(context, cast.teacher2, pdf("của người nhận"))
    given = hand_in(context, cast.teacher, pdf("của người giao")).record
    carried_out(context, cast)

    assert as_now(context, given).owner_id == cast.teacher2.user_id
    assert stands(context, cast.teacher) == stands(context, cast.teacher2) == ["under_way"]


def test_the_taker_finishes_what_was_returned_and_it_counts_for_the_giver(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("trả")).record
    decide(context, cast.head, record, Action.RETURN, "Bổ sung mục tiêu")
    carried_out(context, cast)
    hand_in_again(context, cast.teacher2, pdf("đã bổ sung"), as_now(context, record))
    assert stands(context, cast.teacher) == ["under_way"]
    assert stands(context, cast.teacher2) == ["late"]


def test_the_giver_hands_nothing_in_for_the_same_slot_again(context: Context, cast: Cast, pdf: Pdf) -> None:
    hand_in(context, cast.teacher, pdf("đã giao"))
    carried_out(context, cast)
    with pytest.raises(SlotTaken):
        hand_in(context, cast.teacher, pdf("nộp thêm"))


def test_the_giver_reads_what_he_handed_in_and_has_it_in_his_evidence(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("đã giao")).record
    carried_out(context, cast)
    with context.database.transaction() as session:
        assert view_of(session, cast.teacher, record.id).owner_name == cast.teacher2.name
        (proof,) = evidence_of(session, cast.teacher, cast.teacher.user_id, record.school_id, YEAR)
        assert proof.record_id == record.id
        assert evidence_of(session, cast.teacher2, cast.teacher2.user_id, record.school_id, YEAR) == []
    with pytest.raises(NotAllowed):
        decide(context, cast.teacher, record, Action.WITHDRAW)


def test_a_head_does_not_decide_on_what_he_wrote_and_handed_over(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.head, pdf("của tổ trưởng")).record
    handed_over(context, cast, cast.head, cast.teacher)
    assert as_now(context, record).waiting_for == "principal"
    decide(context, cast.principal, record, Action.SIGN_OFF)


def test_a_principal_does_not_decide_on_what_he_wrote_and_handed_over(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.head, pdf("của hiệu trưởng")).record
    with context.database.transaction() as session:
        of_principal = {"owner_id": cast.teacher.user_id, "slot_owner_id": cast.principal.user_id}
        session.execute(update(Record).values(of_principal))
        assert waiting_for(session, cast.principal, limit=5) == []
    with pytest.raises(NotAllowed):
        decide(context, cast.principal, record, Action.SIGN_OFF)


def test_what_is_handed_back_fills_its_own_slot_again(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("đi rồi về")).record
    carried_out(context, cast)
    handed_over(context, cast, cast.teacher2, cast.teacher)
    returned = as_now(context, record)
    assert (returned.owner_id, returned.slot_owner_id) == (cast.teacher.user_id, None)
    assert stands(context, cast.teacher) == ["under_way"]


def test_what_is_handed_on_counts_for_whoever_handed_it_in(context: Context, cast: Cast, pdf: Pdf) -> None:
    hand_in(context, cast.teacher, pdf("đi xa"))
    carried_out(context, cast)
    handed_over(context, cast, cast.teacher2, cast.head)
    assert stands(context, cast.teacher) == ["under_way"]
    assert stands(context, cast.teacher2) == stands(context, cast.head) == ["late"]


@pytest.mark.parametrize(
    ("first_day", "class_given", "goes_on"),
    [
        (date(2026, 11, 16), "1a ", False),
        (date(2026, 12, 7), "1A", True),
        (date(2026, 11, 16), "1B", True),
    ],
    ids=["asked in the taker's time", "asked in the giver's time", "another class was given"],
)
def test_what_is_owed_for_a_class_goes_with_the_class_from_the_day_on(
    context: Context, cast: Cast, pdf: Pdf, first_day: date, class_given: str, goes_on: bool
) -> None:
    record = hand_in(context, cast.teacher, pdf("của lớp")).record
    with context.database.transaction() as session:
        session.execute(update(Record).values(class_name="1A"))
        own = (Obligation.owner_id == cast.teacher.user_id, Obligation.period == WEEK)
        session.execute(update(Obligation).where(*own).values(class_name="1A"))
        duties = [(class_given, "")]
        given = HandedOver(record.school_id, cast.teacher.user_id, first_day, [record.id], duties)
        assert slots_kept(session, given, [WEEK]) == ({record.id} if goes_on else set())


def test_what_was_withdrawn_can_still_be_handed_in_for_the_giver(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("rút")).record
    decide(context, cast.teacher, record, Action.WITHDRAW)
    carried_out(context, cast)
    hand_in_again(context, cast.teacher2, pdf("nộp lại"), as_now(context, record))
    assert stands(context, cast.teacher) == ["under_way"]
    assert stands(context, cast.teacher2) == ["late"]
