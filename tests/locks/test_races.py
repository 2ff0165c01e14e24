"""A lock and a decision at the same time: one of them comes first, and the other one sees it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.approvals.actions import Decision, act
from app.context import Context
from app.locks.locking import Closing, lock
from app.locks.refusals import Locked
from app.records.models import Record
from tests.conftest import Cast
from tests.handing_in import hand_in
from workflows.model import Action

Pdf = Callable[..., bytes]
SOON = 20


def test_a_lock_waits_for_the_decision_that_is_being_written(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    decided, locked = threading.Event(), threading.Event()

    def close() -> None:
        decided.wait(SOON)
        with context.database.transaction() as session:
            lock(session, cast.principal, record.school_id, Closing(record.period, "Hết hạn"))
        locked.set()

    with ThreadPoolExecutor(1) as pool:
        closing = pool.submit(close)
        with context.database.transaction() as session:
            act(session, cast.head, Decision(record.id, Action.APPROVE, 1, record.sha256))
            decided.set()
            assert not locked.wait(0.5)
        closing.result(SOON)
    with context.database.transaction() as session:
        assert session.get_one(Record, record.id).state == "department_approved"


def test_a_decision_waits_for_the_lock_that_is_being_set_and_is_refused(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    locking = threading.Event()

    def decide() -> None:
        locking.wait(SOON)
        with context.database.transaction() as session:
            act(session, cast.head, Decision(record.id, Action.APPROVE, 1, record.sha256))

    with ThreadPoolExecutor(1) as pool:
        deciding = pool.submit(decide)
        with context.database.transaction() as session:
            lock(session, cast.principal, record.school_id, Closing(record.period, "Hết hạn"))
            locking.set()
            with pytest.raises(TimeoutError):
                deciding.result(0.5)
        with pytest.raises(Locked):
            deciding.result(SOON)


def test_what_was_signed_before_the_lock_is_filed(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    for actor, action in ((cast.head, Action.APPROVE), (cast.principal, Action.SIGN_OFF)):
        with context.database.transaction() as session:
            seen = session.get_one(Record, record.id)
            act(session, actor, Decision(record.id, action, seen.turn, seen.sha256))
    with context.database.transaction() as session:
        lock(session, cast.principal, record.school_id, Closing(record.period, "Hết hạn"))
    with context.database.transaction() as session:
        act(session, None, Decision(record.id, Action.FILE, 3, record.sha256))
    with context.database.transaction() as session:
        assert session.get_one(Record, record.id).state == "filed"
