"""What Drive's list of changes tells of everything that people can do."""

import io
from collections.abc import Callable

import pytest

from app.storage.abilities import ChangeOf, CursorLost, RemoteState
from tests.storage.google_case import ROOT, Drive

FILE = f"{ROOT}/a.pdf"


@pytest.fixture
def cursor(drive: Drive) -> str:
    store = drive.store()
    store.make_folder("year")
    store.put("a.pdf", io.BytesIO(b"ours"))
    store.lock("a.pdf", "Đã ký duyệt")
    cursor = store.begin()
    drive.forget_calls()
    return cursor


def seen(drive: Drive, cursor: str) -> RemoteState:
    """Return the only change."""
    (state,) = drive.store().changes(cursor).states
    return state


def test_nothing_new_costs_one_call(drive: Drive, cursor: str) -> None:
    page = drive.store().changes(cursor)
    assert (list(page.states), page.more) == ([], False)
    assert drive.calls() == {"changes.list": 1}


def id_of(drive: Drive, path: str) -> str | None:
    item = drive.ledger.find(path)
    return item.remote_id if item else None


def test_an_edit_is_told_with_its_hash_and_its_author(drive: Drive, cursor: str) -> None:
    drive.meddle("edit", file=FILE, content="theirs", by="gv1@truong-a.example")
    state = seen(drive, cursor)
    item = drive.ledger.find("a.pdf")
    assert item is not None
    assert state.remote_id == item.remote_id
    assert state.remote_hash not in {None, item.remote_hash}
    assert (state.kind, state.size, state.changed_by) == (ChangeOf.SEEN, 6, "gv1")
    assert state.changed_at is not None


def test_a_new_name_leaves_the_hash_as_the_ledger_has_it(drive: Drive, cursor: str) -> None:
    drive.meddle("rename", file=FILE, name="b.pdf")
    state = seen(drive, cursor)
    item = drive.ledger.find("a.pdf")
    assert item is not None
    assert (state.name, state.remote_hash, state.revision) == ("b.pdf", item.remote_hash, item.revision)
    assert state.parent_id == drive.root_id


def test_a_move_tells_the_new_folder(drive: Drive, cursor: str) -> None:
    drive.meddle("move", file=FILE, to=f"{ROOT}/year")
    assert seen(drive, cursor).parent_id == id_of(drive, "year")


@pytest.mark.parametrize(
    ("verb", "what"),
    [
        ("trash", lambda state: state.trashed),
        ("unlock", lambda state: state.locked is False),
        ("delete", lambda state: state.kind is ChangeOf.GONE),
    ],
)
def test_what_else_happens_to_a_file_is_told(
    drive: Drive, cursor: str, verb: str, what: Callable[[RemoteState], bool]
) -> None:
    drive.meddle(verb, file=FILE)
    state = seen(drive, cursor)
    assert state.remote_id == id_of(drive, "a.pdf")
    assert what(state)


def test_a_new_share_is_told(drive: Drive, cursor: str) -> None:
    assert drive.store().state(id_of(drive, "a.pdf") or "").shared is False
    drive.meddle("share", file=FILE, type="anyone")
    assert seen(drive, cursor).shared


def test_an_item_that_is_gone_has_a_state_too(drive: Drive, cursor: str) -> None:
    del cursor
    drive.meddle("delete", file=FILE)
    remote_id = id_of(drive, "a.pdf") or ""
    assert drive.store().state(remote_id) == RemoteState(remote_id, ChangeOf.GONE)


@pytest.mark.parametrize(
    "lose",
    [
        lambda drive: drive.meddle("forget_changes"),
        lambda drive: drive.fault(operation="changes.list", kind="cursor_gone"),
    ],
)
def test_a_cursor_that_google_does_not_know_any_more_is_lost(
    drive: Drive, cursor: str, lose: Callable[[Drive], object]
) -> None:
    drive.meddle("rename", file=FILE, name="b.pdf")
    lose(drive)
    with pytest.raises(CursorLost):
        drive.store().changes(cursor)
    assert list(drive.store().changes(drive.store().begin()).states) == []


def test_more_changes_than_fit_on_a_page_come_with_the_next(drive: Drive, cursor: str) -> None:
    client = drive.furnished["client"]["client_id"]
    for number in range(1001):
        drive.meddle("pick", file=drive.meddle("add", to=drive.root_id, name=str(number)), client=client)
    first = drive.store().changes(cursor)
    second = drive.store().changes(first.cursor)
    assert (len(first.states), first.more, len(second.states), second.more) == (1000, True, 1, False)
    assert list(drive.store().changes(second.cursor).states) == []


def test_a_listing_of_many_items_comes_in_pages_of_a_thousand(drive: Drive, cursor: str) -> None:
    del cursor
    client = drive.furnished["client"]["client_id"]
    for number in range(1000):
        drive.meddle("pick", file=drive.meddle("add", to=drive.root_id, name=str(number)), client=client)
    drive.forget_calls()
    first = drive.store().listing("")
    second = drive.store().listing(first.following or "")
    assert (len(first.states), len(second.states), second.following) == (1000, 3, None)
    assert drive.calls() == {"files.list": 2}


def test_a_listing_tells_of_the_trash_and_of_who_was_let_in(drive: Drive, cursor: str) -> None:
    del cursor
    drive.meddle("share", file=FILE, type="anyone")
    drive.meddle("trash", file=f"{ROOT}/year")
    told = {state.name: state for state in drive.store().listing("").states}
    assert told["year"].trashed
    grants = drive.store().grants("a.pdf")
    assert told["a.pdf"].let_in == frozenset((each.id, each.role) for each in grants)


def test_a_place_in_a_listing_can_be_lost(drive: Drive, cursor: str) -> None:
    del cursor
    with pytest.raises(CursorLost):
        drive.store().listing("x")
