"""The job that files: puts the official PDF into the school's tree and believes only what it reads back."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.approvals.actions import Decision, act
from app.catalogue.models import OwnerKind, RecordType
from app.context import Context
from app.db import now
from app.jobs import forget_waiting
from app.people.models import User
from app.records.models import OfficialFile, Record
from app.records.refusals import AcceptedBytesChanged
from app.schools.models import Department, School
from app.staging.digests import sha256_of
from app.storage.attended import AttendedStore
from app.storage.protocol import MissingError, Store, Stored
from app.stuck.reasons import ApprovedBytesLost, FiledBytesDiffer
from app.tree.folders import make_in_store, mark_lost, path_in, rows_for
from app.tree.models import Folder
from app.tree.names import file_name
from app.tree.plan import Holder, branch_for_period, period_name
from app.tree.stores import store_of
from workflows.model import Action, State

_WHY_LOCKED = "Bản chính thức đã ký duyệt – Ký Duyệt"
"""Shown in the cloud beside the lock."""


@dataclass(frozen=True)
class Piece:
    """One PDF that belongs into the tree: where, and which bytes."""

    path: str
    blob: str
    sha256: str


@dataclass(frozen=True)
class Filing:
    """A sealed record whose places in the tree are reserved."""

    record: Record
    school_code: str
    folders: Sequence[Folder]
    pieces: Sequence[Piece]


def file_record(context: Context, record_id: str) -> Store | None:
    """Put a sealed record's PDF, and the certificate beside it if there is one, into the tree.

    Returns that store; None, with nothing done, unless the record is signed off and sealed. May run twice,
    since the places are reserved in the database first and a place takes only one content. Raises
    `StorageError`, `AcceptedBytesChanged`, `ApprovedBytesLost` and `FiledBytesDiffer`.
    """
    filing = reserve(context, uuid.UUID(record_id))
    if filing is None:
        return None
    store = store_of(context, filing.school_code)
    make_way(context, store, filing)
    complete(context, store, filing)
    return store


def make_way(context: Context, store: Store, filing: Filing) -> None:
    """Make the folders that are not there yet; one record at a time, lest two make the same folder."""
    with _noting_loss(context, filing):
        make_in_store(context, store, filing.folders)


def complete(context: Context, store: Store, filing: Filing) -> None:
    """Put the files into their folders and call the record filed; records may be completed side by side.

    Raises what `place` raises.
    """
    with _noting_loss(context, filing):
        for piece in filing.pieces:
            place(context, store, piece)
    _finish(context, filing)


@contextmanager
def _noting_loss(context: Context, filing: Filing) -> Iterator[None]:
    """Have the folders made again for the next use where the store does not find them."""
    try:
        yield
    except MissingError:
        mark_lost(context, filing.folders)
        raise


def pieces_of(official: OfficialFile) -> list[Piece]:
    """List the files that a sealed record has in the tree, once their places are reserved."""
    pieces = [Piece(official.path or "", official.blob, official.sha256)]
    if official.certificate_blob and official.certificate_sha256:
        certificate = Piece(
            official.certificate_path or "", official.certificate_blob, official.certificate_sha256
        )
        pieces.append(certificate)
    return pieces


def proof_of(official: OfficialFile) -> dict[str, str]:
    """Return the SHA-256 of what is filed, as the audit entry names it: the check page compares with it."""
    proof = {"official_sha256": official.sha256}
    if official.certificate_sha256:
        proof["certificate_sha256"] = official.certificate_sha256
    return proof


def digest_in(store: Store, path: str) -> str:
    """Return the SHA-256 of a file in the store: its own word for it, or that of the bytes read back."""
    vouched = store.stat(path).sha256
    if vouched is not None:
        return vouched
    with store.open(path) as file:
        return sha256_of(file)


def reserve(context: Context, record_id: uuid.UUID) -> Filing | None:
    """Reserve folders and names for a record that is sealed and not filed; None for any other."""
    with context.database.transaction() as session:
        record = session.get(Record, record_id)
        official = session.get(OfficialFile, (record_id, record.turn)) if record else None
        if record is None or official is None or record.state != State.SIGNED_OFF:
            return None
        folders = rows_for(
            session, record.school_id, branch_for_period(record.period, _holder(session, record))
        )
        if official.path is None:
            _name(session, record, official, folders[-1])
        school = session.get_one(School, record.school_id)
        return Filing(record, school.code, folders, pieces_of(official))


def _holder(session: Session, record: Record) -> Holder:
    department = session.get(Department, record.department_id) if record.department_id else None
    record_type = session.get_one(RecordType, record.record_type_id)
    return Holder(record_type, department, session.get_one(User, record.owner_id))


def _name(session: Session, record: Record, official: OfficialFile, folder: Folder) -> None:
    """Name the files: telling at the front, unlike any other at the end."""
    record_type = session.get_one(RecordType, record.record_type_id)
    filed_before = session.scalar(
        select(exists().where(OfficialFile.record_id == record.id, OfficialFile.turn < official.turn))
    )
    again = f" bản {official.version}" if filed_before else ""
    words = [record_type.code, period_name(record.period), record.slot_title or record_type.name]
    if record_type.owner_kind == OwnerKind.CLASS and record.class_name:
        words.insert(1, record.class_name)
    official.path = path_in(folder, file_name(words, f"{record.code}{again}.pdf"))
    if official.certificate_blob:
        certificate = file_name(words, f"{record.code}{again} phiếu ký duyệt.pdf")
        official.certificate_path = path_in(folder, certificate)


def place(context: Context, store: Store, piece: Piece) -> None:
    """Put our own copy of a file where it belongs, compare it with what was sealed, and guard it.

    Raises what `put_own_copy` raises, and `FiledBytesDiffer`.
    """
    stored = put_own_copy(context, store, piece)
    if (stored.sha256 or digest_in(store, piece.path)) != piece.sha256:
        raise FiledBytesDiffer
    guard(store, piece.path)


def guard(store: Store, path: str) -> None:
    """Lock a file against changes where the store can; raises `CloudError`."""
    if isinstance(store, AttendedStore):
        store.lock(path, _WHY_LOCKED)


def put_own_copy(context: Context, store: Store, piece: Piece) -> Stored:
    """Put a file where it belongs, provided that our own copy is still what was sealed.

    Raises `StorageError`, `AcceptedBytesChanged` and `ApprovedBytesLost`.
    """
    try:
        source = context.staging.open(piece.blob)
    except FileNotFoundError as error:
        raise ApprovedBytesLost from error
    with source:
        if sha256_of(source) != piece.sha256:
            raise AcceptedBytesChanged
        return store.put(piece.path, source)


def _finish(context: Context, filing: Filing) -> None:
    """Call the record filed, unless another run has done so meanwhile."""
    seen = filing.record
    with context.database.transaction() as session:
        record = session.get_one(Record, seen.id, with_for_update=True)
        if (record.state, record.turn) != (State.SIGNED_OFF, seen.turn):
            return
        official = session.get_one(OfficialFile, (record.id, record.turn))
        official.filed_at = now()
        filed = Decision(record.id, Action.FILE, record.turn, record.sha256, proof=proof_of(official))
        act(session, None, filed)
        forget_waiting(session, "file", "record_id", str(record.id))
