"""What a school's tree should hold, from our own rows, and our own copy of each file."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import Select, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from app.drift.feed import Readers
from app.drift.walk import Expected
from app.records.models import OfficialFile
from app.schools.models import School
from app.shares.models import Share, ShareState
from app.storage.models import StoreAccount, StoreItem
from app.tree.filing import Piece, pieces_of
from app.tree.models import Folder

_GRANTED = (ShareState.OPENING, ShareState.OPEN, ShareState.CLOSING)


def expected_in(session: Session, school: School) -> Expected:
    """Return all folders and files that a school's tree should hold now."""
    files: dict[str, tuple[Piece, int]] = {}
    reserved: set[str] = set()
    for official in session.scalars(_named(school.id)):
        sizes = (official.size, official.certificate_size or 0)
        for piece, size in zip(pieces_of(official), sizes, strict=False):
            if official.filed_at is None:
                reserved.add(piece.path)
            else:
                files[piece.path] = (piece, size)
    return Expected([folder.path for folder in made_folders(session, school.id)], files, frozenset(reserved))


def made_folders(session: Session, school_id: int, within: str = "") -> Sequence[Folder]:
    """List the folders that were made in the store, at `within` or below it, each after its parent."""
    made = select(Folder).where(Folder.school_id == school_id, Folder.made_at.is_not(None))
    if within:
        made = made.where(or_(Folder.path == within, func.starts_with(Folder.path, f"{within}/")))
    return session.scalars(made.order_by(Folder.key)).all()


def filed_pieces(session: Session, school_id: int, within: str = "") -> Iterator[Piece]:
    """Yield what was filed at the path `within` or below it, in the order of the paths."""
    filed = _named(school_id).where(OfficialFile.filed_at.is_not(None))
    if within:
        filed = filed.where(
            or_(
                OfficialFile.path == within,
                OfficialFile.certificate_path == within,
                func.starts_with(OfficialFile.path, f"{within}/"),
            )
        )
    for official in session.scalars(filed):
        yield from (
            piece
            for piece in pieces_of(official)
            if not within or piece.path == within or piece.path.startswith(f"{within}/")
        )


def unknown_files(session: Session, account: StoreAccount) -> Sequence[str]:
    """List the filed files of which the store's ledger knows nothing any more: lost, and noticed already."""
    known = exists().where(StoreItem.store_id == account.id, StoreItem.confirmed_at.is_not(None))
    lost = (
        select(column).where(
            OfficialFile.school_id == account.school_id,
            OfficialFile.filed_at.is_not(None),
            column.is_not(None),
            ~known.where(StoreItem.path == column),
        )
        for column in (OfficialFile.path, OfficialFile.certificate_path)
    )
    return [path for path in session.scalars(union_all(*lost)) if path]


def readers_of(session: Session, school: School, account: StoreAccount, overlap: timedelta) -> Readers:
    """Return who may read what by decision, and what was put there since `overlap` before the last look."""
    decided = (
        select(Folder.path, Share.email, Share.grant_id)
        .join(Folder, Folder.id == Share.folder_id)
        .where(Share.school_id == school.id, Share.state.in_(_GRANTED))
    )
    given = {(path, email): grant_id for path, email, grant_id in session.execute(decided)}
    if account.looked_at is None:
        return Readers(given, put=None)
    put = select(StoreItem.remote_id).where(
        StoreItem.store_id == account.id, StoreItem.confirmed_at >= account.looked_at - overlap
    )
    return Readers(given, frozenset(each for each in session.scalars(put) if each))


def _named(school_id: int) -> Select[OfficialFile]:
    own = select(OfficialFile).where(OfficialFile.school_id == school_id, OfficialFile.path.is_not(None))
    return own.order_by(OfficialFile.path).execution_options(yield_per=500)
