"""What an older gate took is read by today's before anybody says yes to it, and before it is sealed."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.approvals.actions import Decision, act_on_many
from app.context import Context
from app.errors import Refused
from app.pdf.gate import GATE_NUMBER
from app.pdf.sandbox import SandboxDied, SandboxUnavailable
from app.records.models import OfficialFile, Record
from app.records.rereading import BeingReadAgain, NoLongerTaken, ask_to_read_again, is_taken, read_again
from app.running.worker import run_worker
from app.stuck.models import StuckJob
from tests.browsing import send, signed_in
from tests.handing_in import decide, hand_in, hand_in_again
from tests.pdf.hard import hard
from tests.records.older_gates import brought_past_the_gate, now_in, taken_by_an_older_gate
from tests.tree.steps import sign_off
from workflows.model import Action, State

Cast = Any
Pdf = Callable[..., bytes]

SHOWN_AND_SEALED_DIFFER = hard("h97-e2e-shown-vs-sealed")


@pytest.fixture
def record(context: Context, cast: Cast, pdf: Pdf) -> Record:
    """A teacher's plan of one page, just handed in."""
    return hand_in(context, cast.teacher, pdf("Bài 1")).record


def signed_before_the_upgrade(context: Context, cast: Cast, record: Record) -> None:
    """Let both deciders sign what today's gate refuses."""
    brought_past_the_gate(context, record, SHOWN_AND_SEALED_DIFFER)
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)
    taken_by_an_older_gate(context, record)


def spoil(blob: Path) -> None:
    blob.write_bytes(b"%PDF-1.7 " + blob.read_bytes()[9:-4] + b"harm")


def read_what_waits(context: Context) -> None:
    ask_to_read_again(context)
    run_worker(context, wait=False)


def outcome(context: Context, actor: Any, record: Record, action: Action) -> Refused | None:
    present = now_in(context, record)
    with context.database.transaction() as session:
        decision = Decision(record.id, action, present.turn, present.sha256, "Tệp không còn nhận được")
        return act_on_many(session, actor, [decision])[0].refusal


def test_nobody_says_yes_to_what_todays_gate_has_not_read(
    context: Context, cast: Cast, record: Record
) -> None:
    taken_by_an_older_gate(context, record)
    assert isinstance(outcome(context, cast.head, record, Action.APPROVE), BeingReadAgain)

    read_what_waits(context)
    assert outcome(context, cast.head, record, Action.APPROVE) is None
    taken_by_an_older_gate(context, record)
    assert isinstance(outcome(context, cast.principal, record, Action.SIGN_OFF), BeingReadAgain)


def test_what_todays_gate_refuses_is_returned_and_handed_in_anew(
    context: Context, cast: Cast, record: Record, pdf: Pdf
) -> None:
    brought_past_the_gate(context, record, SHOWN_AND_SEALED_DIFFER)
    decide(context, cast.head, record, Action.APPROVE)
    taken_by_an_older_gate(context, record)
    read_what_waits(context)

    assert now_in(context, record).gate_refusal == "mixed_content"
    assert isinstance(outcome(context, cast.principal, record, Action.SIGN_OFF), NoLongerTaken)
    assert outcome(context, cast.principal, record, Action.RETURN) is None
    hand_in_again(context, cast.teacher, pdf("Bài 1, sửa"), now_in(context, record))
    assert outcome(context, cast.head, record, Action.APPROVE) is None


def test_only_what_waits_is_read_again_and_asked_for_once(context: Context, cast: Cast, pdf: Pdf) -> None:
    waiting, returned = (hand_in(context, cast.teacher, pdf(each), title=each).record for each in "ab")
    decide(context, cast.head, returned, Action.RETURN, "Thiếu")
    for record in (waiting, returned):
        taken_by_an_older_gate(context, record)

    read_what_waits(context)

    assert now_in(context, waiting).gate == GATE_NUMBER
    assert now_in(context, returned).gate != GATE_NUMBER
    taken_by_an_older_gate(context, waiting)
    ask_to_read_again(context)
    ask_to_read_again(context)
    with context.database.transaction() as session:
        asked = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'read_again' AND status = 'todo'"
        assert session.scalar(text(asked)) == 1


def test_what_was_signed_before_the_upgrade_is_not_sealed_if_the_gate_refuses_it_now(
    context: Context, cast: Cast, record: Record
) -> None:
    signed_before_the_upgrade(context, cast, record)

    run_worker(context, wait=False)

    with context.database.transaction() as session:
        assert list(session.scalars(select(StuckJob.code))) == ["no_longer_taken"]
        assert session.scalars(select(OfficialFile)).all() == []
    assert not list((context.settings.data_dir / "tree").rglob("*.pdf"))


