"""Granting somebody a later deadline, or none, and taking that back."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.calendar.changes import Facts, finish_change
from app.calendar.models import DeadlineException
from app.calendar.queries import covering
from app.calendar.rights import locked, may_grant_to, school_to_except, works_at
from app.catalogue.queries import record_type_for
from app.db import now
from app.errors import NotAllowed, NotFound, Refused
from app.people.authority import Authority
from app.people.holding import caller_now
from app.reasons import reason_of
from app.text import N_

LONGEST_REASON = 500


class AlreadyRevoked(Refused):
    """The exception was taken back before."""

    code, status = "not_now", 409
    detail = N_("Ngoại lệ này đã được thu hồi.")
    hint = N_("Tải lại trang để xem các ngoại lệ đang có hiệu lực.")


@dataclass(frozen=True)
class Grace:
    """For whom, for which records and how far a deadline is put off; no `due_at`: nothing is owed."""

    user_id: uuid.UUID
    period: str
    due_at: datetime | None
    reason: str
    record_type_code: str | None = None


def grant_exception(
    session: Session, authority: Authority, school_id: int, grace: Grace
) -> DeadlineException:
    """Grant an exception for a period and all periods inside it.

    The principal or his delegate grants it to anybody but himself, a head within his department. Raises
    `NotFound`, `NotAllowed`, `BadPeriod`, `UnknownRecordType`, or `ReasonRequired`.
    """
    school = school_to_except(session, authority, school_id, grace.user_id)
    year = covering(session, school_id, grace.period)[-1]
    if grace.record_type_code is not None:
        record_type_for(session, school_id, grace.record_type_code, year)
    reason = reason_of(grace.reason, LONGEST_REASON)
    granted = DeadlineException(
        school_id=school_id,
        user_id=grace.user_id,
        record_type_code=grace.record_type_code,
        period=grace.period,
        due_at=grace.due_at,
        reason=reason,
        granted_by_id=authority.user_id,
    )
    session.add(granted)
    session.flush()
    finish_change(session, authority, school, year, ("exception.granted", str(granted.id), _facts(granted)))
    return granted


def revoke_exception(session: Session, authority: Authority, exception_id: int) -> None:
    """Take an exception back, so that the rule holds again.

    Whoever may grant it may do so, the principal also when the person has left. Raises
    `NotFound`, `NotAllowed`, or `AlreadyRevoked`.
    """
    granted = session.get(DeadlineException, exception_id)
    if granted is None:
        raise NotFound
    _check_revoker(session, authority, granted)
    school = locked(session, granted.school_id)
    _check_revoker(session, caller_now(session, authority), granted)
    session.refresh(granted, with_for_update=True)
    if granted.revoked_at is not None:
        raise AlreadyRevoked
    granted.revoked_at = now()
    year = granted.period.partition("/")[0]
    finish_change(session, authority, school, year, ("exception.revoked", str(exception_id), _facts(granted)))


def _check_revoker(session: Session, authority: Authority, granted: DeadlineException) -> None:
    if not works_at(authority, granted.school_id):
        raise NotFound
    if not may_grant_to(session, authority, granted.school_id, granted.user_id):
        raise NotAllowed


def _facts(granted: DeadlineException) -> Facts:
    return {
        "to": str(granted.user_id),
        "record_type": granted.record_type_code,
        "period": granted.period,
        "due_at": granted.due_at.isoformat() if granted.due_at else None,
    }
