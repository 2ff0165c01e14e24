"""The kept counts: equal to a recount whatever happened, and known to be out of date as soon as they are."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import func, select, update

from app.context import Context
from app.db import now
from app.obligations.building import build
from app.obligations.models import ObligationCount, ObligationSummary
from app.obligations.standing import Status, standings
from app.obligations.summaries import count, count_again
from app.people.authority import Authority
from app.people.models import Membership
from app.records.models import Record
from app.schools.queries import school_by_code
from tests.conftest import Cast
from tests.handing_in import decide, hand_in, hand_in_again
from workflows.model import Action, State

YEAR = "2026-2027"
Pdf = Callable[..., bytes]
Counts = dict[tuple[str, str], int]


def kept(context: Context) -> Counts:
    with context.database.transaction() as session:
        rows = session.scalars(
            select(ObligationSummary).where(
                ObligationSummary.school_id == school_by_code(session, "truong-a").id
            )
        ).all()
        counts = {
            (row.record_type_code, each.value): getattr(row, each.value) for row in rows for each in Status
        }
    return {place: number for place, number in counts.items() if number}


def recounted(context: Context) -> Counts:
    with context.database.transaction() as session:
        standing = standings(school_by_code(session, "truong-a").id, YEAR, now()).c
        rows = session.execute(
            select(standing.code, standing.status, func.count()).group_by(standing.code, standing.status)
        )
        return {(code, status): number for code, status, number in rows}


class Happenings:
    """What may happen to a school's records and people, one thing at random."""

    def __init__(self, context: Context, cast: Cast, pdf: Pdf, seed: int) -> None:
        self.context, self.cast, self.pdf = context, cast, pdf
        self.dice = random.Random(seed)
        self.number = 0

    def next(self) -> None:
        self.number += 1
        moves: dict[State, list[tuple[Authority | None, Action]]] = {
            State.SUBMITTED: [(self.cast.head, Action.APPROVE), (self.cast.head, Action.RETURN)],
            State.DEPARTMENT_APPROVED: [(self.cast.principal, Action.SIGN_OFF)],
            State.SIGNED_OFF: [(None, Action.FILE)],
        }
        record = self.some_record()
        if record is None or self.dice.random() < 0.4:
            self.hand_in()
        elif record.state == State.RETURNED:
            hand_in_again(self.context, self.cast.teacher, self.pdf(f"lần {self.number}"), record)
        elif record.state in moves:
            actor, action = self.dice.choice(moves[State(record.state)])
            decide(self.context, actor, record, action, "Sửa lại")
        else:
            self.somebody_leaves()

    def hand_in(self) -> None:
        week = f"{YEAR}/W{self.dice.randint(1, 35):02}"
        hand_in(
            self.context, self.cast.teacher, self.pdf(f"{self.number}"), period=week, title=f"{self.number}"
        )

    def some_record(self) -> Record | None:
        with self.context.database.transaction() as session:
            found = session.scalars(select(Record).order_by(Record.created_at, Record.id)).all()
            return self.dice.choice(found) if found else None

    def somebody_leaves(self) -> None:
        with self.context.database.transaction() as session:
            leaving = update(Membership).where(Membership.user_id == self.cast.teacher2.user_id)
            ended = datetime(2026, self.dice.randint(9, 12), 15, tzinfo=UTC)
            session.execute(leaving.values(ended_at=ended))
            build(session, school_by_code(session, "truong-a").id, YEAR)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_kept_counts_equal_a_recount_after_whatever_happened(
    context: Context, cast: Cast, pdf: Pdf, seed: int
) -> None:
    happenings = Happenings(context, cast, pdf, seed)
    for _ in range(14):
        happenings.next()
        count_again(context)
        assert kept(context) == recounted(context)


def test_nothing_is_counted_again_when_nothing_happened(context: Context) -> None:
    count_again(context)
    with context.database.transaction() as session:
        before = session.scalars(select(ObligationCount.counted_at)).all()
    count_again(context)
    with context.database.transaction() as session:
        assert session.scalars(select(ObligationCount.counted_at)).all() == before


def test_a_deadline_that_passes_makes_the_counts_out_of_date(context: Context) -> None:
    count_again(context)
    with context.database.transaction() as session:
        count(session, school_by_code(session, "truong-a").id, YEAR, datetime(2026, 10, 1, tzinfo=UTC))
    assert kept(context) != recounted(context)
    count_again(context)
    assert kept(context) == recounted(context)


def test_what_is_committed_while_it_is_counted_is_counted_the_next_time(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    with context.database.transaction() as counting:
        count(counting, school_by_code(counting, "truong-a").id, YEAR, now())
        hand_in(context, cast.teacher, pdf("giữa chừng"), period=f"{YEAR}/W20")
    assert kept(context) != recounted(context)
    count_again(context)
    assert kept(context) == recounted(context)


def test_several_workers_share_the_schools(context: Context, owner: psycopg.Connection) -> None:
    owner.execute("UPDATE audit_heads SET number = number + 1")
    with ThreadPoolExecutor(3) as workers:
        list(workers.map(count_again, [context] * 3))
    assert kept(context) == recounted(context)