def test_what_was_signed_before_the_upgrade_is_sealed_if_the_gate_takes_it(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = sign_off(context, cast, pdf("Bài 1"))
    taken_by_an_older_gate(context, record)

    run_worker(context, wait=False)

    assert now_in(context, record).state == State.FILED


@pytest.mark.parametrize(
    ("harm", "code"), [(lambda blob: blob.unlink(), "approved_bytes_lost"), (spoil, "approved_bytes_changed")]
)
def test_bytes_that_a_backup_brings_back_are_no_refusal(
    context: Context, record: Record, harm: Callable[[Path], object], code: str
) -> None:
    taken_by_an_older_gate(context, record)
    (blob,) = [each for each in (context.settings.data_dir / "staging").rglob("*") if each.is_file()]
    kept, reading = blob.read_bytes(), select(StuckJob.code).where(StuckJob.task == "read_again")
    harm(blob)
    read_what_waits(context)
    with context.database.transaction() as session:
        assert list(session.scalars(reading)) == [code]
    assert now_in(context, record).gate != GATE_NUMBER

    blob.write_bytes(kept)
    read_what_waits(context)
    assert is_taken(now_in(context, record))
    with context.database.transaction() as session:
        assert list(session.scalars(reading)) == []


class DyingSandbox:
    """A sandbox whose child ends as if the machine had killed it."""

    def run(self, *_asked: object, **_how: object) -> dict[str, object]:
        raise SandboxDied("crash")


def test_a_sandbox_that_the_machine_killed_refuses_nothing(context: Context, record: Record) -> None:
    taken_by_an_older_gate(context, record)
    dying: Any = DyingSandbox()
    with pytest.raises(SandboxUnavailable):
        read_again(replace(context, sandbox=dying), str(record.id))
    assert now_in(context, record).gate != GATE_NUMBER


class TestWhatPeopleAreTold:
    def test_a_decider_reads_why_and_may_only_return(
        self, app: Flask, context: Context, record: Record
    ) -> None:
        brought_past_the_gate(context, record, SHOWN_AND_SEALED_DIFFER)
        taken_by_an_older_gate(context, record)
        client = signed_in(app, "totruong1@truong-a.example")
        assert "đang được kiểm tra lại" in client.get(f"/ho-so/{record.id}").text

        read_what_waits(context)
        page = client.get(f"/ho-so/{record.id}").text

        assert "hiện ra khác nhau tùy phần mềm đọc" in page
        assert 'value="approve"' not in page
        assert 'value="return"' in page
        assert "Không còn nhận được" in client.get("/cho-duyet").text

    def test_many_at_once_are_told_one_by_one(self, app: Flask, context: Context, record: Record) -> None:
        brought_past_the_gate(context, record, SHOWN_AND_SEALED_DIFFER)
        taken_by_an_older_gate(context, record)
        read_what_waits(context)
        present, client = now_in(context, record), signed_in(app, "totruong1@truong-a.example")
        item = f"{record.id}:{present.turn}:{present.sha256}"
        answer = send(client, "/cho-duyet", "/cho-duyet", action="approve", item=item)
        assert "kiểm tra lại theo quy tắc hiện nay thì không nhận được" in answer.text

    def test_whoever_looks_at_a_signed_record_learns_that_it_will_not_be_filed(
        self, app: Flask, context: Context, cast: Cast, record: Record
    ) -> None:
        signed_before_the_upgrade(context, cast, record)
        run_worker(context, wait=False)

        page = signed_in(app, "gv1@truong-a.example").get(f"/ho-so/{record.id}").text

        assert "hiện ra khác nhau tùy phần mềm đọc" in page
        assert "nộp thành hồ sơ mới với tiêu đề khác" in page
        stuck = signed_in(app, "hieutruong@truong-a.example").get("/viec-bi-ket").text
        assert "kiểm tra lại theo quy tắc hiện nay thì không đóng dấu được" in stuck

    def test_a_browser_asks_anew_for_pages_that_another_gate_may_have_shown(
        self, app: Flask, record: Record
    ) -> None:
        page = signed_in(app, "totruong1@truong-a.example").get(f"/ho-so/{record.id}").text
        asked = re.findall(rf"/ho-so/{record.id}/trang/1\.png\?[^\"]*", page)
        assert len(asked) == 2
        assert all(f"v={record.sha256[:16]}.{GATE_NUMBER}" in each for each in asked)
