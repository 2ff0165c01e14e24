"""A handover: what is drawn up, who confirms, and what changes hands when the day has come."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, update

from app.audit.chain import verify
from app.audit.models import AuditEntry
from app.clock import today
from app.context import Context
from app.corrections.deciding import consent
from app.corrections.requesting import request_correction
from app.db import now
from app.errors import NotAllowed, NotFound
from app.handovers.carrying_out import ask_for_due_handovers, carry_out_handover
from app.handovers.confirming import confirm_giving, confirm_taking
from app.handovers.drawing_up import Draft, cancel, draw_up
from app.handovers.models import Handover
from app.handovers.queries import (
    Obstacle,
    Stage,
    handed_record,
    handover_view,
    items_of,
    left_behind,
    obstacle_to,
)
from app.handovers.refusals import (
    BadDay,
    BadTaker,
    GiverIsThere,
    HandoverMoved,
    HandoverReasonRequired,
    NothingToHandOver,
)
from app.obligations.models import Obligation
from app.people.accounts import LastAdministrator, disable, enable
from app.people.authority import Authority, authority_of
from app.people.holding import hold_posts
from app.people.leaving import end_posts
from app.people.models import Membership, Role
from app.records.lists import Filters, list_records
from app.records.models import Record
from app.running.worker import run_worker
from app.schools.queries import school_by_code
from app.teaching.duties import hand_on_duty
from app.teaching.models import Assignment
from tests.handing_in import decide, hand_in, hand_in_again
from tests.handovers.giving import agreed, carried_out, drawn_up
from tests.people.test_lapsing import Change, account, change, leave
from tests.tree.steps import file_one
from tests.two_schools import only_school_of
from tests.waiting import until_somebody_waits
from workflows.model import Action

Cast = SimpleNamespace


def owner_of(context: Context, record: Record) -> object:
    with context.database.transaction() as session:
        return session.get_one(Record, record.id).owner_id


def duties(context: Context, person: Authority, *, on_day: int = 0) -> int:
    """Count what a person teaches so many days from now."""
    day = today() + timedelta(days=on_day)
    with context.database.transaction() as session:
        living = func.coalesce(Assignment.ends_on, day) >= day
        own = select(func.count()).select_from(Assignment)
        return (
            session.scalar(
                own.where(Assignment.user_id == person.user_id, Assignment.starts_on <= day, living)
            )
            or 0
        )


def test_open_records_change_their_owner_and_signed_ones_keep_theirs(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    waiting = hand_in(context, cast.teacher, pdf("chờ"), period="2026-2027/W12").record
    returned = hand_in(context, cast.teacher, pdf("trả"), period="2026-2027/W13").record
    decide(context, cast.head, returned, Action.RETURN, "Bổ sung mục tiêu")
    signed = hand_in(context, cast.teacher, pdf("ký"), period="2026-2027/W14").record
    decide(context, cast.head, signed, Action.APPROVE)
    decide(context, cast.principal, signed, Action.SIGN_OFF)

    carried_out(context, cast)

    assert owner_of(context, waiting) == cast.teacher2.user_id
    assert owner_of(context, returned) == cast.teacher2.user_id
    assert owner_of(context, signed) == cast.teacher.user_id


def test_the_taker_has_a_filed_record_of_the_giver_corrected(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    filed = file_one(context, cast, pdf("cũ"))
    carried_out(context, cast, leaves=True)

    with context.database.transaction() as session:
        correction = request_correction(session, cast.teacher2, filed.id, "Sai tên bài")
        consent(session, cast.principal, correction.id, now() + timedelta(days=2))
    hand_in_again(context, cast.teacher2, pdf("mới"), filed)

    with context.database.transaction() as session:
        record = session.get_one(Record, filed.id)
        assert (record.state, record.version, record.owner_id) == ("submitted", 2, cast.teacher.user_id)


def test_what_was_taken_over_is_handed_on_by_whoever_answers_for_it(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    filed = file_one(context, cast, pdf("cũ"))
    carried_out(context, cast)

    handover_id = drawn_up(context, cast, giver=cast.teacher2, taker=cast.teacher)
    with context.database.transaction() as session:
        assert filed.id in {item.record_id for item in items_of(session, handover_id)}
        confirm_giving(session, cast.teacher2, handover_id)
        confirm_taking(session, cast.teacher, handover_id)
    carry_out_handover(context, handover_id)

    with context.database.transaction() as session:
        assert session.get_one(Record, filed.id).keeper_id is None


def test_the_head_does_not_decide_on_what_he_took_over(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    filed = file_one(context, cast, pdf("cũ"))
    handover_id = drawn_up(context, cast, taker=cast.head)
    agreed(context, cast, handover_id, taker=cast.head)
    carry_out_handover(context, handover_id)
    with context.database.transaction() as session:
        correction = request_correction(session, cast.head, filed.id, "Sai tên bài")
        consent(session, cast.principal, correction.id, now() + timedelta(days=2))
    again = hand_in_again(context, cast.head, pdf("mới"), filed).record

    with pytest.raises(NotAllowed):
        decide(context, cast.head, again, Action.APPROVE)


def test_the_taker_is_found_as_owner_and_goes_on_with_the_record(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ")).record
    carried_out(context, cast)

    decide(context, cast.teacher2, record, Action.WITHDRAW)

    with context.database.transaction() as session:
        found = list_records(session, cast.clerk, Filters(q=cast.teacher2.name), limit=10)
        assert [view.record.id for view in found] == [record.id]


def test_duties_end_the_day_before_and_begin_for_the_taker(context: Context, cast: Cast) -> None:
    before, others = duties(context, cast.teacher), duties(context, cast.teacher2)
    assert before > 0

    carried_out(context, cast)

    assert duties(context, cast.teacher) == 0
    assert duties(context, cast.teacher, on_day=-1) == before
    assert duties(context, cast.teacher2) == others + before


def test_a_duty_that_is_being_handed_on_does_not_go_to_a_second_person_by_a_handover(
    context: Context, cast: Cast
) -> None:
    handover_id = drawn_up(context, cast)
    agreed(context, cast, handover_id)
    given, taken = duties(context, cast.teacher), duties(context, cast.teacher2)
    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            school_id = school_by_code(session, "truong-a").id
            own = select(Assignment).where(Assignment.user_id == cast.teacher.user_id)
            duty = session.scalars(own.order_by(Assignment.id).limit(1)).one()
            hand_on_duty(session, cast.principal, school_id, duty.id, cast.teacher5.user_id, today())
            carrying_out = pool.submit(carry_out_handover, context, handover_id)
            until_somebody_waits(context)
        carrying_out.result(timeout=30)
    assert duties(context, cast.teacher) == 0
    assert duties(context, cast.teacher2) == taken + given - 1


def test_the_log_is_written_last_so_that_nobody_waits_for_its_head_in_a_ring(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ")).record
    sent: list[str] = []

    def note(*called: Any) -> None:
        sent.append(called[2])

    event.listen(context.database.engine, "before_cursor_execute", note)
    carried_out(context, cast)
    event.remove(context.database.engine, "before_cursor_execute", note)

    assert owner_of(context, record) == cast.teacher2.user_id
    last_duty = max(place for place, each in enumerate(sent) if each.startswith("INSERT INTO assignments"))
    appended = [place for place, each in enumerate(sent) if "append_audit" in each and place > last_duty]
    moved = next(place for place, each in enumerate(sent) if each.startswith("UPDATE records"))
    assert len(appended) == 2
    assert not any("append_audit" in each for each in sent[moved:last_duty])


def test_a_handover_carried_out_twice_changes_nothing_the_second_time(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    hand_in(context, cast.teacher, pdf("chờ"))
    handover_id = carried_out(context, cast)
    held = duties(context, cast.teacher2)

    carry_out_handover(context, handover_id)
    ask_for_due_handovers(context)
    run_worker(context, wait=False)

    assert duties(context, cast.teacher2) == held
    with context.database.transaction() as session:
        done = select(func.count()).select_from(AuditEntry).where(AuditEntry.kind == "handover.done")
        assert session.scalar(done) == 1
        assert verify(session) == []


def test_nothing_moves_before_the_day_and_everything_on_it(context: Context, cast: Cast) -> None:
    handover_id = drawn_up(context, cast, day=today() + timedelta(days=3))
    agreed(context, cast, handover_id)
    ask_for_due_handovers(context)
    run_worker(context, wait=False)
    assert duties(context, cast.teacher) > 0

    with context.database.transaction() as session:
        session.execute(update(Handover).values(takes_effect_on=today()))
    ask_for_due_handovers(context)
    run_worker(context, wait=False)
    assert duties(context, cast.teacher) == 0


@pytest.mark.parametrize("missing", ["giver", "taker"])
def test_nothing_moves_until_both_have_confirmed(context: Context, cast: Cast, missing: str) -> None:
    handover_id = drawn_up(context, cast)
    with context.database.transaction() as session:
        if missing == "giver":
            confirm_taking(session, cast.teacher2, handover_id)
        else:
            confirm_giving(session, cast.teacher, handover_id)
    carry_out_handover(context, handover_id)
    assert duties(context, cast.teacher) > 0


def test_who_leaves_has_no_post_afterwards_and_keeps_the_history(context: Context, cast: Cast) -> None:
    carried_out(context, cast, leaves=True)
    with context.database.transaction() as session:
        left = authority_of(session, cast.teacher.user_id)
        assert left is not None
        assert left.posts == ()
        posts = session.scalars(select(Membership).where(Membership.user_id == cast.teacher.user_id)).all()
        assert posts
        assert all(post.ended_at for post in posts)


def test_of_the_last_two_administrators_who_leave_at_once_one_stays(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    hand_in(context, cast.teacher, pdf("chờ"))
    with context.database.transaction() as session:
        school_id = school_by_code(session, "truong-a").id
        session.add(Membership(user_id=cast.teacher.user_id, role=Role.RECORDS_ADMIN, school_id=school_id))
    handover_id = drawn_up(context, cast, leaves=True)
    agreed(context, cast, handover_id)

    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            hold_posts(session, school_id)
            leave = pool.submit(carry_out_handover, context, handover_id)
            until_somebody_waits(context)
            end_posts(session, school_id, cast.records_admin.user_id, cast.principal.user_id)
        leave.result(timeout=30)

    with context.database.transaction() as session:
        assert session.get_one(Handover, handover_id).done_at is None
        stays = authority_of(session, cast.teacher.user_id)
        assert stays is not None
        assert stays.holds({Role.RECORDS_ADMIN}, school_id)


def test_a_record_that_nobody_owed_stays_where_the_taker_has_one_in_the_same_slot(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    with context.database.transaction() as session:
        session.execute(delete(Obligation))
    own = hand_in(context, cast.teacher2, pdf("của người nhận")).record
    given = hand_in(context, cast.teacher, pdf("của người giao")).record

    handover_id = carried_out(context, cast)

    assert owner_of(context, given) == cast.teacher.user_id
    with context.database.transaction() as session:
        view = handover_view(session, cast.clerk, handover_id)
        assert [record.id for record in left_behind(session, view)] == [given.id]
        assert session.get_one(Record, own.id).owner_id == cast.teacher2.user_id


def test_what_a_head_takes_over_goes_straight_to_the_principal(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ")).record
    handover_id = drawn_up(context, cast, taker=cast.head)
    agreed(context, cast, handover_id, taker=cast.head)
    carry_out_handover(context, handover_id)

    with context.database.transaction() as session:
        assert session.get_one(Record, record.id).waiting_for == "principal"
    decide(context, cast.principal, record, Action.SIGN_OFF)


def test_the_taker_reads_what_was_signed_only_after_the_handover(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    signed = hand_in(context, cast.teacher, pdf("ký")).record
    decide(context, cast.head, signed, Action.APPROVE)
    decide(context, cast.principal, signed, Action.SIGN_OFF)
    handover_id = drawn_up(context, cast)
    with context.database.transaction() as session, pytest.raises(NotFound):
        handed_record(session, handover_view(session, cast.teacher2, handover_id), signed.id)
    agreed(context, cast, handover_id)
    carry_out_handover(context, handover_id)
    with context.database.transaction() as session:
        view = handover_view(session, cast.teacher2, handover_id)
        assert handed_record(session, view, signed.id).record.id == signed.id


@pytest.mark.parametrize("taken_away", [lambda who: account(disable, who), leave])
def test_the_office_confirms_for_a_giver_who_cannot_and_the_page_says_so(
    context: Context, cast: Cast, taken_away: Callable[[str], Change]
) -> None:
    handover_id = drawn_up(context, cast)
    change(context, cast, taken_away("teacher"))
    with context.database.transaction() as session:
        confirm_giving(session, cast.clerk, handover_id)
        view = handover_view(session, cast.clerk, handover_id)
        assert view.given_in_stead
        assert view.stage is Stage.TO_CONFIRM


def test_the_offices_word_counts_no_more_once_the_giver_is_back(context: Context, cast: Cast) -> None:
    handover_id = drawn_up(context, cast, leaves=True)
    change(context, cast, account(disable, "teacher"))
    with context.database.transaction() as session:
        confirm_giving(session, cast.clerk, handover_id)
        confirm_taking(session, cast.teacher2, handover_id)
    change(context, cast, account(enable, "teacher"))
    carry_out_handover(context, handover_id)
    with context.database.transaction() as session:
        handover = session.get_one(Handover, handover_id)
        assert handover.done_at is None
        assert obstacle_to(session, handover) is Obstacle.GIVER_IS_BACK


@pytest.mark.parametrize("office", ["clerk", "records_admin", "principal"])
def test_the_office_ends_no_posts_of_a_giver_who_can_confirm_himself(
    context: Context, cast: Cast, office: str
) -> None:
    handover_id = drawn_up(context, cast, leaves=True)
    with context.database.transaction() as session:
        confirm_taking(session, cast.teacher2, handover_id)
    with pytest.raises(GiverIsThere), context.database.transaction() as session:
        confirm_giving(session, getattr(cast, office), handover_id)
    carry_out_handover(context, handover_id)
    with context.database.transaction() as session:
        assert handover_view(session, cast.clerk, handover_id).stage is Stage.TO_CONFIRM


def test_the_taker_confirms_neither_for_the_giver_nor_twice(context: Context, cast: Cast) -> None:
    handover_id = drawn_up(context, cast)
    with context.database.transaction() as session:
        with pytest.raises(NotAllowed):
            confirm_giving(session, cast.teacher2, handover_id)
        confirm_taking(session, cast.teacher2, handover_id)
        with pytest.raises(HandoverMoved):
            confirm_taking(session, cast.teacher2, handover_id)


def test_a_stranger_knows_of_no_handover(context: Context, cast: Cast) -> None:
    handover_id = drawn_up(context, cast)
    for stranger in (cast.b_principal, cast.teacher5, cast.head, cast.officer):
        with context.database.transaction() as session, pytest.raises(NotFound):
            confirm_giving(session, stranger, handover_id)


def test_a_cancelled_handover_is_over(context: Context, cast: Cast) -> None:
    handover_id = drawn_up(context, cast)
    with context.database.transaction() as session:
        with pytest.raises(NotAllowed):
            cancel(session, cast.teacher, handover_id)
        cancel(session, cast.principal, handover_id)
        with pytest.raises(HandoverMoved):
            confirm_taking(session, cast.teacher2, handover_id)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"to": "teacher"}, BadTaker),
        ({"to": "b_teacher"}, BadTaker),
        ({"from": "b_teacher"}, NotFound),
        ({"day": 200}, BadDay),
        ({"day": -200}, BadDay),
        ({"reason": " \u200b"}, HandoverReasonRequired),
        ({"keys": []}, NothingToHandOver),
        ({"from": "records_admin", "leaves": True}, LastAdministrator),
    ],
)
def test_a_draft_that_cannot_be_is_refused_by_name(
    context: Context, cast: Cast, changes: dict[str, object], refusal: type[Exception]
) -> None:
    giver = getattr(cast, str(changes.get("from", "teacher")))
    taker = getattr(cast, str(changes.get("to", "teacher2")))
    day = today() + timedelta(days=int(str(changes.get("day", 0))))
    reason, leaves = str(changes.get("reason", "Lý do")), bool(changes.get("leaves", False))
    with context.database.transaction() as session:
        draft = Draft(giver.user_id, taker.user_id, day, reason, leaves, ["d0"])
        with pytest.raises(refusal):
            draw_up(session, cast.clerk, only_school_of(cast.clerk), draft)


def test_only_the_office_and_the_principal_draw_up(context: Context, cast: Cast) -> None:
    draft = Draft(cast.teacher.user_id, cast.teacher2.user_id, today(), "Lý do", True, [])
    for person in (cast.teacher, cast.head, cast.vice_principal, cast.officer):
        with context.database.transaction() as session, pytest.raises(NotAllowed):
            draw_up(session, person, only_school_of(cast.teacher), draft)


def test_what_was_not_ticked_is_not_named(context: Context, cast: Cast, pdf: Callable[..., bytes]) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ")).record
    with context.database.transaction() as session:
        draft = Draft(cast.teacher.user_id, cast.teacher2.user_id, today(), "Lý do", False, [f"r{record.id}"])
        made = draw_up(session, cast.records_admin, record.school_id, draft)
        (item,) = items_of(session, made.id)
        assert item.record_id == record.id
        assert record.sha256[:16] in item.detail


def test_a_handover_waits_and_says_why_when_the_taker_has_left(context: Context, cast: Cast) -> None:
    handover_id = drawn_up(context, cast)
    agreed(context, cast, handover_id)
    with context.database.transaction() as session:
        gone = Membership.user_id == cast.teacher2.user_id
        session.execute(update(Membership).where(gone).values(ended_at=func.now()))
    carry_out_handover(context, handover_id)
    with context.database.transaction() as session:
        handover = session.get_one(Handover, handover_id)
        assert handover.done_at is None
        assert obstacle_to(session, handover) is Obstacle.TAKER_GONE
