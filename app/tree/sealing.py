"""The job that seals: makes the official PDF of a record that was signed off, and has it filed."""

import logging
import tempfile
import uuid
from dataclasses import dataclass
from typing import BinaryIO, cast

from sqlalchemy.orm import Session

from app.approvals.as_signed import as_signed
from app.approvals.told import printed_steps_are_told
from app.context import Context
from app.jobs import defer
from app.pdf.checking import Claim, OfficialDiffersError, check_official
from app.pdf.orders import SealOrder
from app.pdf.seal import Sealed, SignedDocumentError, WrongBytesError, certify, seal
from app.records.models import OfficialFile, Record, Version
from app.records.queries import version_of
from app.records.refusals import AcceptedBytesChanged
from app.records.rereading import demand_taken
from app.schools.models import School
from app.staging.digests import sha256_of
from app.stuck.reasons import ApprovedBytesLost, OfficialDiffers, RecordChanged
from app.tree.seal_orders import seal_order
from app.tree.stores import lock_of
from workflows.model import State

log = logging.getLogger(__name__)

_CAME_SIGNED = "filed as it came, with its digital signatures"


@dataclass(frozen=True)
class _Due:
    record: Record
    version: Version
    order: SealOrder


@dataclass(frozen=True)
class _Kept:
    """A PDF that was made here and lies in staging."""

    sealed: Sealed
    blob: str


def seal_record(context: Context, record_id: str) -> None:
    """Seal the approved bytes of a record, keep the result in staging, check it there and queue its filing.

    Leaves quietly unless the record is signed off and not sealed yet; may run twice, since the same
    bytes and decisions give the same seal. Raises `AcceptedBytesChanged`, `ApprovedBytesLost`,
    `RecordChanged`, `NoLongerSealed`, `OfficialDiffers`, `SandboxDied` and `SandboxUnavailable`.
    """
    due = _due(context, uuid.UUID(record_id))
    if due is None:
        return
    try:
        document = context.staging.open(due.version.blob)
    except FileNotFoundError as error:
        raise ApprovedBytesLost from error
    with document, tempfile.TemporaryFile() as made:
        demand_taken(context, due.record, document)
        official = _official(context, due, document, cast("BinaryIO", made))
    with context.database.transaction() as session:
        if _still_due(session, due.record):
            session.add(official)
            session.flush()
            school = session.get_one(School, due.record.school_id)
            defer(session, "file", [{"record_id": record_id}], lock=lock_of(session, school))


def _due(context: Context, record_id: uuid.UUID) -> _Due | None:
    with context.database.transaction() as session:
        record = session.get(Record, record_id)
        if record is None or not _unsealed(session, record):
            return None
        signed = as_signed(session, record, record.turn)
        if signed is None or signed.differs or not printed_steps_are_told(session, record):
            raise RecordChanged
        order = seal_order(session, record, context.settings.base_url)
        return _Due(record, version_of(session, record.id, record.version), order)


def _unsealed(session: Session, record: Record) -> bool:
    sealed = session.get(OfficialFile, (record.id, record.turn))
    return record.state == State.SIGNED_OFF and sealed is None


def _still_due(session: Session, seen: Record) -> bool:
    record = session.get_one(Record, seen.id, with_for_update=True)
    return record.turn == seen.turn and _unsealed(session, record)


def _official(context: Context, due: _Due, document: BinaryIO, made: BinaryIO) -> OfficialFile:
    """Seal a version, or file it as it came; the sealing child says which, whatever the gate once said."""
    try:
        kept = _sealed(context, due, document, made)
    except WrongBytesError as error:
        raise AcceptedBytesChanged from error
    except SignedDocumentError:
        return _with_certificate(context, due, document, made)
    return _row(due, kept.sealed, kept.blob)


def _sealed(context: Context, due: _Due, document: BinaryIO, made: BinaryIO) -> _Kept:
    """Seal and check; where PDF/A would change the look of a page, an ordinary PDF is made instead."""
    kept = _keep(context, due.record, seal(context.sandbox, document, due.order, made), made)
    try:
        _check(context, due, document, kept)
    except OfficialDiffers:
        if kept.sealed.pdfa is None:
            raise
        ordinary = seal(context.sandbox, document, due.order, made, archival=False)
        kept = _keep(context, due.record, ordinary, made)
        _check(context, due, document, kept)
    return kept


def _check(
    context: Context, due: _Due, approved: BinaryIO, kept: _Kept, *, came_signed: bool = False
) -> None:
    """Have what lies in staging read by others than made it; raises `OfficialDiffers`."""
    archival = kept.sealed.pdfa is not None
    claim = Claim(due.order, kept.sealed.stamp_box, archival=archival, came_signed=came_signed)
    with context.staging.open(kept.blob) as official:
        if sha256_of(official) != kept.sealed.sha256:
            raise OfficialDiffers
        try:
            check_official(context.sandbox, approved, official, claim)
        except OfficialDiffersError as difference:
            log.warning("the official PDF of record %s is not filed: %s", due.record.id, difference)
            raise OfficialDiffers from difference


def _with_certificate(context: Context, due: _Due, document: BinaryIO, made: BinaryIO) -> OfficialFile:
    """Leave a file that came signed as it is, and make the certificate that lies beside it."""
    kept = _keep(context, due.record, certify(due.order, made), made)
    _check(context, due, document, kept, came_signed=True)
    as_it_came = Sealed(
        sha256=due.version.sha256,
        size=due.version.size,
        pages=due.version.pages,
        pdfa=None,
        pdfa_reason=_CAME_SIGNED,
        stamp_place=None,
    )
    row = _row(due, as_it_came, due.version.blob)
    row.certificate_sha256, row.certificate_size = kept.sealed.sha256, kept.sealed.size
    row.certificate_blob = kept.blob
    return row


def _keep(context: Context, record: Record, sealed: Sealed, made: BinaryIO) -> _Kept:
    """Keep what was made under a key that a second run finds again."""
    blob = f"official/{sealed.sha256[:2]}/{sealed.sha256}.{record.id.hex}.{record.turn}"
    made.seek(0)
    context.staging.keep(blob, made)
    return _Kept(sealed, blob)


def _row(due: _Due, sealed: Sealed, blob: str) -> OfficialFile:
    return OfficialFile(
        record_id=due.record.id,
        turn=due.record.turn,
        school_id=due.record.school_id,
        version=due.version.number,
        sha256=sealed.sha256,
        size=sealed.size,
        pages=sealed.pages,
        blob=blob,
        pdfa=sealed.pdfa or "",
        pdfa_reason=sealed.pdfa_reason,
    )
