"""What may be told to anyone of a signed record, and whether some bytes are the ones that were signed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.approvals.as_signed import AsSigned, as_signed
from app.approvals.models import Event
from app.approvals.naming import logged
from app.approvals.told import is_told_of
from app.people.positions import stands_for
from app.proof.logged import (
    Hashes,
    logged_approval,
    logged_filing,
    records_filed_as,
    was_logged,
)
from app.records.models import OfficialFile, Record, Version
from workflows.model import Action, State


class Verdict(StrEnum):
    """What some bytes are to a signed record."""

    OFFICIAL = "official"
    CERTIFICATE = "certificate"
    APPROVED = "approved"
    """What was read and approved, before stamp and certificate were added."""
    REPLACED = "replaced"
    DIFFERENT = "different"
    UNFILED = "unfiled"
    """Sealed, but the filing is not done, so that the audit log does not vouch for it yet."""
    MISMATCH = "mismatch"
    """What the product's own rows say is not what the audit log says."""
    UNKNOWN_CODE = "unknown_code"
    UNKNOWN_FILE = "unknown_file"


@dataclass(frozen=True)
class Signature:
    """Who approved or signed off, with which authority, when (UTC)."""

    action: str
    name: str
    """Here and below as on that day."""
    position: str
    """His own post, in Vietnamese."""
    role: str
    capacity: str
    at: datetime

    @property
    def authority(self) -> str:
        """The role whose authority was exercised: a deputy head signs in the head's stead."""
        return stands_for(self.role)


@dataclass(frozen=True)
class SignedBefore:
    """A version that was signed off and has been replaced since."""

    version: int
    signatures: tuple[Signature, ...]
    as_logged: bool
    """Whether the audit log says the same."""


@dataclass(frozen=True)
class Proof:
    """What the check page shows of a record that was signed off: nothing of its content or its title."""

    record_id: uuid.UUID
    code: str
    school: str
    described: AsSigned | None
    """What it was when it was signed, as the audit log tells; None where that tells nothing whole."""
    turn: int
    """The turn of the sign-off that counts."""
    version: int
    approved_sha256: str
    filed: bool
    signatures: tuple[Signature, ...]
    as_logged: bool
    """Whether the audit log says the same of the signatures, of the names at that time, and of the record."""
    before: tuple[SignedBefore, ...]
    """Whose files are still around, the newest first."""

    @property
    def state(self) -> str:
        """The state to show: filed once the official file is in the tree."""
        return State.FILED if self.filed else State.SIGNED_OFF


def find_proof(session: Session, code: str | None) -> Proof | None:
    """Return the proof of the signed record with this (normal) code, if there is one."""
    sign_offs = (
        select(Record, Event)
        .join(Event, Event.record_id == Record.id)
        .where(Record.code == code, Event.action == Action.SIGN_OFF)
        .order_by(Event.turn.desc())
    )
    rows = session.execute(sign_offs).all()
    if not rows:
        return None
    record, signed = rows[0]
    official = session.get(OfficialFile, (record.id, signed.turn))
    decided, described = _decided(session, signed), as_signed(session, record, signed.turn)
    return Proof(
        record_id=record.id,
        code=record.code,
        school=signed.school_name,
        described=described,
        turn=signed.turn,
        version=signed.version,
        approved_sha256=signed.sha256,
        filed=official is not None and official.filed_at is not None,
        signatures=tuple(_signature(event) for event, _ in decided),
        as_logged=described is not None and not described.differs and is_told_of(session, record.id, decided),
        before=tuple(_signed_before(session, event) for _, event in rows[1:]),
    )


def judge(session: Session, proof: Proof, sha256: str) -> Verdict:
    """Say what bytes with this SHA-256 are to the record, as far as the audit log says the same."""
    if not proof.as_logged:
        return Verdict.MISMATCH
    official = session.get(OfficialFile, (proof.record_id, proof.turn))
    kept = Hashes(official.sha256, official.certificate_sha256 or "") if official else None
    told = logged_filing(session, proof.record_id, proof.turn)
    verdict = _filed_as(kept, sha256) or _filed_as(told, sha256)
    if verdict is not None:
        if told is None:
            return Verdict.MISMATCH if proof.filed else Verdict.UNFILED
        return verdict if told == kept else Verdict.MISMATCH
    if sha256 == proof.approved_sha256:
        signed = logged_approval(session, proof.record_id, proof.turn)
        return Verdict.APPROVED if signed == sha256 else Verdict.MISMATCH
    shown = _was_signed_once(session, proof.record_id, sha256)
    if shown != was_logged(session, proof.record_id, sha256):
        return Verdict.MISMATCH
    return Verdict.REPLACED if shown else Verdict.DIFFERENT


def code_of_file(session: Session, sha256: str) -> str | None:
    """Return the code of the record that these bytes are, or once were, the signed file of; newest first.

    Anybody may ask: each part of the answer is found by an index, that of events by their versions'.
    """
    sealed = select(OfficialFile.record_id, OfficialFile.sealed_at.label("at")).where(
        or_(OfficialFile.sha256 == sha256, OfficialFile.certificate_sha256 == sha256)
    )
    signed = (
        select(Event.record_id, Event.at)
        .join(Version, and_(Version.record_id == Event.record_id, Version.number == Event.version))
        .where(Version.sha256 == sha256, Event.sha256 == sha256, Event.action == Action.SIGN_OFF)
    )
    found = sealed.union_all(signed, records_filed_as(sha256)).subquery()
    newest = select(Record.code).join(found, found.c.record_id == Record.id).order_by(found.c.at.desc())
    return session.scalars(newest.limit(1)).first()


def _filed_as(hashes: Hashes | None, sha256: str) -> Verdict | None:
    if hashes is None:
        return None
    return {hashes.certificate: Verdict.CERTIFICATE, hashes.official: Verdict.OFFICIAL}.get(sha256)


def _decided(session: Session, signed: Event) -> list[tuple[Event, Mapping[str, str]]]:
    """The decisions on the version that was signed off, with what the log holds of them."""
    decisions = (
        select(Event, logged())
        .where(
            Event.record_id == signed.record_id,
            Event.version == signed.version,
            Event.turn <= signed.turn,
            Event.action.in_([Action.APPROVE, Action.SIGN_OFF]),
        )
        .order_by(Event.turn)
    )
    return [(event, own) for event, own in session.execute(decisions)]


def _signed_before(session: Session, signed: Event) -> SignedBefore:
    decided = _decided(session, signed)
    shown = tuple(_signature(event) for event, _ in decided)
    return SignedBefore(signed.version, shown, is_told_of(session, signed.record_id, decided))


def _signature(event: Event) -> Signature:
    return Signature(event.action, event.actor_name, event.position, event.role, event.capacity, event.at)


def _was_signed_once(session: Session, record_id: uuid.UUID, sha256: str) -> bool:
    sealed = select(func.count()).where(
        OfficialFile.record_id == record_id,
        or_(OfficialFile.sha256 == sha256, OfficialFile.certificate_sha256 == sha256),
    )
    signed = select(func.count()).where(
        Event.record_id == record_id, Event.action == Action.SIGN_OFF, Event.sha256 == sha256
    )
    return bool(session.scalar(sealed)) or bool(session.scalar(signed))
