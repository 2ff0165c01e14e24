"""Reading the catalogue."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.errors import Refused
from app.text import N_


class UnknownRecordType(Refused):
    """The catalogue has no record type of that code."""

    code, status = "unknown_record_type", 422
    detail = N_("Không có loại hồ sơ mang mã “%(given)s”.")
    hint = N_("Chọn một loại hồ sơ trong danh mục của trường.")


def record_types(session: Session) -> Sequence[RecordType]:
    """List the present version of every record type, in the order of the catalogue."""
    newest = (
        select(RecordType.code, func.max(RecordType.version).label("version"))
        .group_by(RecordType.code)
        .subquery()
    )
    return session.scalars(
        select(RecordType)
        .join(newest, (RecordType.code == newest.c.code) & (RecordType.version == newest.c.version))
        .order_by(RecordType.position)
    ).all()


def record_type_of(session: Session, code: str) -> RecordType:
    """Return the present version of one record type; raises `UnknownRecordType`."""
    newest = select(RecordType).where(RecordType.code == code).order_by(RecordType.version.desc()).limit(1)
    found = session.scalars(newest).one_or_none()
    if found is None:
        raise UnknownRecordType(given=code[:40])
    return found
