"""A school changes its account but not its provider: the same tree in both, and the old one let go last."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.context import Context
from app.drift.looks import tree_drift
from app.moves.decisions import begin_move, confirm
from app.moves.models import Stage, StoreMove
from app.records.models import OfficialFile, Record
from app.running.worker import run_worker
from app.schools.queries import school_by_code
from app.storage.accounts import Connection, active_store
from app.storage.models import Part, Provider, StoreAccount, StoreItem
from app.tree.commands import tree_check
from emulators.google.service import Google
from emulators.microsoft.service import Microsoft
from tests.tree.clouds import SCHOOL, Sky, account_of, google_sky, microsoft_sky
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]
NEW = "kho-moi.example"


def another_google_account(sky: Sky) -> Connection:
    assert isinstance(sky.emulator, Google)
    household = sky.emulator.household
    household.add_account(f"luutru@{NEW}", "Kho mới")
    present = sky.furnished["authorized_user"]
    secrets = household.sign_in(f"luutru@{NEW}", present["client_id"])
    return Connection(Provider.GOOGLE, secrets=secrets | {"token_uri": present["token_uri"]})


def another_microsoft_tenant(sky: Sky) -> Connection:
    assert isinstance(sky.emulator, Microsoft)
    found = sky.emulator.add_school(sky.furnished["login_root"], NEW, "Kho mới")
    secrets = {name: found[name] for name in ("tenant_id", "client_id", "client_secret")}
    return Connection(Provider.MICROSOFT, settings={"drive_id": found["drive_id"]}, secrets=secrets)


CASES = {
    "google": (google_sky, another_google_account),
    "microsoft": (microsoft_sky, another_microsoft_tenant),
}


@pytest.fixture(params=[*CASES])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sky(kind: str, context: Context, cast: Cast, pdf: Pdf) -> Iterator[Sky]:
    """A connected school with two filed records."""
    with CASES[kind][0](context) as opened:
        opened.connect()
        for number in range(2):
            file_one(opened.context, cast, pdf(f"Bài {number}"), title=f"Bài {number}")
        yield opened


def copies(sky: Sky) -> dict[str, int]:
    """Count in how many places of all accounts each filed record lies."""
    with sky.context.database.transaction() as session:
        paths = session.scalars(select(OfficialFile.path).where(OfficialFile.filed_at.is_not(None))).all()
    found = sky.paths()
    return {str(path): sum(each.endswith(f"/{path}") for each in found) for path in paths}


def move(sky: Sky, draft: Connection) -> StoreMove:
    begin_move(sky.context, SCHOOL, draft, actor="")
    run_worker(sky.context, wait=False)
    return latest(sky.context)


def latest(context: Context) -> StoreMove:
    with context.database.transaction() as session:
        return session.scalars(select(StoreMove).order_by(StoreMove.id.desc()).limit(1)).one()


def test_a_school_moves_from_one_account_to_another_of_the_same_provider(
    sky: Sky, kind: str, cast: Cast, pdf: Pdf
) -> None:
    old = account_of(sky.context)
    assert move(sky, CASES[kind][1](sky)).stage == Stage.SWITCHED
    assert set(copies(sky).values()) == {2}
    with sky.context.database.transaction() as session:
        new = active_store(session, school_by_code(session, SCHOOL).id)
        assert new is not None
        assert (new.provider, new.account == old.account, new.id == old.id) == (old.provider, False, False)
        assert set(session.scalars(select(StoreItem.store_id))) == {old.id, new.id}
    assert tree_check(sky.context, SCHOOL) == []
    assert tree_drift(sky.context, SCHOOL) == []
    late = file_one(sky.context, cast, pdf("Bài mới"), title="Bài mới")
    assert [count for path, count in copies(sky).items() if late.code in path] == [1]


def test_the_old_account_is_let_go_only_when_somebody_confirms(sky: Sky, kind: str, cast: Cast) -> None:
    old = account_of(sky.context)
    before = sky.paths()
    move(sky, CASES[kind][1](sky))
    with sky.context.database.transaction() as session:
        former = session.get_one(StoreAccount, old.id)
        assert former.part == Part.FORMER
        assert sky.context.stores.vault.open(former.secrets) != {}
        confirm(session, cast.principal, latest(sky.context).id)
    run_worker(sky.context, wait=False)
    assert latest(sky.context).stage == Stage.CONFIRMED
    with sky.context.database.transaction() as session:
        assert sky.context.stores.vault.open(session.get_one(StoreAccount, old.id).secrets) == {}
        assert session.scalars(select(StoreItem).where(StoreItem.store_id == old.id)).all() == []
        assert set(session.scalars(select(Record.state))) == {"filed"}
    assert set(before) <= set(sky.paths())
    assert set(copies(sky).values()) == {2}
    assert tree_check(sky.context, SCHOOL) == []


def test_a_school_can_go_back_to_the_account_it_came_from(sky: Sky, kind: str, cast: Cast) -> None:
    move(sky, CASES[kind][1](sky))
    with sky.context.database.transaction() as session:
        confirm(session, cast.principal, latest(sky.context).id)
    run_worker(sky.context, wait=False)
    assert move(sky, sky.draft).stage == Stage.SWITCHED
    assert tree_check(sky.context, SCHOOL) == []
    assert tree_drift(sky.context, SCHOOL) == []
