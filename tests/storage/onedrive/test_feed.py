"""The changes feed: what is told of each thing that people do, and what is not."""

import io

import pytest

from app.storage.abilities import ChangeOf, Changes, CursorLost, RemoteState
from app.storage.policy import OutOfReach
from emulators.microsoft.meddling import STRANGER
from tests.storage.onedrive.school import OUTSIDE, ROOT, School

PDF = b"%PDF-1.7\nbytes"


@pytest.fixture
def cursor(school: School) -> str:
    school.store.make_folder("one")
    school.store.make_folder("two")
    school.store.put("one/a.pdf", io.BytesIO(PDF))
    cursor = school.store.begin()
    school.made()
    return cursor


def told(school: School, cursor: str) -> RemoteState:
    """Return the one thing that changed."""
    changes = school.store.changes(cursor)
    (state,) = changes.states
    assert not changes.more
    assert list(school.store.changes(changes.cursor).states) == []
    return state


def test_nothing_new_is_one_call(school: School, cursor: str) -> None:
    assert list(school.store.changes(cursor).states) == []
    assert school.made() == ["delta"]


def test_an_edit_is_told_by_its_hash_and_by_whom(school: School, cursor: str) -> None:
    before = school.ledger.find("one/a.pdf")
    school.meddle("edit", "one/a.pdf", content="theirs")
    state = told(school, cursor)
    assert before is not None
    assert state.remote_id == before.remote_id
    assert state.remote_hash not in {None, before.remote_hash}
    assert state.revision != before.revision
    assert (state.kind, state.size, state.changed_by) == (ChangeOf.SEEN, 6, STRANGER)
    assert state.changed_at is not None


def test_a_rename_and_a_move_keep_the_hash(school: School, cursor: str) -> None:
    before = school.ledger.find("one/a.pdf")
    school.meddle("move", "one/a.pdf", to=f"{ROOT}/two")
    school.meddle("rename", "two/a.pdf", name="x.pdf")
    state = told(school, cursor)
    assert before is not None
    assert (state.name, state.parent_id) == ("x.pdf", school.item("two").id)
    assert state.remote_hash == before.remote_hash


@pytest.mark.parametrize("verb", ["trash", "delete"])
def test_what_is_deleted_is_gone(school: School, cursor: str, verb: str) -> None:
    before = school.ledger.find("one/a.pdf")
    school.meddle(verb, "one/a.pdf")
    state = told(school, cursor)
    assert before is not None
    assert (state.remote_id, state.kind) == (before.remote_id, ChangeOf.GONE)
    assert school.store.state(state.remote_id).kind is ChangeOf.GONE


def test_a_lock_that_somebody_took_off_is_told_and_ours_is_no_news(school: School) -> None:
    school.store.put("a.pdf", io.BytesIO(PDF))
    school.store.lock("a.pdf", "Đã ký duyệt")
    cursor = school.store.begin()
    item = school.ledger.find("a.pdf")
    assert item is not None
    assert item.remote_id is not None
    assert school.store.state(item.remote_id).locked
    school.meddle("unlock", "a.pdf")
    school.made()
    assert [state.locked for state in school.store.changes(cursor).states] == [False]
    assert school.made() == ["delta", "labels.get"]


def test_a_foreign_file_is_told_with_its_folder(school: School, cursor: str) -> None:
    school.emulator.meddle({"verb": "add", "to": f"{ROOT}/two", "name": "x.pdf"})
    state = told(school, cursor)
    assert (state.name, state.parent_id) == ("x.pdf", school.item("two").id)


def test_a_new_share_is_told(school: School, cursor: str) -> None:
    school.meddle("share", "one/a.pdf", **{"with": OUTSIDE})
    assert told(school, cursor).shared


def test_reading_makes_no_noise(school: School, cursor: str) -> None:
    with school.store.open("one/a.pdf") as file:
        file.read()
    school.store.grants("one/a.pdf")
    assert list(school.store.changes(cursor).states) == []


def test_the_state_of_one_item_is_the_same_as_in_the_feed(school: School, cursor: str) -> None:
    school.meddle("edit", "one/a.pdf", content="theirs")
    state = told(school, cursor)
    assert school.store.state(state.remote_id) == state


def test_many_changes_come_in_pages(school: School, cursor: str) -> None:
    school.emulator.world.page_size = 3
    for number in range(7):
        school.emulator.meddle({"verb": "add", "to": f"{ROOT}/two", "name": f"{number}.pdf"})
    seen, page = [], Changes([], cursor, more=True)
    while page.more:
        page = school.store.changes(page.cursor)
        seen += [state.name for state in page.states]
    assert seen == [f"{number}.pdf" for number in range(7)]


def test_a_page_that_was_cut_is_asked_for_again(school: School, cursor: str) -> None:
    school.meddle("edit", "one/a.pdf", content="theirs")
    school.fault(operation="delta", cut="after")
    with pytest.raises(OutOfReach):
        school.store.changes(cursor)
    assert told(school, cursor).name == "a.pdf"


def test_a_cursor_that_is_too_old_is_lost(school: School, cursor: str) -> None:
    school.emulator.meddle({"verb": "forget_changes"})
    with pytest.raises(CursorLost):
        school.store.changes(cursor)
    assert list(school.store.changes(school.store.begin()).states) == []


def test_a_cursor_that_makes_no_sense_is_lost(school: School, cursor: str) -> None:
    with pytest.raises(CursorLost):
        school.store.changes(f"{cursor}x")


def test_what_the_application_did_itself_is_told_by_its_name(school: School, cursor: str) -> None:
    school.store.put("b.pdf", io.BytesIO(PDF))
    assert told(school, cursor).changed_by == "Ký Duyệt"


def test_a_listing_of_many_items_comes_in_pages_of_a_thousand(school: School, cursor: str) -> None:
    del cursor
    for number in range(1000):
        school.emulator.meddle({"verb": "add", "to": f"{ROOT}/two", "name": f"{number}.pdf"})
    school.made()
    first = school.store.listing("")
    second = school.store.listing(first.following or "")
    assert (len(first.states), second.following) == (1000, None)
    names = {state.name for state in [*first.states, *second.states]}
    assert names >= {"one", "two", "a.pdf", "0.pdf", "999.pdf"}
    assert school.made() == ["delta", "delta"]


def test_a_place_in_a_listing_can_be_lost(school: School, cursor: str) -> None:
    with pytest.raises(CursorLost):
        school.store.listing(f"{cursor}x")
