"""The worker is killed at every step of carrying a handover out: then all of it is done, or nothing."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text

from app.approvals.models import Event
from app.audit.chain import verify
from app.audit.models import AuditEntry
from app.clock import today
from app.context import Context
from app.handovers.models import Handover
from app.people.models import Membership
from app.records.models import Record
from app.teaching.models import Assignment
from tests.handing_in import decide, hand_in
from tests.handovers.giving import agreed, drawn_up
from tests.tree.test_killed import killable_worker
from workflows.model import Action

Cast = SimpleNamespace


def traces(context: Context, cast: Cast) -> dict[str, int]:
    """Count each thing that carrying the handover out leaves behind."""
    gives, takes = cast.teacher.user_id, cast.teacher2.user_id
    counts = {
        "carried out": select(Handover).where(Handover.done_at.is_not(None)),
        "records owned": select(Record).where(Record.owner_id == takes),
        "records kept": select(Record).where(Record.keeper_id == takes),
        "in histories": select(Event).where(Event.action == Action.HAND_OVER),
        "duties begun": select(Assignment).where(
            Assignment.user_id == takes, Assignment.starts_on == today()
        ),
        "duties ended": select(Assignment).where(Assignment.user_id == gives, Assignment.ends_on < today()),
        "posts ended": select(Membership).where(
            Membership.user_id == gives, Membership.ended_at.is_not(None)
        ),
        "in the log": select(AuditEntry).where(AuditEntry.kind.in_(["handover.done", "account.places"])),
    }
    with context.database.transaction() as session:
        return {
            what: session.scalar(select(func.count()).select_from(rows.subquery())) or 0
            for what, rows in counts.items()
        }


def at_once(context: Context) -> None:
    """Let what a dead worker was doing be tried again without a pause."""
    with context.database.transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL, attempts = 0"))


@pytest.mark.timeout(300)
def test_a_worker_killed_at_any_step_leaves_nothing_or_all_of_a_handover(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    hand_in(context, cast.teacher, pdf("chờ"))
    returned = hand_in(context, cast.teacher, pdf("trả"), period="2026-2027/W13").record
    decide(context, cast.head, returned, Action.RETURN, "Bổ sung mục tiêu")
    signed = hand_in(context, cast.teacher, pdf("ký"), period="2026-2027/W14").record
    decide(context, cast.head, signed, Action.APPROVE)
    decide(context, cast.principal, signed, Action.SIGN_OFF)
    handover_id = drawn_up(context, cast, leaves=True)

    with killable_worker(context) as run:
        assert run(0).startswith("done")
        nothing = traces(context, cast)
        agreed(context, cast, handover_id)
        seen, kill_at, outcome = [], 0, "killed"
        while outcome == "killed":
            kill_at += 1
            at_once(context)
            outcome = run(kill_at)
            seen.append(traces(context, cast))

    everything = seen[-1]
    assert everything == {
        "carried out": 1,
        "records owned": 2,
        "records kept": 1,
        "in histories": 2,
        "duties begun": nothing["duties begun"] + everything["duties ended"],
        "duties ended": everything["duties ended"],
        "posts ended": 1,
        "in the log": nothing["in the log"] + 2,
    }
    assert everything["duties ended"] > 0
    assert all(each in (nothing, everything) for each in seen)
    assert seen.count(nothing) > 10
    with context.database.transaction() as session:
        assert verify(session) == []
