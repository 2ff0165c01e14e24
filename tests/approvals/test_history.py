"""Where a record stands on its way, told from its history."""

from collections.abc import Callable

from app.approvals.history import Step, history_of, latest_comments, steps_of
from app.context import Context
from app.records.models import Record
from tests.conftest import Cast
from tests.handing_in import decide, hand_in, hand_in_again
from workflows.model import Action


def steps_now(context: Context, record: Record) -> list[Step]:
    with context.database.transaction() as session:
        return steps_of(session.get_one(Record, record.id), history_of(session, record.id))


def told(steps: list[Step]) -> list[str]:
    return [f"{step.action}: {step.reached}" for step in steps]


def test_a_new_record_waits_for_the_department(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    steps = steps_now(context, record)
    assert told(steps) == ["submit: done", "approve: now", "sign_off: ahead", "file: ahead"]
    assert steps[0].entry is not None
    assert steps[0].entry.actor == cast.teacher.name


def test_a_department_record_has_no_step_of_the_head(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.head, pdf(), record_type="KHTCM", period="2026-2027").record
    assert told(steps_now(context, record)) == ["submit: done", "sign_off: now", "file: ahead"]


def test_a_returned_record_stopped_where_it_was_returned(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.RETURN, "Thiếu mục tiêu.")
    assert told(steps_now(context, record)) == [
        "submit: done",
        "approve: done",
        "sign_off: stopped",
        "file: ahead",
    ]


def test_a_new_version_begins_a_new_round(context: Context, cast: Cast, pdf: Callable[..., bytes]) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.RETURN, "Thiếu mục tiêu.")
    hand_in_again(context, cast.teacher, pdf("bản mới"), record)
    assert told(steps_now(context, record)) == [
        "submit: done",
        "approve: now",
        "sign_off: ahead",
        "file: ahead",
    ]


def test_a_filed_record_has_every_step_behind_it(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)
    decide(context, None, record, Action.FILE)
    assert {step.reached for step in steps_now(context, record)} == {"done"}


def test_only_the_latest_word_counts(context: Context, cast: Cast, pdf: Callable[..., bytes]) -> None:
    returned = hand_in(context, cast.teacher, pdf("một"), title="Một").record
    again = hand_in(context, cast.teacher, pdf("hai"), title="Hai").record
    for record in (returned, again):
        decide(context, cast.head, record, Action.RETURN, "Sửa lại.")
    hand_in_again(context, cast.teacher, pdf("hai, bản mới"), again)
    with context.database.transaction() as session:
        assert latest_comments(session, [returned.id, again.id]) == {returned.id: "Sửa lại."}
