"""The Drive store with the ledger and the pacer that a worker has."""

import io
import time

import pytest

from app.context import Context
from app.storage.google_drive.pace import RATES, WRITE
from app.storage.google_drive.store import GoogleStore
from app.storage.ledger import StoredLedger
from app.storage.pacing import PutOff, Rate, SharedPacer
from app.storage.policy import OutOfReach, TooFast
from tests.storage.google_case import Drive
from tests.storage.test_ledger import new_account


def test_a_worker_continues_what_another_one_has_begun(drive: Drive, context: Context) -> None:
    account = new_account(context)

    def opened() -> GoogleStore:
        pacer = SharedPacer(context.database, f"google:{account}", RATES)
        ledger = StoredLedger(context.database, account)
        return GoogleStore(drive.client, ledger, pacer, drive.root_id, shared_drive_id=None)

    big = b"x" * (9 * 1024 * 1024)
    opened().make_folder("year")
    drive.fault(operation="uploads.put", skip=1, cut="before", times=None)
    with pytest.raises(OutOfReach):
        opened().put("year/a.pdf", io.BytesIO(big))
    drive.emulator.faults.clear()
    opened().put("year/a.pdf", io.BytesIO(big))
    opened().lock("year/a.pdf", "Đã ký duyệt")
    opened().move("year", "year two")
    assert drive.paths() == ["year two", "year two/a.pdf"]
    assert [item.path for item in StoredLedger(context.database, account).items()] == drive.paths()


def test_a_worker_writes_no_faster_than_the_account_allows(drive: Drive, context: Context) -> None:
    rates = RATES | {WRITE: Rate(per_second=20, burst=1)}
    pacer = SharedPacer(context.database, "google:1", rates)
    store = GoogleStore(drive.client, drive.ledger, pacer, drive.root_id, shared_drive_id=None)
    store.make_folder("0")
    began = time.monotonic()
    for number in range(1, 7):
        store.make_folder(str(number))
    assert time.monotonic() - began >= 5 / 20


def test_what_google_asks_for_is_kept_by_every_worker(drive: Drive, context: Context) -> None:
    first = SharedPacer(context.database, "google:1", RATES)
    other = SharedPacer(context.database, "google:1", RATES)
    drive.fault(operation="files.create", kind="rate", retry_after=120)
    with pytest.raises(TooFast):
        GoogleStore(drive.client, drive.ledger, first, drive.root_id, shared_drive_id=None).make_folder("a")
    calls = drive.emulator.counters.calls()
    with pytest.raises(PutOff):
        GoogleStore(drive.client, drive.ledger, other, drive.root_id, shared_drive_id=None).make_folder("a")
    assert drive.emulator.counters.calls() == calls
