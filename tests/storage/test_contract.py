"""What every store must do alike: the same tests for a local folder and for each cloud."""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.storage.abilities import ChangeOf, Changes, Grant
from app.storage.protocol import Entry, MissingError, OccupiedError, StorageError, Store
from tests.storage.cases import Case, CloudCase, CloudStore, local_case
from tests.storage.google_case import google_case
from tests.storage.onedrive.school import microsoft_case

CASES: dict[str, Callable[[Path], AbstractContextManager[Case]]] = {"local": local_case}
CLOUDS: dict[str, Callable[[], AbstractContextManager[CloudCase]]] = {
    "google": google_case,
    "microsoft": microsoft_case,
}

LEGAL_NAMES = [
    "Kế hoạch bài dạy – Tuần 12 (bản 2)",
    "Đặng Thị Ước's «sổ» & giấy tờ, 100 % + [x] {y} = ~z",
    "Tổ 1; Toán - Lý_Hóa! @ #1 $ ^ `",
    "ẤẦẨẪẬắằẳẵặ ƠỜỞỠỢ ỬỮ",
    "x" * 80,
]
BIG = 5 * 1024 * 1024 + 300_001
OFFICER = "canbo@phong.example"


@pytest.fixture(params=[*CASES, *CLOUDS])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    if request.param in CASES:
        with CASES[request.param](tmp_path) as opened:
            yield opened
    else:
        with CLOUDS[request.param]() as cloud:
            yield cloud


@pytest.fixture
def store(case: Case) -> Store:
    return case.store


@pytest.fixture(params=[*CLOUDS])
def cloud_case(request: pytest.FixtureRequest) -> Iterator[CloudCase]:
    with CLOUDS[request.param]() as opened:
        yield opened


@pytest.fixture
def cloud(cloud_case: CloudCase) -> CloudStore:
    return cloud_case.store


def put(store: Store, path: str, content: bytes = b"bytes") -> None:
    stored = store.put(path, io.BytesIO(content))
    assert stored.size == len(content)
    assert stored.sha256 in {None, hashlib.sha256(content).hexdigest()}


def read(store: Store, path: str) -> bytes:
    with store.open(path) as file:
        return file.read()


def tree(store: Store) -> list[str]:
    return sorted(entry.path for entry in store.walk())


def test_a_file_is_read_back_as_it_was_put(store: Store) -> None:
    store.make_folder("Tuần 12")
    put(store, "Tuần 12/Bài 1.pdf")
    assert read(store, "Tuần 12/Bài 1.pdf") == b"bytes"
    assert store.stat("Tuần 12/Bài 1.pdf").size == 5


def test_an_empty_file_is_a_file(store: Store) -> None:
    put(store, "a.pdf", b"")
    assert read(store, "a.pdf") == b""


def test_the_bytes_are_taken_from_where_the_source_stands(store: Store) -> None:
    source = io.BytesIO(b"before|after")
    source.seek(7)
    store.put("a.pdf", source)
    assert read(store, "a.pdf") == b"after"


