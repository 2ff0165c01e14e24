"""The worker: every job has a task, and a record that is signed off ends in the tree."""

from collections.abc import Callable
from typing import Any

from app.context import Context
from app.records.models import OfficialFile, Record
from app.tree.commands import tree_check
from app.worker import run_worker
from tests.handing_in import decide, hand_in
from workflows.model import Action, State

Cast = Any


def sign_off(context: Context, cast: Cast, record: Record) -> None:
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)


def test_a_signed_off_record_is_sealed_and_filed(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1")).record
    sign_off(context, cast, record)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        filed = session.get_one(Record, record.id)
        assert filed.state == State.FILED
        official = session.get_one(OfficialFile, (record.id, filed.turn - 1))
    place = context.settings.data_dir / "tree/truong-a" / (official.path or "")
    assert place.stat().st_size == official.size
    assert tree_check(context) == []
