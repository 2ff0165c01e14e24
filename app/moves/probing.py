"""Asking a connected account the questions that only the live service can answer, in a scratch folder."""

import io
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from app.context import Context
from app.db import now
from app.errors import NotFound, Refused
from app.schools.queries import school_by_code
from app.storage.accounts import active_store
from app.storage.attended import AttendedStore
from app.storage.ledger import StoredLedger
from app.storage.pacing import PutOff
from app.storage.protocol import OccupiedError

FOLDER = "Kiểm tra kết nối"
_CONTENT = b"%PDF-1.4 probe\n%%EOF\n"
_OTHER = _CONTENT + b"% other bytes\n"
_GRANT_DAYS = 7

Step = tuple[str, Callable[[], object]]


def probe(context: Context, school_code: str, email: str | None = None) -> list[str]:
    """Run the calls and return a line for each: what was asked, what came back, and how long it took.

    With `email`, the scratch folder is shared with that address and taken back. The folder stays in the
    store, to be looked at and removed by hand. Raises `NotFound` for a school that has no cloud.
    """
    with context.database.transaction() as session:
        account = active_store(session, school_by_code(session, school_code).id)
    store = context.stores.open(account, school_code)
    if account is None or not isinstance(store, AttendedStore):
        raise NotFound
    folder = f"{FOLDER} {now():%Y-%m-%d %H%M%S}"
    try:
        return [_line(name, call) for name, call in _steps(store, folder, email)]
    finally:
        StoredLedger(context.database, account.id).forget(folder)


def _steps(store: AttendedStore, folder: str, email: str | None) -> Sequence[Step]:
    first, moved = f"{folder}/một.pdf", f"{folder}/đã chuyển.pdf"
    steps: list[Step] = [
        ("space", store.space),
        ("cursor of changes", store.begin),
        ("make folder", lambda: store.make_folder(folder)),
        ("make folder again", lambda: store.make_folder(folder)),
        ("put", lambda: store.put(first, io.BytesIO(_CONTENT))),
        ("put again", lambda: store.put(first, io.BytesIO(_CONTENT))),
        ("put other bytes", lambda: _is_refused(store, first)),
        ("hash told by the store", lambda: store.stat(first).sha256),
        ("read back", lambda: _is_same(store, first)),
        ("move", lambda: store.move(first, moved)),
        ("lock", lambda: store.lock(moved, "probe")),
        ("read while locked", lambda: _is_same(store, moved)),
        ("unlock", lambda: store.unlock(moved)),
        ("permissions", lambda: store.grants(folder)),
    ]
    return steps + ([("share and take back", lambda: _shared(store, folder, email))] if email else [])


def _line(name: str, call: Callable[[], object]) -> str:
    begun = time.monotonic()
    try:
        answer: object = call()
    except Refused as refusal:
        return f"FAILED {name}: {refusal.code} {refusal.values or ''}".rstrip()
    except PutOff as later:
        return f"FAILED {name}: {later}"
    return f"ok {name} ({(time.monotonic() - begun) * 1000:.0f} ms): {answer}"


def _is_refused(store: AttendedStore, path: str) -> str:
    try:
        store.put(path, io.BytesIO(_OTHER))
    except OccupiedError:
        return "refused, as it should be"
    return "TAKEN: other bytes went over a file"


def _is_same(store: AttendedStore, path: str) -> str:
    with store.open(path) as file:
        return "the same bytes" if file.read() == _CONTENT else "OTHER BYTES"


def _shared(store: AttendedStore, folder: str, email: str) -> str:
    grant = store.grant(folder, email, now() + timedelta(days=_GRANT_DAYS))
    store.revoke(folder, grant.id)
    left = [each for each in store.grants(folder) if each.id == grant.id]
    return f"until {grant.until}; {'STILL THERE' if left else 'taken back'}"
