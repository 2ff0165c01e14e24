"""A store's memory, alike in the database and in the fake that other tests use."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.context import Context
from app.schools.models import School
from app.storage.ledger import Confirmed, Item, Ledger, StoredLedger
from app.storage.models import Part, Provider, StoreAccount, StoreState
from tests.storage.memory import MemoryLedger


def new_account(context: Context) -> int:
    """Add a store; a school may have any number of former ones."""
    with context.database.transaction() as session:
        school_id = session.scalars(select(School.id).limit(1)).one()
        account = StoreAccount(
            school_id=school_id,
            provider=Provider.GOOGLE,
            part=Part.FORMER,
            state=StoreState.CONNECTED,
            settings={},
            secrets=b"",
        )
        session.add(account)
        session.flush()
        return account.id


def stored(context: Context) -> Ledger:
    return StoredLedger(context.database, new_account(context))


def remembered(context: Context) -> Ledger:
    del context
    return MemoryLedger()


@pytest.fixture(params=[stored, remembered])
def ledger(request: pytest.FixtureRequest, context: Context) -> Ledger:
    make: Callable[[Context], Ledger] = request.param
    return make(context)


def add(ledger: Ledger, path: str, remote_id: str, *, is_folder: bool = False) -> None:
    ledger.reserve(path, is_folder=is_folder, remote_id=remote_id)
    ledger.confirm(path, Confirmed(remote_id))


def paths(ledger: Ledger) -> list[str]:
    return [item.path for item in ledger.items()]


def test_what_is_reserved_is_known_but_not_confirmed(ledger: Ledger) -> None:
    reserved = ledger.reserve("a.pdf", is_folder=False, remote_id="1")
    assert reserved == Item("a.pdf", is_folder=False, remote_id="1")
    assert ledger.find("a.pdf") == reserved
    assert paths(ledger) == []


def test_a_second_reservation_gets_the_first(ledger: Ledger) -> None:
    first = ledger.reserve("a.pdf", is_folder=False, remote_id="1")
    assert ledger.reserve("a.pdf", is_folder=False, remote_id="2") == first


def test_what_is_learned_stays_and_ends_the_upload(ledger: Ledger) -> None:
    ledger.reserve("a.pdf", is_folder=False, remote_id=None)
    ledger.begin_upload("a.pdf", "https://upload.example/1")
    begun = ledger.find("a.pdf")
    assert begun is not None
    assert begun.upload_url == "https://upload.example/1"
    ledger.confirm("a.pdf", Confirmed("1", 5, "ours", "theirs", "r1"))
    ledger.set_locked("a.pdf", locked=True)
    assert ledger.find("a.pdf") == Item(
        "a.pdf",
        is_folder=False,
        remote_id="1",
        size=5,
        sha256="ours",
        remote_hash="theirs",
        revision="r1",
        locked=True,
        confirmed=True,
    )


def test_items_are_found_by_their_ids(ledger: Ledger) -> None:
    add(ledger, "a.pdf", "1")
    add(ledger, "b.pdf", "2")
    assert {key: item.path for key, item in ledger.by_remote_id(["2", "3"]).items()} == {"2": "b.pdf"}


def test_forgetting_takes_along_what_is_inside_and_nothing_else(ledger: Ledger) -> None:
    for number, path in enumerate(["year", "year/a.pdf", "year two", "year.pdf", "year_/b.pdf"]):
        add(ledger, path, str(number))
    ledger.forget("year")
    assert sorted(paths(ledger)) == ["year two", "year.pdf", "year_/b.pdf"]


def test_a_move_takes_along_what_is_inside_and_nothing_else(ledger: Ledger) -> None:
    for number, path in enumerate(["năm", "năm/Tuần 1", "năm/Tuần 1/a.pdf", "năm học"]):
        add(ledger, path, str(number))
    ledger.move("năm", "năm cũ")
    assert sorted(paths(ledger)) == sorted(["năm cũ", "năm cũ/Tuần 1", "năm cũ/Tuần 1/a.pdf", "năm học"])


def test_every_spare_id_is_given_out_once(ledger: Ledger) -> None:
    ledger.add_spare_ids(["1", "2", "3"])
    assert {ledger.take_spare_id() for _ in range(3)} == {"1", "2", "3"}
    assert ledger.take_spare_id() is None


def test_two_stores_know_nothing_of_each_other(context: Context) -> None:
    one, other = stored(context), stored(context)
    add(one, "a.pdf", "1")
    one.add_spare_ids(["2"])
    assert other.find("a.pdf") is None
    assert other.by_remote_id(["1"]) == {}
    assert other.take_spare_id() is None
    other.forget("a.pdf")
    assert paths(one) == ["a.pdf"]
