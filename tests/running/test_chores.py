"""What the clock asks for is done by a worker that stays, item by item: one that fails holds up no other."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select, update

from app.approvals.models import StandstillNoticed
from app.approvals.standstill_letters import ask_for_deciders
from app.clock import today
from app.context import Context
from app.corrections.closing import ask_for_expired
from app.corrections.models import Correction
from app.handovers.carrying_out import ask_for_due_handovers
from app.handovers.confirming import confirm_giving, confirm_taking
from app.handovers.models import Handover
from app.jobs import ask_for_each, defer
from app.running.worker import Work, run_worker
from app.schools.models import School
from tests.conftest import Cast
from tests.corrections.test_closing import correcting, let_time_pass
from tests.handing_in import hand_in
from tests.handovers.giving import drawn_up
from tests.tree.clouds import make_due, queued
from tests.tree.steps import file_one

Pdf = Callable[..., bytes]


class Poison:
    """Makes each change of one row fail, as something unforeseen would."""

    def __init__(self, owner: psycopg.Connection) -> None:
        self._owner = owner

    def on(self, table: str, when: str, change: str = "UPDATE") -> None:
        self._owner.execute(
            "CREATE FUNCTION poisoned() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'unforeseen'; END $$"
        )
        self._owner.execute(
            f"CREATE TRIGGER poison BEFORE {change} ON {table} FOR EACH ROW"
            f" WHEN ({when}) EXECUTE FUNCTION poisoned()".encode()
        )

    def lifted(self) -> None:
        self._owner.execute("DROP FUNCTION poisoned CASCADE")


@pytest.fixture
def poison(owner: psycopg.Connection) -> Poison:
    return Poison(owner)


def test_a_worker_that_only_empties_the_queue_looks_at_no_clock(context: Context) -> None:
    done: list[str] = []
    tasks = {"find_deciders": lambda _context, **_arguments: done.append("job")}
    work = Work(tasks, {"keep_heads": ("* * * * * *", lambda _context: done.append("chore"))})
    with context.database.transaction() as session:
        defer(session, "find_deciders", [{"school_id": 1}])

    run_worker(context, wait=False, work=work)

    assert done == ["job"]


@pytest.mark.timeout(60)
def test_a_worker_that_stays_catches_up_on_what_fell_due_shortly_before_it_started(context: Context) -> None:
    done: list[str] = []

    def last_chore(_context: Context) -> None:
        done.append("chore")
        os.kill(os.getpid(), signal.SIGTERM)

    run_worker(context, work=Work({}, {"keep_heads": ("*/5 * * * *", last_chore)}))

    assert done == ["chore"]


def test_one_job_is_asked_for_each_item_that_none_waits_for(context: Context) -> None:
    for values in ([1, 2], [2, 3], [3]):
        with context.database.transaction() as session:
            ask_for_each(session, "find_deciders", "school_id", values)
    assert [task for task, *_ in queued(context)] == ["find_deciders"] * 3


def test_a_correction_that_cannot_be_closed_holds_up_no_other(
    context: Context, cast: Cast, pdf: Pdf, poison: Poison
) -> None:
    records = [file_one(context, cast, pdf(f"Bài {n}"), title=f"Bài {n}") for n in range(2)]
    first, second = (correcting(context, cast, record) for record in records)
    for correction in (first, second):
        let_time_pass(context, correction)
    poison.on("corrections", f"OLD.id = {first}")

    def closed() -> list[int]:
        for _ in range(2):
            ask_for_expired(context)
        make_due(context)
        run_worker(context, wait=False)
        with context.database.transaction() as session:
            found = select(Correction.id).where(Correction.state == "closed").order_by(Correction.id)
            return list(session.scalars(found))

    assert closed() == [second]
    poison.lifted()
    assert closed() == [first, second]


def test_a_handover_that_cannot_be_carried_out_holds_up_no_other(
    context: Context, cast: Cast, poison: Poison
) -> None:
    ids = []
    for giver in (cast.teacher, cast.teacher5):
        ids.append(drawn_up(context, cast, giver=giver, day=today() + timedelta(days=3)))
        with context.database.transaction() as session:
            confirm_giving(session, giver, ids[-1])
            confirm_taking(session, cast.teacher2, ids[-1])
    with context.database.transaction() as session:
        session.execute(update(Handover).values(takes_effect_on=today()))
    poison.on("handovers", f"OLD.id = {ids[0]}")
    ask_for_due_handovers(context)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        assert list(session.scalars(select(Handover.id).where(Handover.done_at.is_not(None)))) == ids[1:]


def test_a_school_whose_deciders_cannot_be_found_holds_up_no_other(
    context: Context, cast: Cast, pdf: Pdf, poison: Poison, owner: psycopg.Connection
) -> None:
    hand_in(context, cast.teacher, pdf("của trường A"))
    hand_in(context, cast.b_teacher, pdf("của trường B"))
    run_worker(context, wait=False)
    ask_for_deciders(context)
    assert queued(context) == []
    for head in (cast.head, cast.b_head):
        owner.execute("UPDATE users SET disabled_at = now() WHERE id = %s", [head.user_id])
    with context.database.transaction() as session:
        first, second = session.scalars(select(School.id).order_by(School.code))
    poison.on(StandstillNoticed.__tablename__, f"NEW.school_id = {first}", "INSERT")
    ask_for_deciders(context)
    assert [task for task, *_ in queued(context)] == ["find_deciders"] * 2
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        assert set(session.scalars(select(StandstillNoticed.school_id))) == {second}
