"""Every kind of step that a record can make: the log agrees with its event, and with no other one."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.approvals.models import Event
from app.audit.chain import Happening, append
from app.audit.models import AuditEntry
from app.clock import today
from app.context import Context
from app.db import Database
from app.locks.locking import lift
from app.locks.models import Lock
from app.people.delegations import Mandate, Term, delegate, revoke
from app.people.models import Role
from app.proof.verification import Scope, verify_whole
from app.records.models import Record
from app.running.worker import run_worker
from tests.approvals.test_standstills import now_of
from tests.conftest import Cast
from tests.corrections.test_closing import correcting, lock_school, sign_again, witness
from tests.handing_in import decide, hand_in, hand_in_again
from tests.handovers.giving import carried_out
from tests.people.test_lapsing import change, places
from tests.proof.test_logged import again
from tests.proof.test_verification import verified
from tests.tree.steps import file_one, sign_off
from workflows.model import Action

Pdf = Callable[..., bytes]
Story = Callable[[Context, Cast, Pdf], object]


def returned(context: Context, cast: Cast, pdf: Pdf) -> Record:
    record = hand_in(context, cast.teacher, pdf("trả lại")).record
    decide(context, cast.head, record, Action.RETURN, "Bổ sung “mục tiêu” \\ và\nđồ dùng")
    return record


def handed_in_again(context: Context, cast: Cast, pdf: Pdf) -> None:
    hand_in_again(context, cast.teacher, pdf("bản hai"), returned(context, cast, pdf))


def handed_over(context: Context, cast: Cast, pdf: Pdf) -> None:
    hand_in(context, cast.teacher, pdf("bàn giao"), period="2026-2027/W16")
    carried_out(context, cast)


def withdrawn(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("rút"), period="2026-2027/W14").record
    decide(context, cast.teacher, record, Action.WITHDRAW)


def rerouted(context: Context, cast: Cast, pdf: Pdf) -> None:
    hand_in(context, cast.teacher, pdf("chờ"), period="2026-2027/W15")
    change(context, cast, places("head", (Role.TEACHER, "head")), places("teacher", (Role.HEAD, "head")))
    run_worker(context, wait=False)


STORIES: Mapping[Action, Story] = {
    Action.SUBMIT: lambda context, cast, pdf: hand_in(context, cast.teacher, pdf("nộp")),
    Action.APPROVE: lambda context, cast, pdf: sign_off(context, cast, pdf("duyệt")),
    Action.SIGN_OFF: lambda context, cast, pdf: sign_off(context, cast, pdf("ký")),
    Action.RETURN: returned,
    Action.WITHDRAW: withdrawn,
    Action.RESUBMIT: handed_in_again,
    Action.FILE: lambda context, cast, pdf: file_one(context, cast, pdf("lưu")),
    Action.HAND_OVER: handed_over,
    Action.REROUTE: rerouted,
}
"""How a record comes to make each kind of step."""

CHANGES = {
    "record_id": "record_id = (SELECT id FROM records WHERE id <> record_id LIMIT 1), turn = 90",
    "turn": "turn = turn + 90",
    "at": "at = at + interval '1 microsecond'",
    "actor_id": "actor_id = (SELECT id FROM users WHERE id IS DISTINCT FROM actor_id LIMIT 1)",
    "version": "version = version + 1",
}
"""How columns are changed that are no texts."""

UNCOMPARED = {"id"}
"""What nothing shows and nothing rests on."""


@pytest.fixture
def owned(context: Context) -> Iterator[Database]:
    """The database as its owner comes to it, with the guard of events taken off."""
    database = Database(context.settings.owner_database_url)
    with database.transaction() as session:
        session.execute(text("ALTER TABLE events DISABLE TRIGGER only_added"))
    yield database
    database.engine.dispose()


def found_in(session: Session) -> list[str]:
    return [f"{each.chain}: {each.number} {each.reason}" for each in verify_whole(session, Scope(), [])]


def found(context: Context) -> list[str]:
    with context.database.snapshot() as session:
        return found_in(session)


def columns_that_may_be_changed_unseen(owned: Database, action: Action) -> list[str]:
    """Change each column of the step's event in turn, taking it back after a look."""
    unseen = []
    for column in sorted(set(Event.__table__.columns.keys()) - UNCOMPARED):
        how = CHANGES.get(column, f"{column} = coalesce({column}, '') || 'x'")
        with owned.sessions() as session:
            session.execute(text(f"UPDATE events SET {how} WHERE action = :action"), {"action": action})
            if not any("of the event" in line for line in found_in(session)):
                unseen.append(column)
            session.rollback()
    return unseen


