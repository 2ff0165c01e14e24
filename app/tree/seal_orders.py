"""What the seal of a record says: who made and who decided on these bytes, in the words of the day."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals.models import Event
from app.catalogue.models import RecordType
from app.catalogue.periods import vietnamese_label
from app.corrections.models import Correction
from app.pdf.orders import SealCorrection, SealDecision, SealOrder, SealVersion
from app.people.models import Role
from app.people.positions import position_in, stands_for
from app.records.models import Record
from workflows.definitions import Decider
from workflows.model import Action

_DONE = {Action.APPROVE: "Đã duyệt", Action.SIGN_OFF: "Đã ký duyệt"}
_DECIDERS: Mapping[Action, Decider] = {Action.APPROVE: "head", Action.SIGN_OFF: "principal"}
_HANDED_IN = (Action.SUBMIT, Action.RESUBMIT)


def seal_order(session: Session, record: Record, base_url: str) -> SealOrder:
    """Return the order to seal the record's present version; the same rows give the same order.

    Every name is the one that its event kept: who is renamed between signing and sealing changes nothing.
    """
    events = _events(session, record)
    decided = [event for event in events if event.action in _DONE and event.version == record.version]
    last = decided[-1] if decided else events[-1]
    consented = _corrections(session, record)
    versions = [_version(event, consented) for event in events if event.action in _HANDED_IN]
    return SealOrder(
        school=last.school_name,
        superior=last.superior_name,
        record_code=record.code,
        check_url=f"{base_url}/kiem-tra/{record.code}",
        record_type=session.get_one(RecordType, record.record_type_id).name,
        title=record.title,
        period=vietnamese_label(record.period),
        maker=versions[-1].name,
        department=last.department_name,
        class_name=record.class_name,
        subject=record.subject,
        approved_sha256=record.sha256,
        approved_pages=record.pages,
        version=record.version,
        decisions=tuple(_decision(event) for event in decided),
        versions=tuple(versions),
        handovers=tuple(each.comment for each in events if each.action == Action.HAND_OVER),
        corrections=tuple(_correction(each) for each in consented if each.id in _used_by(versions)),
    )


def _events(session: Session, record: Record) -> Sequence[Event]:
    """List the steps of the record up to its present version."""
    own = select(Event).where(Event.record_id == record.id, Event.version <= record.version)
    return session.scalars(own.order_by(Event.turn)).all()


def _corrections(session: Session, record: Record) -> Sequence[Correction]:
    """List the corrections that let the record take further versions, the first one first."""
    consented = select(Correction).where(
        Correction.record_id == record.id,
        Correction.until.is_not(None),
        Correction.old_version < record.version,
    )
    return session.scalars(consented.order_by(Correction.id)).all()


def _version(event: Event, corrections: Sequence[Correction]) -> SealVersion:
    under = [
        each.id
        for each in corrections
        if each.old_version < event.version and each.decided_at is not None and each.decided_at <= event.at
    ]
    return SealVersion(
        number=event.version,
        name=event.actor_name,
        position=event.position,
        at=event.at.isoformat(),
        correction=under[-1] if under else 0,
    )


def _used_by(versions: Sequence[SealVersion]) -> frozenset[int]:
    return frozenset(version.correction for version in versions)


def _correction(correction: Correction) -> SealCorrection:
    decided = correction.decided_at or correction.requested_at
    return SealCorrection(
        number=correction.id,
        requested_by=correction.requester_name,
        requested_at=correction.requested_at.isoformat(),
        consented_by=correction.decider_name,
        consented_as=f"{correction.capacity} HIỆU TRƯỞNG" if correction.capacity else "Hiệu trưởng",
        consented_at=decided.isoformat(),
        reason=correction.reason,
    )


def _decision(event: Event) -> SealDecision:
    superior = Role(stands_for(event.role))
    return SealDecision(
        action_label=_DONE[Action(event.action)],
        name=event.actor_name,
        role_label=event.position,
        at=event.at.isoformat(),
        capacity=event.capacity,
        on_behalf_of=position_in(superior, event.department_name) if event.capacity else "",
        decider=_DECIDERS[Action(event.action)],
    )
