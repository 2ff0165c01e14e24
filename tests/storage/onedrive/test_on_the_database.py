"""The store with the ledger and the pace that it has in earnest: both in the database, for all workers."""

import io

import pytest
from sqlalchemy import select

from app.context import Context
from app.schools.models import School as SchoolRow
from app.storage.ledger import StoredLedger
from app.storage.models import Part, Provider, StoreAccount, StoreState
from app.storage.onedrive.client import GraphClient
from app.storage.onedrive.pace import RATES
from app.storage.onedrive.store import OneDriveStore
from app.storage.onedrive.tokens import AppTokens
from app.storage.pacing import PutOff, SharedPacer
from app.storage.policy import TooFast
from app.storage.protocol import OccupiedError
from tests.storage.onedrive.school import School

PDF = b"%PDF-1.7\nbytes"


@pytest.fixture
def stores(school: School, context: Context) -> tuple[OneDriveStore, OneDriveStore]:
    """Open the same account in two processes."""
    with context.database.transaction() as session:
        row = StoreAccount(
            school_id=session.scalars(select(SchoolRow.id).limit(1)).one(),
            provider=Provider.MICROSOFT,
            part=Part.ACTIVE,
            state=StoreState.CONNECTED,
            settings={},
            secrets=b"",
        )
        session.add(row)
        session.flush()
        store_id = row.id

    def opened() -> OneDriveStore:
        graph = GraphClient(AppTokens(school.registration()), school.credentials["graph_root"])
        ledger = StoredLedger(context.database, store_id)
        pacer = SharedPacer(context.database, f"microsoft:{store_id}", RATES)
        return OneDriveStore(graph, ledger, pacer, school.credentials["drive_id"], school.root.id)

    return opened(), opened()


def test_what_one_process_made_the_other_knows(
    school: School, stores: tuple[OneDriveStore, OneDriveStore]
) -> None:
    one, other = stores
    one.make_folder("year")
    other.make_folder("year/week")
    one.put("year/week/a.pdf", io.BytesIO(PDF))
    other.put("year/week/a.pdf", io.BytesIO(PDF))
    other.move("year/week", "year/Tuần 1")
    one.move("year/week", "year/Tuần 1")
    assert one.stat("year/Tuần 1/a.pdf") == other.stat("year/Tuần 1/a.pdf")
    assert list(school.tree()) == ["year", "year/Tuần 1", "year/Tuần 1/a.pdf"]


def test_what_was_lost_and_made_again_has_its_new_id(
    school: School, stores: tuple[OneDriveStore, OneDriveStore]
) -> None:
    one, other = stores
    one.make_folder("year")
    one.put("year/a.pdf", io.BytesIO(PDF))
    school.meddle("delete", "year")
    other.make_folder("year")
    other.put("year/a.pdf", io.BytesIO(PDF))
    assert one.state(school.item("year/a.pdf").id) == other.state(school.item("year/a.pdf").id)
    assert one.stat("year/a.pdf").size == len(PDF)


def test_a_file_that_is_known_elsewhere_is_never_entered_twice(
    school: School, stores: tuple[OneDriveStore, OneDriveStore]
) -> None:
    one, other = stores
    one.put("a.pdf", io.BytesIO(PDF))
    school.meddle("rename", "a.pdf", name="b.pdf")
    with pytest.raises(OccupiedError):
        other.put("b.pdf", io.BytesIO(PDF))
    one.move("a.pdf", "a.pdf")
    assert list(school.tree()) == ["a.pdf"]


def test_one_process_that_is_sent_away_keeps_the_other_away_too(
    school: School, stores: tuple[OneDriveStore, OneDriveStore]
) -> None:
    one, other = stores
    school.fault(operation="drives.get", kind="throttled", retry_after=90)
    with pytest.raises(TooFast):
        one.space()
    with pytest.raises(PutOff):
        other.space()
