"""Moving house locks the files in the new store as filing does: one call a file, wherever it was cut."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.context import Context
from app.moves.decisions import begin_move
from app.moves.models import Stage, StoreMove
from app.moves.steps import move_house
from app.storage.attended import AttendedStore
from app.storage.ledger import StoredLedger
from app.storage.protocol import StorageError
from emulators.microsoft.furnishing import RECORD_LABEL
from tests.tree.clouds import SCHOOL, Sky, account_of, google_sky, microsoft_sky
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]
SKIES = {"google": google_sky, "microsoft": microsoft_sky}
LOCKING = {"google": "files.update", "microsoft": "labels.update"}
FILES = 3


@pytest.fixture(params=[*SKIES])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sky(kind: str, context: Context, cast: Cast, pdf: Pdf) -> Iterator[Sky]:
    """A school with records on this machine that has begun to move into a cloud where files can be locked."""
    with SKIES[kind](context) as opened:
        for number in range(FILES):
            file_one(opened.context, cast, pdf(f"Bài {number}"), title=f"Bài {number}")
        label = {"record_label": RECORD_LABEL} if kind == "microsoft" else {}
        draft = replace(opened.draft, settings=opened.draft.settings | label)
        begin_move(opened.context, SCHOOL, draft, actor="")
        yield opened


def step(context: Context) -> str:
    """Do a step of the move as a worker does, which tries again what was cut off; return the stage."""
    with context.database.transaction() as session:
        move_id = session.scalars(select(StoreMove.id)).one()
    with suppress(StorageError):
        move_house(context, move_id)
    with context.database.transaction() as session:
        return session.get_one(StoreMove, move_id).stage


def switch(context: Context) -> None:
    """Bring the move as far as the switch."""
    assert any(step(context) == Stage.SWITCHED for _ in range(20))


def locked(sky: Sky) -> list[bool]:
    """Tell of each file in the new store whether it is locked there."""
    account = account_of(sky.context)
    store = sky.context.stores.open(account, SCHOOL)
    assert isinstance(store, AttendedStore)
    items = StoredLedger(sky.context.database, account.id).items()
    return [bool(store.state(item.remote_id or "").locked) for item in items if not item.is_folder]


def test_every_file_is_locked_in_the_new_store_for_one_call(sky: Sky, kind: str) -> None:
    switch(sky.context)
    assert sky.calls()[LOCKING[kind]] == FILES
    assert locked(sky) == [True] * FILES


def test_what_is_locked_is_not_locked_again_by_the_last_look(sky: Sky, kind: str) -> None:
    switch(sky.context)
    step(sky.context)
    assert sky.calls()[LOCKING[kind]] == FILES


@pytest.mark.parametrize("cut", ["before", "after"])
@pytest.mark.parametrize("number", range(FILES))
def test_a_lock_that_was_cut_off_is_made_up_for(sky: Sky, kind: str, cut: str, number: int) -> None:
    sky.fault(operation=LOCKING[kind], skip=number, times=1, cut=cut)
    switch(sky.context)
    assert locked(sky) == [True] * FILES
    assert sky.calls()[LOCKING[kind]] <= FILES + 1
