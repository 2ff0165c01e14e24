"""Decisions, from the verbs: who may, when, about which bytes, and what is written."""

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select

from app.approvals.actions import Decision, act, act_on_many, begin
from app.approvals.models import Event
from app.audit.chain import append, verify
from app.context import Context
from app.errors import CommentRequired, NotAllowed, NotFound, NotNow, Refused, Stale
from app.records.intake import Document, new_record, slot_of
from app.records.models import Record
from app.records.refusals import Duplicate, SlotTaken
from tests.conftest import Cast
from tests.handing_in import decide, hand_in, hand_in_again
from tests.waiting import until_somebody_waits
from workflows.model import Action, State

Pdf = Callable[..., bytes]


def _state(context: Context, record: Record) -> tuple[str, int, str | None]:
    with context.database.transaction() as session:
        now = session.get_one(Record, record.id)
        return now.state, now.turn, now.waiting_for


def test_a_lesson_plan_goes_from_teacher_to_head_to_principal(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    assert _state(context, record) == ("submitted", 1, "head")

    decide(context, cast.head, record, Action.APPROVE)
    assert _state(context, record) == ("department_approved", 2, "principal")

    decide(context, cast.principal, record, Action.SIGN_OFF)
    assert _state(context, record) == ("signed_off", 3, None)

    decide(context, None, record, Action.FILE)
    assert _state(context, record) == ("filed", 4, None)


def test_every_step_is_an_event_with_the_turn_it_led_to(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    decide(context, cast.head, record, Action.APPROVE, "Tốt")

    with context.database.transaction() as session:
        events = session.scalars(select(Event).order_by(Event.turn)).all()

    assert [(e.action, e.from_state, e.to_state, e.turn, e.role) for e in events] == [
        ("submit", None, "submitted", 1, "owner"),
        ("approve", "submitted", "department_approved", 2, "head"),
    ]
    assert events[1].actor_id == cast.head.user_id
    assert events[1].comment == "Tốt"
    assert {e.sha256 for e in events} == {record.sha256}


@pytest.mark.parametrize(
    ("who", "action", "refusal"),
    [
        ("teacher", Action.APPROVE, NotAllowed),
        ("teacher2", Action.APPROVE, NotFound),
        ("head2", Action.APPROVE, NotFound),
        ("head", Action.SIGN_OFF, NotAllowed),
        ("principal", Action.APPROVE, NotAllowed),
        ("principal", Action.SIGN_OFF, NotNow),
        ("vice_principal", Action.SIGN_OFF, NotAllowed),
        ("clerk", Action.APPROVE, NotAllowed),
        ("b_head", Action.APPROVE, NotFound),
        ("b_principal", Action.SIGN_OFF, NotFound),
        ("officer", Action.APPROVE, NotFound),
        ("head", Action.RETURN, CommentRequired),
        ("head", Action.FILE, NotAllowed),
    ],
)
def test_whoever_has_no_authority_now_is_refused(
    context: Context, cast: Cast, pdf: Pdf, who: str, action: Action, refusal: type[Refused]
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    with pytest.raises(refusal):
        decide(context, getattr(cast, who), record, action)
    assert _state(context, record)[:2] == ("submitted", 1)


def test_a_decision_on_other_bytes_or_an_older_turn_is_stale(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    for turn, sha256 in ((1, "0" * 64), (2, record.sha256), (0, record.sha256)):
        with pytest.raises(Stale), context.database.transaction() as session:
            act(session, cast.head, Decision(record.id, Action.APPROVE, turn, sha256))


def test_a_heads_own_plan_goes_straight_to_the_principal(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.head, pdf()).record
    assert _state(context, record)[2] == "principal"
    with pytest.raises(NotAllowed):
        decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)
    assert _state(context, record)[0] == State.SIGNED_OFF


def test_department_and_school_records_skip_the_head(context: Context, cast: Cast, pdf: Pdf) -> None:
    plan = hand_in(context, cast.head, pdf("tổ"), record_type="KHTCM", period="2026-2027").record
    school = hand_in(context, cast.clerk, pdf("trường"), record_type="KHGDNT", period="2026-2027").record
    for record in (plan, school):
        decide(context, cast.principal, record, Action.SIGN_OFF)
        assert _state(context, record)[0] == State.SIGNED_OFF


@pytest.mark.parametrize(
    ("who", "record_type"), [("teacher", "KHTCM"), ("teacher", "KHGDNT"), ("clerk", "KHBD")]
)
def test_records_are_handed_in_only_by_those_they_belong_to(
    context: Context, cast: Cast, pdf: Pdf, who: str, record_type: str
) -> None:
    period = "2026-2027/W12" if record_type == "KHBD" else "2026-2027"
    with pytest.raises(NotAllowed):
        hand_in(context, getattr(cast, who), pdf(), record_type=record_type, period=period)


def test_returned_with_a_reason_then_a_new_version_is_decided_anew(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    view = hand_in(context, cast.teacher, pdf("bản một"))
    decide(context, cast.head, view.record, Action.RETURN, "Thiếu mục tiêu")

    with pytest.raises(Duplicate):
        hand_in_again(context, cast.teacher, pdf("bản một"), view.record)
    again = hand_in_again(context, cast.teacher, pdf("bản hai"), view.record)

    assert (again.record.version, again.record.turn, again.record.state) == (2, 3, "submitted")
    with pytest.raises(Stale), context.database.transaction() as session:
        act(session, cast.head, Decision(again.record.id, Action.APPROVE, 3, view.record.sha256))
    decide(context, cast.head, again.record, Action.APPROVE)


def test_a_withdrawn_record_takes_the_same_bytes_again(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    decide(context, cast.teacher, record, Action.WITHDRAW)
    again = hand_in_again(context, cast.teacher, pdf(), record)
    assert (again.record.state, again.record.version) == ("submitted", 2)


def test_a_withdrawn_record_leaves_its_slot_until_it_comes_back(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    first = hand_in(context, cast.teacher, pdf("một")).record
    with pytest.raises(Duplicate):
        hand_in(context, cast.teacher, pdf("một"))
    with pytest.raises(SlotTaken):
        hand_in(context, cast.teacher, pdf("hai"))
    decide(context, cast.teacher, first, Action.WITHDRAW)
    hand_in(context, cast.teacher, pdf("hai"))
    with pytest.raises(SlotTaken):
        hand_in_again(context, cast.teacher, pdf("ba"), first)


def test_of_two_deciders_at_once_one_wins_and_the_other_is_told(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    records = [hand_in(context, cast.teacher, pdf(f"tiết {n}"), title=f"Tiết {n}").record for n in range(12)]
    both = threading.Barrier(2)

    def decide_all(action: Action) -> list[str]:
        results = []
        for record in records:
            both.wait()
            try:
                with context.database.transaction() as session:
                    act(session, cast.head, Decision(record.id, action, 1, record.sha256, "Cần sửa"))
                results.append("accepted")
            except Refused as refusal:
                results.append(refusal.code)
        return results

    with ThreadPoolExecutor(2) as pool:
        approved, returned = pool.map(decide_all, (Action.APPROVE, Action.RETURN))

    assert all(sorted(pair) == ["accepted", "stale"] for pair in zip(approved, returned, strict=True))


def test_the_same_slot_filled_twice_at_once_becomes_one_record(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    both = threading.Barrier(2)

    def submit_one(content: bytes) -> str:
        both.wait()
        try:
            hand_in(context, cast.teacher, content)
        except Refused as refusal:
            return refusal.code
        return "accepted"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(submit_one, (pdf("một"), pdf("hai"))))

    assert results == ["accepted", "slot_taken"]
    kept = [path for path in (context.settings.data_dir / "staging/uploads").rglob("*") if path.is_file()]
    assert len(kept) == 1


def test_a_bulk_decision_gives_each_item_its_own_result(context: Context, cast: Cast, pdf: Pdf) -> None:
    good, other = (hand_in(context, cast.teacher, pdf(t), title=t).record for t in ("một", "hai"))
    foreign = hand_in(context, cast.b_teacher, pdf("ba")).record
    decisions = [
        Decision(good.id, Action.APPROVE, 1, good.sha256),
        Decision(other.id, Action.APPROVE, 7, other.sha256),
        Decision(foreign.id, Action.APPROVE, 1, foreign.sha256),
        Decision(good.id, Action.APPROVE, 1, good.sha256),
    ]
    with context.database.transaction() as session:
        outcomes = act_on_many(session, cast.head, decisions)
    assert [o.refusal and o.refusal.code for o in outcomes] == [None, "stale", "not_found", "stale"]
    assert [o.record_id for o in outcomes] == [d.record_id for d in decisions]


def test_the_number_of_statements_does_not_grow_with_the_batch(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    records = [hand_in(context, cast.teacher, pdf(f"t {n}"), title=f"T {n}").record for n in range(12)]
    statements: list[str] = []
    event.listen(context.database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def statements_for(batch: list[Record]) -> int:
        statements.clear()
        with context.database.transaction() as session:
            act_on_many(session, cast.head, [Decision(r.id, Action.APPROVE, 1, r.sha256) for r in batch])
        return len(statements)

    assert statements_for(records[:2]) == statements_for(records[2:])


def test_events_and_audit_follow_each_other_without_a_gap(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    decide(context, cast.head, record, Action.APPROVE)
    with context.database.transaction() as session:
        turns = session.scalars(select(Event.turn).order_by(Event.turn)).all()
        assert turns == [1, 2]
        assert verify(session) == []


def test_a_refused_decision_writes_nothing(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    with pytest.raises(Stale), context.database.transaction() as session:
        act(session, cast.head, Decision(record.id, Action.APPROVE, 9, record.sha256))
    with context.database.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_a_record_handed_in_again_while_another_takes_its_slot_is_told_whose_it_is(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    view = hand_in(context, cast.teacher, pdf("bản một"))
    decide(context, cast.teacher, view.record, Action.WITHDRAW)
    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            slot = slot_of(session, view.record)
            other = new_record(session, slot, 1)
            append(session, "truong-a", [begin(session, cast.teacher, other, _document("khác"))])
            trying = pool.submit(hand_in_again, context, cast.teacher, pdf("bản hai"), view.record)
            until_somebody_waits(context)
        with pytest.raises(SlotTaken) as refused:
            trying.result(60)
    assert refused.value.values["record"] == other.id


def _document(words: str) -> Document:
    sha256 = hashlib.sha256(words.encode()).hexdigest()
    return Document(sha256, 1, 1, False, f"uploads/{sha256}", "tep.pdf", words)