def actions_told(context: Context) -> set[str]:
    with context.database.transaction() as session:
        return set(session.scalars(select(Event.action)))


def test_there_is_a_story_for_every_action() -> None:
    assert set(STORIES) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_the_log_agrees_with_each_kind_of_step_and_no_column_of_it_changes_unseen(
    context: Context, cast: Cast, pdf: Pdf, owned: Database, action: Action
) -> None:
    hand_in(context, cast.teacher2, pdf("khác"), period="2026-2027/W20")
    STORIES[action](context, cast, pdf)
    assert action in actions_told(context)
    assert found(context) == []
    assert columns_that_may_be_changed_unseen(owned, action) == []


def rewritten(
    context: Context, owner: psycopg.Connection, shape: Callable[[Happening], list[Happening]]
) -> None:
    """Write school A's chain anew, each entry as an older program would have written it."""
    with context.database.transaction() as session:
        own = select(AuditEntry).where(AuditEntry.chain == "truong-a").order_by(AuditEntry.number)
        told = [Happening(each.kind, each.actor, each.subject, each.facts) for each in session.scalars(own)]
    owner.execute("ALTER TABLE audit_entries DISABLE TRIGGER only_added")
    owner.execute("DELETE FROM audit_entries WHERE chain = 'truong-a'")
    owner.execute("DELETE FROM audit_heads WHERE chain = 'truong-a'")
    with context.database.transaction() as session:
        append(session, "truong-a", [older for each in told for older in shape(each)])


def without_the_moment(told: Happening) -> list[Happening]:
    """An entry of the days when the names were held and the moment was not."""
    return [_without(told, "at")]


def without_names(told: Happening) -> list[Happening]:
    """An entry from before migration 0026; handovers had none, and reroutes a short one."""
    if told.kind == "record.hand_over":
        return []
    later = ("from", "to", "role", "comment") if told.kind == "record.reroute" else ()
    return [_without(told, "at", "names_sha256", *later)]


def _without(told: Happening, *names: str) -> Happening:
    facts: dict[str, Any] = {name: fact for name, fact in told.facts.items() if name not in names}
    return Happening(told.kind, told.actor, told.subject, facts)


@pytest.mark.parametrize("shape", [without_the_moment, without_names])
@pytest.mark.parametrize("action", sorted(set(Action) - {Action.HAND_OVER}))
def test_an_older_entry_agrees_in_what_it_holds(
    context: Context,
    cast: Cast,
    pdf: Pdf,
    owned: Database,
    owner: psycopg.Connection,
    action: Action,
    shape: Callable[[Happening], list[Happening]],
) -> None:
    hand_in(context, cast.teacher2, pdf("khác"), period="2026-2027/W20")
    STORIES[action](context, cast, pdf)
    rewritten(context, owner, shape)
    assert found(context) == []
    unseen = set(columns_that_may_be_changed_unseen(owned, action))
    assert unseen >= {"at"}
    assert not unseen & {"record_id", "turn", "actor_id", "sha256", "version", "action"}


