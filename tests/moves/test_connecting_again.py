"""Connecting to a place that holds our tree already, and as somebody else: nothing is made twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from app.context import Context
from app.drift.looks import tree_drift
from app.moves.connections import connect
from app.moves.decisions import begin_move, cancel
from app.moves.models import Stage, StoreMove
from app.moves.steps import move_house
from app.running.worker import run_worker
from app.storage.accounts import Connection
from app.storage.ledger import StoredLedger
from app.storage.models import Provider, SpareId, StoreAccount
from app.tree.commands import tree_apply, tree_check
from emulators.google.service import Google
from tests.tree.clouds import AT_ANY_PACE, SCHOOL, Sky, google_sky, microsoft_sky
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]
SKIES = {"google": google_sky, "microsoft": microsoft_sky}
COLLEAGUE = "luutru2@truong-a.example"


@pytest.fixture
def context(context: Context) -> Context:
    """Call the clouds without waiting for an account's pace, which is not the subject here."""
    return replace(context, clouds=AT_ANY_PACE)


@pytest.fixture(params=[*SKIES])
def sky(request: pytest.FixtureRequest, context: Context) -> Iterator[Sky]:
    with SKIES[request.param](context) as opened:
        yield opened


def rooted(draft: Connection, account: StoreAccount) -> Connection:
    """Name the folder that another connection has used."""
    return replace(draft, settings=draft.settings | {"root_id": account.settings["root_id"]})


def twins(sky: Sky) -> list[str]:
    return [path for path, times in Counter(sky.paths()).items() if times > 1]


def test_a_named_folder_that_holds_our_tree_is_taken_with_all_that_is_in_it(sky: Sky) -> None:
    first = sky.connect()
    assert tree_apply(sky.context, SCHOOL)
    before = sky.paths()
    connect(sky.context, SCHOOL, Connection(Provider.LOCAL), actor="")
    again = connect(sky.context, SCHOOL, rooted(sky.draft, first), actor="")
    assert again.id != first.id
    tree_apply(sky.context, SCHOOL)
    assert twins(sky) == []
    assert sky.paths() == before
    assert tree_drift(sky.context, SCHOOL) == []


@pytest.fixture
def google(context: Context) -> Iterator[Sky]:
    with google_sky(context) as opened:
        yield opened


def test_a_school_that_comes_back_to_its_google_account_finds_its_folder_again(google: Sky) -> None:
    first = google.connect()
    assert tree_apply(google.context, SCHOOL)
    before = google.paths()
    connect(google.context, SCHOOL, Connection(Provider.LOCAL), actor="")
    again = google.connect()
    assert again.settings["root_id"] == first.settings["root_id"]
    tree_apply(google.context, SCHOOL)
    assert google.paths() == before
    assert tree_drift(google.context, SCHOOL) == []


def test_a_former_folder_in_the_trash_is_left_there(google: Sky) -> None:
    first = google.connect()
    google.emulator.meddle({"verb": "trash", "file": first.settings["root_id"]})
    connect(google.context, SCHOOL, Connection(Provider.LOCAL), actor="")
    assert google.connect().settings["root_id"] != first.settings["root_id"]


def test_two_schools_in_one_google_account_have_a_folder_each(google: Sky) -> None:
    first = google.connect()
    second = connect(google.context, "truong-b", google.draft, actor="")
    assert first.settings["root_id"] != second.settings["root_id"]


def test_a_move_that_was_cancelled_and_begun_again_in_the_same_folder_copies_nothing_twice(
    sky: Sky, cast: Cast, pdf: Pdf
) -> None:
    for number in range(2):
        file_one(sky.context, cast, pdf(f"Bài {number}"), title=f"Bài {number}")
    move = begin_move(sky.context, SCHOOL, sky.draft, actor="")
    for _ in range(3):
        move_house(sky.context, move.id)
    with sky.context.database.transaction() as session:
        target = session.get_one(StoreAccount, move.to_store_id)
        cancel(sky.context, session, cast.records_admin, move.id)
    before = [path for path in sky.paths() if path.endswith(".pdf")]
    assert len(before) == 2
    again = begin_move(sky.context, SCHOOL, rooted(sky.draft, target), actor="")
    run_worker(sky.context, wait=False)
    with sky.context.database.transaction() as session:
        assert session.get_one(StoreMove, again.id).stage == Stage.SWITCHED
    assert twins(sky) == []
    assert [path for path in sky.paths() if path.endswith(".pdf")] == before
    assert tree_check(sky.context, SCHOOL) == []
    assert tree_drift(sky.context, SCHOOL) == []


def test_the_present_folder_by_name_only_renews_the_credentials(sky: Sky) -> None:
    first = sky.connect()
    tree_apply(sky.context, SCHOOL)
    before = sky.calls().get("files.list", 0)
    assert connect(sky.context, SCHOOL, rooted(sky.draft, first), actor="").id == first.id
    assert sky.calls().get("files.list", 0) == before


def test_ids_given_to_one_person_are_not_used_by_the_next(context: Context, cast: Cast, pdf: Pdf) -> None:
    with google_sky(context) as sky:
        first = sky.connect()
        tree_apply(sky.context, SCHOOL)
        assert spare_ids(sky, first)
        ledger = StoredLedger(sky.context.database, first.id)
        begun = ledger.reserve("2026-2027 begun", is_folder=True, remote_id=ledger.take_spare_id())
        assert begun.remote_id
        again = connect(sky.context, SCHOOL, colleague(sky, first), actor="")
        assert (again.id, again.account) == (first.id, COLLEAGUE)
        assert spare_ids(sky, first) == 0
        sky.context.stores.open(again, SCHOOL).make_folder(begun.path)
        sky.emulator.counters.reset()
        record = file_one(sky.context, cast, pdf("Bài 1"))
        assert any(path.endswith(f"{record.code}.pdf") for path in sky.paths())
        assert {call["status"] for call in sky.emulator.counters.last()} == {200}
        assert twins(sky) == []


def test_ids_stay_with_a_person_who_connects_again(context: Context) -> None:
    with google_sky(context) as sky:
        first = sky.connect()
        tree_apply(sky.context, SCHOOL)
        before = spare_ids(sky, first)
        sky.connect()
        assert spare_ids(sky, first) == before > 0


def colleague(sky: Sky, present: StoreAccount) -> Connection:
    """Let a second person into the tree's folder, and sign him in."""
    assert isinstance(sky.emulator, Google)
    sky.emulator.household.add_account(COLLEAGUE, "Lưu trữ Trường A 2")
    root = present.settings["root_id"]
    sky.emulator.meddle({"verb": "share", "file": root, "with": COLLEAGUE, "role": "writer"})
    client, origin = sky.furnished["client"]["client_id"], sky.furnished["api_root"]
    secrets = sky.emulator.household.sign_in(COLLEAGUE, client) | {"token_uri": f"{origin}/token"}
    return replace(sky.draft, secrets=secrets)


def spare_ids(sky: Sky, account: StoreAccount) -> int:
    with sky.context.database.transaction() as session:
        own = select(func.count()).where(SpareId.store_id == account.id)
        return session.scalar(own) or 0
