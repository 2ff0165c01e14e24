"""Shares from the command line: in the name of whoever runs the server, each step written down."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.context import Context
from app.db import now
from app.errors import NotFound
from app.running.worker import run_worker
from app.schools.models import Office
from app.shares.commands import Order, share_add, share_audit, share_list, share_revoke
from app.shares.models import ShareDecision, ShareState
from app.shares.refusals import NotOverseeing, ShareNotNow
from tests.shares.sharing import OFFICER, PROVINCE, ask, state_of, year
from tests.tree.clouds import SCHOOL

Cast = Any


def add(context: Context, office: str = "phong", email: str = OFFICER, until: date | None = None) -> str:
    (line,) = share_add(context, "admin", Order(SCHOOL, office, email, until), patience=0)
    return line


def steps(context: Context) -> list[tuple[str, str, str]]:
    with context.database.transaction() as session:
        rows = session.scalars(select(ShareDecision).order_by(ShareDecision.id))
        return [(row.step, row.role, row.operator) for row in rows]


def test_a_share_is_added_listed_and_revoked(context: Context) -> None:
    last = date(now().year + 1, 1, 31) if now().month > 6 else date(now().year, 12, 31)
    last = min(last, date.fromordinal(now().date().toordinal() + 360))
    described = f"1 {SCHOOL} {year()} phong {OFFICER} until {last.isoformat()}"
    assert add(context, until=last) == f"{described} opening"
    run_worker(context, wait=False)
    assert share_list(context) == [f"{described} open"]
    assert share_revoke(context, "admin", 1, patience=0) == [f"{described} closing"]
    run_worker(context, wait=False)
    assert share_list(context) == [f"{described} closed"]
    assert steps(context) == [("give", "operator", "admin"), ("revoke", "operator", "admin")]
    with context.database.transaction() as session:
        actors = set(session.scalars(select(AuditEntry.actor).where(AuditEntry.kind == "share.give")))
    assert actors == {"operator:admin"}


def test_a_request_that_waits_is_granted(context: Context, cast: Cast) -> None:
    share = ask(context, cast.officer)
    add(context, "so", PROVINCE)
    assert state_of(context, share) == ShareState.OPENING
    assert [step for step, *_ in steps(context)] == ["request", "consent"]


def test_without_a_request_for_an_office_above_both_steps_are_written_down(context: Context) -> None:
    add(context, "so", PROVINCE)
    assert steps(context) == [("request", "operator", "admin"), ("consent", "operator", "admin")]
    add(context, "so", PROVINCE, date.fromordinal(now().date().toordinal() + 30))
    assert [step for step, *_ in steps(context)] == ["request", "consent", "change"]


def test_a_request_may_be_refused(context: Context, cast: Cast) -> None:
    share = ask(context, cast.officer)
    share_revoke(context, "admin", share.id, patience=0)
    assert state_of(context, share) == ShareState.REFUSED
    with pytest.raises(ShareNotNow):
        share_revoke(context, "admin", share.id, patience=0)


@pytest.mark.parametrize(
    "order",
    [Order("truong-z", "phong", OFFICER), Order(SCHOOL, "nowhere", OFFICER)],
)
def test_what_nobody_knows_is_not_found(context: Context, order: Order) -> None:
    with pytest.raises(NotFound):
        share_add(context, "admin", order, patience=0)
    with pytest.raises(NotFound):
        share_revoke(context, "admin", 4711, patience=0)


def test_an_office_that_does_not_oversee_the_school_gets_nothing(context: Context) -> None:
    with context.database.transaction() as session:
        session.add(Office(code="khac", name="Phòng khác (mẫu)", kind="commune_culture_society_office"))
    with pytest.raises(NotOverseeing):
        add(context, "khac")


def test_a_folder_of_this_machine_has_no_permissions_to_look_at(context: Context) -> None:
    add(context)
    run_worker(context, wait=False)
    assert share_audit(context, "admin", SCHOOL, close_links=True) == []