def test_a_handover_that_had_no_entry_gets_one_when_the_product_is_upgraded(
    context: Context, cast: Cast, pdf: Pdf, owned: Database, owner: psycopg.Connection
) -> None:
    hand_in(context, cast.teacher2, pdf("khác"), period="2026-2027/W20")
    handed_over(context, cast, pdf)
    by_hand = "UPDATE events SET comment = 'Bàn “giao” \\ và' || chr(10) || chr(7) WHERE action = 'hand_over'"
    owner.execute(by_hand.encode())
    rewritten(context, owner, without_names)
    assert any("no entry tells of the event" in line for line in found(context))
    again(context, "_told_afterwards.py")
    again(context, "_told_afterwards.py")
    assert found(context) == []
    assert columns_that_may_be_changed_unseen(owned, Action.HAND_OVER) == []
    with context.database.transaction() as session:
        stand_in = select(AuditEntry).where(AuditEntry.kind == "record.handed_over_before")
        assert len(session.scalars(stand_in).all()) == 1


def test_a_delegation_that_ended_without_an_entry_gets_one_when_the_product_is_upgraded(
    context: Context, cast: Cast, owner: psycopg.Connection
) -> None:
    with context.database.transaction() as session:
        lent = delegate(session, cast.principal, _for_a_week(cast)).id
    owner.execute("UPDATE delegations SET revoked_at = now(), lapsed = true")
    again(context, "_told_afterwards.py")
    again(context, "_told_afterwards.py")
    with context.database.transaction() as session:
        ended = select(AuditEntry.subject, AuditEntry.actor).where(
            AuditEntry.kind == "delegation.lapsed_before"
        )
        assert session.execute(ended).all() == [(str(lent), "system")]
    assert found(context) == []


def _for_a_week(cast: Cast) -> Mandate:
    return Mandate(cast.vice_principal.user_id, "KT.", Term(today(), today() + timedelta(days=7)))


def test_nothing_that_happens_in_a_school_makes_the_verification_fail(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    filed = file_one(context, cast, pdf("bản một"), period="2026-2027/W10")
    correction = correcting(context, cast, filed)
    hand_in_again(context, cast.teacher, pdf("bản một đã sửa"), filed)
    sign_again(context, cast, filed)
    run_worker(context, wait=False)
    witness(context, correction, cast.teacher, cast.vice_principal, cast.records_admin)
    with context.database.transaction() as session:
        lent = delegate(session, cast.principal, _for_a_week(cast)).id
    lent_to = sign_off_by_the_deputy(context, cast, pdf)
    with context.database.transaction() as session:
        revoke(session, cast.principal, lent)
    lock_school(context, cast, filed)
    with context.database.transaction() as session:
        lift(session, cast.principal, session.scalars(select(Lock.id)).one(), "Mở lại")
    handed_in_again(context, cast, pdf)
    withdrawn(context, cast, pdf)
    handed_over(context, cast, pdf)
    rerouted(context, cast, pdf)
    run_worker(context, wait=False)
    assert lent_to.code
    assert verified(context) == []


def sign_off_by_the_deputy(context: Context, cast: Cast, pdf: Pdf) -> Record:
    record = hand_in(context, cast.teacher, pdf("ký thay"), period="2026-2027/W11").record
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, now_of(context, cast.vice_principal), record, Action.SIGN_OFF)
    return record


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE records SET state = 'department_approved' WHERE state = 'returned'",
        "UPDATE records SET turn = turn + 1 WHERE state = 'returned'",
        "UPDATE records SET sha256 = repeat('a', 64) WHERE state = 'returned'",
        "UPDATE versions SET sha256 = repeat('a', 64) WHERE number = 1",
        "UPDATE versions SET uploaded_by_id = (SELECT id FROM users WHERE email = 'gv3@truong-a.example')",
        "UPDATE versions SET number = 9 WHERE number = 1",
    ],
)
def test_a_record_or_a_version_that_no_step_left_so_is_found(
    context: Context, cast: Cast, pdf: Pdf, owned: Database, change: str
) -> None:
    returned(context, cast, pdf)
    assert found(context) == []
    with owned.sessions() as session:
        session.execute(text(change))
        lines = found_in(session)
        session.rollback()
    assert any("last event left it" in each or "that was handed in" in each for each in lines)
