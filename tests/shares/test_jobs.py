"""What is decided about shares is done in the cloud: once, with its end, and undone for good."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import Any

import pytest
from sqlalchemy import text

from app.clock import today
from app.context import Context
from app.running.worker import run_worker
from app.shares.decisions import revoke
from app.shares.jobs import end_shares
from app.shares.models import Share, ShareState
from app.storage.models import StoreAccount
from app.storage.opening import StoreOpener
from app.storage.protocol import Store
from app.tree.models import Folder
from app.tree.stores import store_of
from tests.shares.sharing import (
    OFFICER,
    SKIES,
    decide,
    give,
    lets_in,
    permissions,
    remote,
    state_of,
    wish,
    year,
)
from tests.tree.clouds import SCHOOL, Sky

Cast = Any
CREATING = {"google": "permissions.create", "microsoft": "permissions.invite"}
POLICY: dict[str, dict[str, Any]] = {
    "google": {"operation": "permissions.create", "status": 403, "reason": "domainPolicy"},
    "microsoft": {"kind": "domain_policy"},
}


@pytest.fixture(params=[*SKIES])
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sky(provider: str, context: Context) -> Iterator[Sky]:
    with SKIES[provider](context) as opened:
        opened.connect()
        yield opened


def shared(sky: Sky, cast: Cast) -> Share:
    share = give(sky.context, cast.principal)
    run_worker(sky.context, wait=False)
    assert state_of(sky.context, share) == ShareState.OPEN
    return share


def now_due(context: Context) -> None:
    """Let what was put off be tried at once."""
    with context.database.transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL"))
        session.execute(text("DELETE FROM buckets"))


def change_shares(context: Context, assignments: str) -> None:
    with context.database.transaction() as session:
        session.execute(text(f"UPDATE shares SET {assignments}"))


def error_of(context: Context, share: Share) -> str | None:
    with context.database.transaction() as session:
        return session.get_one(Share, share.id).error_code


def test_the_reader_may_read_the_years_folder_and_no_link_is_made(sky: Sky, cast: Cast) -> None:
    shared(sky, cast)
    assert lets_in(sky, year(), OFFICER)
    (grant,) = [each for each in _grants(sky) if each.email == OFFICER]
    assert (grant.role, grant.public, grant.inherited) == ("reader", False, False)
    assert not any(each.public for each in _grants(sky))


def test_a_share_costs_one_call_for_the_person_once_the_folder_is_there(
    sky: Sky, provider: str, cast: Cast
) -> None:
    shared(sky, cast)
    before = sky.calls()
    give(sky.context, cast.principal, wish(sky.context, email="khac@phong.example"))
    run_worker(sky.context, wait=False)
    spent = {name: count - before.get(name, 0) for name, count in sky.calls().items()}
    assert {name: count for name, count in spent.items() if count} == {CREATING[provider]: 1}


def test_google_keeps_the_end_by_itself(sky: Sky, provider: str, cast: Cast) -> None:
    share = shared(sky, cast)
    (grant,) = [each for each in _grants(sky) if each.email == OFFICER]
    assert grant.until == (share.until if provider == "google" else None)


def test_another_end_reaches_the_cloud_without_a_second_permission(
    sky: Sky, provider: str, cast: Cast
) -> None:
    shared(sky, cast)
    share = give(sky.context, cast.principal, wish(sky.context, last_day=today() + timedelta(days=3)))
    run_worker(sky.context, wait=False)
    (grant,) = [each for each in _grants(sky) if each.email == OFFICER]
    assert grant.until == (share.until if provider == "google" else None)
    assert state_of(sky.context, share) == ShareState.OPEN


def test_what_is_taken_back_is_gone_from_the_cloud(sky: Sky, cast: Cast) -> None:
    share = shared(sky, cast)
    decide(sky.context, revoke, cast.principal, share)
    run_worker(sky.context, wait=False)
    assert state_of(sky.context, share) == ShareState.CLOSED
    assert not lets_in(sky, year(), OFFICER)


def test_what_is_over_is_gone_from_the_cloud(sky: Sky, cast: Cast) -> None:
    share = shared(sky, cast)
    with sky.context.database.transaction() as session:
        session.execute(text("UPDATE shares SET until = now() - interval '1 second'"))
    end_shares(sky.context)
    run_worker(sky.context, wait=False)
    assert state_of(sky.context, share) == ShareState.CLOSED
    assert not lets_in(sky, year(), OFFICER)


def test_a_permission_that_a_person_took_away_first_is_no_trouble(sky: Sky, cast: Cast) -> None:
    share = shared(sky, cast)
    sky.emulator.meddle({"verb": "unshare", "file": remote(sky, year())["id"], "with": OFFICER})
    decide(sky.context, revoke, cast.principal, share)
    run_worker(sky.context, wait=False)
    assert state_of(sky.context, share) == ShareState.CLOSED


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_connection_that_is_cut_leaves_one_permission(
    sky: Sky, provider: str, cast: Cast, cut: str
) -> None:
    shared(sky, cast)
    sky.fault(operation=CREATING[provider], cut=cut, times=1)
    again = give(sky.context, cast.principal, wish(sky.context, email="khac@phong.example"))
    for _ in range(3):
        run_worker(sky.context, wait=False)
        now_due(sky.context)
    assert state_of(sky.context, again) == ShareState.OPEN
    assert sum("khac@phong.example" in repr(each) for each in permissions(sky, year())) == 1


class FaultyStores(StoreOpener):
    """Opens no store, by a fault that nobody thought of."""

    def open(self, account: StoreAccount | None, school_code: str) -> Store:  # noqa: ARG002 -- as its parent
        raise ZeroDivisionError


class FaultyContext(Context):
    """The same parts, but for stores."""

    @cached_property
    def stores(self) -> StoreOpener:
        return FaultyStores(self.settings, self.database, {})


def faulty(context: Context) -> Context:
    return FaultyContext(context.settings, context.database, context.sandbox, context.staging)


def test_a_permission_that_could_not_go_for_an_unforeseen_reason_is_taken_away_an_hour_later(
    sky: Sky, cast: Cast
) -> None:
    share = shared(sky, cast)
    decide(sky.context, revoke, cast.principal, share)
    run_worker(faulty(sky.context), wait=False)
    assert error_of(sky.context, share) == "internal_error"
    end_shares(sky.context)
    run_worker(sky.context, wait=False)
    assert state_of(sky.context, share) == ShareState.CLOSING
    change_shares(sky.context, "error_at = now() - interval '61 minutes'")
    end_shares(sky.context)
    run_worker(sky.context, wait=False)
    assert state_of(sky.context, share) == ShareState.CLOSED
    assert not lets_in(sky, year(), OFFICER)


def test_a_permission_that_nothing_is_noted_of_and_no_job_takes_away_is_asked_for_once(
    sky: Sky, cast: Cast
) -> None:
    share = shared(sky, cast)
    change_shares(sky.context, "state = 'closing'")
    for _ in range(2):
        change_shares(sky.context, "error_at = NULL")
        end_shares(sky.context)
    with sky.context.database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1
    run_worker(sky.context, wait=False)
    assert state_of(sky.context, share) == ShareState.CLOSED
    assert not lets_in(sky, year(), OFFICER)


def test_a_policy_that_forbids_it_is_told_and_holds_up_nothing_else(
    sky: Sky, provider: str, cast: Cast
) -> None:
    sky.fault(**POLICY[provider])
    share = give(sky.context, cast.principal)
    run_worker(sky.context, wait=False)
    with sky.context.database.transaction() as session:
        present = session.get_one(Share, share.id)
        assert (present.state, present.error_code) == (ShareState.OPENING, "store_policy")
    assert lets_in(sky, year(), OFFICER) is False
    store_of(sky.context, SCHOOL).make_folder("another")
    sky.mend()
    now_due(sky.context)
    run_worker(sky.context, wait=False)
    assert state_of(sky.context, share) == ShareState.OPEN
    with sky.context.database.transaction() as session:
        assert session.get_one(Share, share.id).error_code is None


def test_a_folder_that_was_lost_is_made_again_and_shared(sky: Sky, cast: Cast) -> None:
    shared(sky, cast)
    sky.emulator.meddle({"verb": "delete", "file": remote(sky, year())["id"]})
    again = give(sky.context, cast.principal, wish(sky.context, email="khac@phong.example"))
    for _ in range(3):
        run_worker(sky.context, wait=False)
        now_due(sky.context)
    assert state_of(sky.context, again) == ShareState.OPEN
    assert lets_in(sky, year(), "khac@phong.example")


def _grants(sky: Sky) -> list[Any]:
    store = store_of(sky.context, SCHOOL)
    with sky.context.database.transaction() as session:
        path = session.query(Folder).filter(Folder.key == year()).one().path
    return list(store.grants(path))  # type: ignore[attr-defined]
