"""Whether record types are in use.

Records lie above this room, so their model is not imported: their table is named here, with the few columns
that tell whether somebody has handed one in.
"""

from sqlalchemy import Integer, String, column, func, or_, select, table
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType

_RECORDS = table(
    "records",
    column("school_id", Integer),
    column("record_type_id", Integer),
    column("period", String),
    column("state", String),
)
_WITHDRAWN = "withdrawn"


def living_records(session: Session, school_id: int, code: str, year: str) -> int:
    """Count the school's records of a type, not withdrawn, of a school year and the years after it."""
    types = select(RecordType.id).where(
        RecordType.code == code, or_(RecordType.school_id.is_(None), RecordType.school_id == school_id)
    )
    counted = select(func.count()).where(
        _RECORDS.c.school_id == school_id,
        _RECORDS.c.record_type_id.in_(types),
        _RECORDS.c.period >= year,
        _RECORDS.c.state != _WITHDRAWN,
    )
    return session.scalar(counted) or 0


def was_ever_used(session: Session, record_type: RecordType) -> bool:
    """Tell whether any record, even a withdrawn one, began with this version of a type."""
    one = select(_RECORDS.c.record_type_id).where(_RECORDS.c.record_type_id == record_type.id).limit(1)
    return session.scalar(one) is not None
