"""Confirming how long a school keeps a record type, against the schedule that the law gives."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.catalogue.changes import note_change
from app.catalogue.models import RetentionConfirmation
from app.catalogue.queries import UnknownRecordType, record_types_ever_of
from app.catalogue.rights import school_to_confirm
from app.db import now
from app.errors import InvalidRequest
from app.people.authority import Authority
from app.words import tidy

LONGEST_RETENTION = 100
"""Years; what is kept longer is kept for ever."""
LONGEST_BASIS = 300


@dataclass(frozen=True)
class Retention:
    """How long records are kept after they were closed, in years (None: for ever), and where that stands."""

    years: int | None
    basis: str


def confirm_retention(
    session: Session, authority: Authority, school_id: int, code: str, retention: Retention
) -> None:
    """Write down the time that the school's clerk found in the schedule, in the place of what shipped.

    Raises `NotAllowed`, `UnknownRecordType`, and `InvalidRequest` without a basis or with impossible years.
    """
    school = school_to_confirm(session, authority, school_id)
    check_retention(retention)
    if code not in {each.code for each in record_types_ever_of(session, [school_id])}:
        raise UnknownRecordType(given=code[:40])
    told: dict[str, Any] = {"years": retention.years, "basis": tidy(retention.basis)}
    said = {**told, "confirmed_by_id": authority.user_id, "confirmed_at": now()}
    adding = insert(RetentionConfirmation).values(school_id=school_id, code=code, **said)
    session.execute(adding.on_conflict_do_update(index_elements=["school_id", "code"], set_=said))
    note_change(session, authority, school, "confirm_retention", code, told)


def check_retention(retention: Retention) -> None:
    """Raise `InvalidRequest` naming what is missing or impossible."""
    faults = []
    if retention.years is not None and not 1 <= retention.years <= LONGEST_RETENTION:
        faults.append("years")
    if not 0 < len(tidy(retention.basis)) <= LONGEST_BASIS:
        faults.append("basis")
    if faults:
        raise InvalidRequest(fields=", ".join(faults))
