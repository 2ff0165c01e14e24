"""Comparing every filed record with the bytes in the store."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.records.models import OfficialFile
from app.schools.models import School
from app.storage.protocol import MissingError, StorageError, Store
from app.tree.filing import Piece, digest_in, pieces_of
from app.tree.paths import is_unwatched


def differences(session: Session, store: Store, school: School) -> Iterator[str]:
    """Yield a line for each filed file that is missing, changed or unreadable, and for each that is extra."""
    # Looked at first: whatever is put there meanwhile has had its place reserved before.
    found = [entry.path for entry in store.walk() if not entry.is_folder]
    expected: set[str] = set()
    for official in _reserved(session, school):
        pieces = pieces_of(official)
        expected.update(piece.path for piece in pieces)
        if official.filed_at is not None:
            yield from filter(None, (_fault(store, piece) for piece in pieces))
    extra = (path for path in found if path not in expected and not is_unwatched(path))
    yield from (f"extra file: {path}" for path in extra)


def _reserved(session: Session, school: School) -> Iterator[OfficialFile]:
    own = select(OfficialFile).where(OfficialFile.school_id == school.id, OfficialFile.path.is_not(None))
    yield from session.scalars(own.order_by(OfficialFile.path).execution_options(yield_per=500))


def _fault(store: Store, piece: Piece) -> str | None:
    try:
        found = digest_in(store, piece.path)
    except MissingError:
        return f"missing file: {piece.path}"
    except StorageError as error:
        return f"unreadable file ({error.code}): {piece.path}"
    return None if found == piece.sha256 else f"changed file: {piece.path}"