def test_more_than_five_megabytes_arrive_whole(store: Store) -> None:
    content = (b"0123456789abcdef" * (BIG // 16 + 1))[:BIG]
    put(store, "big.pdf", content)
    put(store, "big.pdf", content)
    assert read(store, "big.pdf") == content
    assert tree(store) == ["big.pdf"]


def test_the_same_bytes_may_be_put_again(case: Case) -> None:
    put(case.store, "a.pdf")
    put(case.store, "a.pdf")
    put(case.reopen(), "a.pdf")
    assert tree(case.store) == ["a.pdf"]


def test_other_bytes_are_refused_and_the_first_ones_stay(store: Store) -> None:
    put(store, "a.pdf", b"first")
    with pytest.raises(OccupiedError):
        store.put("a.pdf", io.BytesIO(b"other"))
    assert read(store, "a.pdf") == b"first"


def test_bytes_that_a_person_has_changed_are_not_overwritten(case: Case) -> None:
    put(case.store, "a.pdf", b"ours")
    case.edit("a.pdf", b"theirs")
    with pytest.raises(OccupiedError):
        case.store.put("a.pdf", io.BytesIO(b"ours"))
    assert read(case.store, "a.pdf") == b"theirs"


def test_a_file_that_was_lost_may_be_put_again(case: Case) -> None:
    put(case.store, "a.pdf")
    case.lose("a.pdf")
    with pytest.raises(MissingError):
        case.store.stat("a.pdf")
    put(case.store, "a.pdf")
    assert read(case.store, "a.pdf") == b"bytes"


def test_a_file_for_a_folder_that_never_was_is_refused(store: Store) -> None:
    with pytest.raises(MissingError):
        store.put("gone/a.pdf", io.BytesIO(b"bytes"))
    with pytest.raises(MissingError):
        store.make_folder("gone/below")
    assert tree(store) == []


def test_a_file_for_a_folder_that_was_lost_is_refused_until_it_is_made_again(case: Case) -> None:
    case.store.make_folder("year")
    case.store.make_folder("year/week")
    put(case.store, "year/week/a.pdf")
    case.lose("year")
    with pytest.raises(MissingError):
        case.store.put("year/week/b.pdf", io.BytesIO(b"bytes"))
    case.store.make_folder("year")
    case.store.make_folder("year/week")
    put(case.store, "year/week/a.pdf")
    put(case.store, "year/week/b.pdf")
    assert tree(case.store) == ["year", "year/week", "year/week/a.pdf", "year/week/b.pdf"]


def test_what_is_not_there_cannot_be_read(store: Store) -> None:
    with pytest.raises(MissingError):
        store.stat("a.pdf")
    with pytest.raises(MissingError):
        store.open("a.pdf")


def test_a_folder_may_be_made_again(case: Case) -> None:
    case.store.make_folder("2026-2027")
    case.store.make_folder("2026-2027")
    case.reopen().make_folder("2026-2027")
    assert list(case.store.walk()) == [Entry("2026-2027", is_folder=True)]


def test_a_file_where_a_folder_should_be_is_a_failure_of_the_store(store: Store) -> None:
    put(store, "a")
    with pytest.raises(StorageError):
        store.make_folder("a")


@pytest.mark.parametrize("name", LEGAL_NAMES)
def test_every_legal_name_comes_back_as_it_was_given(store: Store, name: str) -> None:
    store.make_folder(name)
    put(store, f"{name}/{name}.pdf")
    assert tree(store) == [name, f"{name}/{name}.pdf"]
    assert read(store, f"{name}/{name}.pdf") == b"bytes"


def test_a_file_is_renamed(store: Store) -> None:
    put(store, "old.pdf")
    store.move("old.pdf", "new.pdf")
    assert tree(store) == ["new.pdf"]
    assert read(store, "new.pdf") == b"bytes"


def test_a_file_is_moved_and_renamed_at_once(store: Store) -> None:
    store.make_folder("one")
    store.make_folder("two")
    put(store, "one/old.pdf")
    store.move("one/old.pdf", "two/new.pdf")
    assert tree(store) == ["one", "two", "two/new.pdf"]


def test_a_folder_takes_everything_along_and_the_move_may_be_repeated(case: Case) -> None:
    case.store.make_folder("old")
    case.store.make_folder("old/week")
    put(case.store, "old/week/a.pdf")
    case.store.move("old", "new")
    case.store.move("old", "new")
    case.reopen().move("old", "new")
    assert tree(case.store) == ["new", "new/week", "new/week/a.pdf"]
    assert read(case.store, "new/week/a.pdf") == b"bytes"


def test_only_the_letter_case_may_change(store: Store) -> None:
    put(store, "Bài.pdf")
    store.move("Bài.pdf", "bài.pdf")
    assert tree(store) == ["bài.pdf"]


def test_a_move_onto_something_else_is_refused(store: Store) -> None:
    store.make_folder("one")
    store.make_folder("two")
    with pytest.raises(OccupiedError):
        store.move("one", "two")
    assert tree(store) == ["one", "two"]


def test_what_was_lost_cannot_be_moved(case: Case) -> None:
    put(case.store, "a.pdf")
    case.lose("a.pdf")
    with pytest.raises(MissingError):
        case.store.move("a.pdf", "b.pdf")


def test_a_walk_finds_parents_before_what_they_hold(store: Store) -> None:
    store.make_folder("b")
    store.make_folder("b/a")
    put(store, "b/a/x.pdf")
    put(store, "c.pdf")
    found = list(store.walk())
    places = {entry.path: place for place, entry in enumerate(found)}
    assert places["b"] < places["b/a"] < places["b/a/x.pdf"]
    assert {entry.path for entry in found if entry.is_folder} == {"b", "b/a"}
    assert {entry.path for entry in found if not entry.is_folder} == {"b/a/x.pdf", "c.pdf"}


def found(store: Store, path: str) -> dict[str, bytes | None]:
    """What a look into a folder finds, with the bytes of what is a file."""
    return {
        entry.path: None if entry.is_folder else found_bytes(store, entry) for entry in store.found_in(path)
    }


def found_bytes(store: Store, entry: Entry) -> bytes:
    with store.open_found(entry) as file:
        return file.read()


def test_a_look_into_a_folder_finds_what_lies_in_it_and_nothing_else(store: Store) -> None:
    store.make_folder("b")
    store.make_folder("b/a")
    store.make_folder("b/a/deep")
    put(store, "b/x.pdf")
    put(store, "b/a/y.pdf", b"y")
    put(store, "z.pdf")
    assert found(store, "b/a") == {"b/a/deep": None, "b/a/y.pdf": b"y"}
    assert found(store, "b") == {"b/a": None, "b/x.pdf": b"bytes"}


@pytest.mark.parametrize("path", ["c", "b/c", "b/x.pdf", "b/x.pdf/c"])
def test_a_folder_that_is_not_there_holds_nothing(store: Store, path: str) -> None:
    store.make_folder("b")
    put(store, "b/x.pdf")
    assert found(store, path) == {}


def test_what_was_lost_is_not_found(case: Case) -> None:
    case.store.make_folder("b")
    for name in ("x", "y"):
        put(case.store, f"b/{name}.pdf")
    seen = {entry.path: entry for entry in case.store.found_in("b")}
    case.lose("b/x.pdf")
    assert found(case.store, "b") == {"b/y.pdf": b"bytes"}
    with pytest.raises(MissingError):
        case.store.open_found(seen["b/x.pdf"])
    case.lose("b")
    assert found(case.store, "b") == {}


def test_a_look_into_a_folder_asks_the_cloud_and_not_the_ledger(cloud_case: CloudCase) -> None:
    cloud_case.store.make_folder("b")
    put(cloud_case.store, "b/x.pdf")
    cloud_case.forget_all()
    with pytest.raises(MissingError):
        cloud_case.store.open("b/x.pdf")
    assert found(cloud_case.store, "b") == {"b/x.pdf": b"bytes"}


def test_a_lock_may_be_put_on_and_taken_off_repeatedly(cloud: CloudStore) -> None:
    put(cloud, "a.pdf")
    cloud.lock("a.pdf", "Đã ký duyệt")
    cloud.lock("a.pdf", "Đã ký duyệt")
    assert read(cloud, "a.pdf") == b"bytes"
    cloud.unlock("a.pdf")
    cloud.unlock("a.pdf")
    cloud.move("a.pdf", "b.pdf")
    assert tree(cloud) == ["b.pdf"]


def test_what_is_not_there_cannot_be_locked(cloud: CloudStore) -> None:
    with pytest.raises(MissingError):
        cloud.lock("a.pdf", "Đã ký duyệt")


def others(grants: list[Grant]) -> list[tuple[str, str, bool]]:
    """Leave out whoever owns the store."""
    return [(grant.email, grant.role, grant.public) for grant in grants if grant.role != "owner"]


def test_a_person_may_read_a_folder_until_the_grant_is_taken_back(cloud: CloudStore) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    cloud.make_folder("year")
    granted = cloud.grant("year", OFFICER, until)
    assert (granted.email, granted.role, granted.public) == (OFFICER, "reader", False)
    assert granted.until in {until, None}
    assert others(list(cloud.grants("year"))) == [(OFFICER, "reader", False)]
    cloud.revoke("year", granted.id)
    cloud.revoke("year", granted.id)
    assert others(list(cloud.grants("year"))) == []


def test_granting_again_changes_only_the_end(cloud: CloudStore) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    cloud.make_folder("year")
    for until in (soon, soon + timedelta(days=60), None):
        assert cloud.grant("year", OFFICER, until).until in {until, None}
    assert others(list(cloud.grants("year"))) == [(OFFICER, "reader", False)]


def test_what_is_below_a_shared_folder_says_so(cloud: CloudStore) -> None:
    cloud.make_folder("year")
    put(cloud, "year/a.pdf")
    cloud.grant("year", OFFICER, None)
    (below,) = [grant for grant in cloud.grants("year/a.pdf") if grant.email == OFFICER]
    assert below.inherited


def all_changes(cloud: CloudStore, cursor: str) -> Changes:
    page = cloud.changes(cursor)
    states = list(page.states)
    while page.more:
        page = cloud.changes(page.cursor)
        states += page.states
    return Changes(states, page.cursor, more=False)


def test_nothing_new_is_an_empty_page(cloud: CloudStore) -> None:
    put(cloud, "a.pdf")
    cursor = cloud.begin()
    page = cloud.changes(cursor)
    assert list(page.states) == []
    assert not page.more


def test_changes_tell_what_was_edited_and_what_is_gone(cloud_case: CloudCase) -> None:
    cloud = cloud_case.store
    put(cloud, "a.pdf")
    put(cloud, "b.pdf")
    cursor = cloud.begin()
    cloud_case.edit("a.pdf", b"theirs")
    cloud_case.lose("b.pdf")
    changes = all_changes(cloud, cursor)
    edited = [state for state in changes.states if state.name == "a.pdf"][-1]
    assert (edited.kind, edited.size, edited.is_folder) == (ChangeOf.SEEN, 6, False)
    assert edited.remote_hash == cloud.state(edited.remote_id).remote_hash
    assert ChangeOf.GONE in {state.kind for state in changes.states}
    assert list(cloud.changes(changes.cursor).states) == []


def test_a_listing_tells_of_everything_as_it_is_now(cloud_case: CloudCase) -> None:
    cloud = cloud_case.store
    cloud.make_folder("2026-2027")
    put(cloud, "2026-2027/a.pdf")
    put(cloud, "b.pdf")
    cloud_case.edit("b.pdf", b"theirs")
    page = cloud.listing("")
    told = {state.name: state for state in page.states}
    assert page.following is None
    assert told.keys() >= {"2026-2027", "a.pdf", "b.pdf"}
    assert told["a.pdf"].parent_id == told["2026-2027"].remote_id
    for state in told.values():
        assert replace(state, let_in=None) == cloud.state(state.remote_id)


def test_room_and_account_are_told(cloud: CloudStore) -> None:
    put(cloud, "a.pdf", b"x" * 1000)
    space = cloud.space()
    assert space.used >= 1000
    assert space.account
