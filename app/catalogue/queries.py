"""Reading the catalogue: what ships, and which record types a school keeps in a school year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import RecordType, RetentionConfirmation, TypeSwitch
from app.errors import Refused
from app.schools.models import School
from app.text import N_


class UnknownRecordType(Refused):
    """The school's catalogue of that year has no record type of that code."""

    code, status = "unknown_record_type", 422
    detail = N_("Không có loại hồ sơ mang mã “%(given)s”.")
    hint = N_("Chọn một loại hồ sơ trong danh mục của trường.")


@dataclass(frozen=True, slots=True)
class Entry:
    """A record type in a school's catalogue of one school year, and what the school said of it."""

    record_type: RecordType
    on: bool
    confirmed: RetentionConfirmation | None

    @property
    def own(self) -> bool:
        """Whether the school added it itself."""
        return self.record_type.school_id is not None

    @property
    def retention_years(self) -> int | None:
        """How long it is kept after it was closed; None: for ever."""
        return self.confirmed.years if self.confirmed else self.record_type.retention_years

    @property
    def retention_basis(self) -> str:
        """On what the time rests: as confirmed, else as shipped."""
        return self.confirmed.basis if self.confirmed else self.record_type.retention_basis


def record_types(session: Session) -> Sequence[RecordType]:
    """List the newest version of every record type that ships, in the order of the catalogue."""
    return _newest(session, RecordType.school_id.is_(None), None)


def record_types_ever_of(session: Session, school_ids: Sequence[int]) -> Sequence[RecordType]:
    """List the newest version of every type that records of these schools can be of, each code once.

    On or off, of any year; without a school, as an office has none, everything that ships.
    """
    if not school_ids:
        return record_types(session)
    offered = (each for school_id in school_ids for each in _newest(session, _OFFERED, school_id))
    return _each_code_once(offered)


def record_types_at(session: Session, school_ids: Sequence[int], year: str) -> Sequence[RecordType]:
    """List what any of these schools keeps in a school year; without a school, everything that ships."""
    if not school_ids:
        return record_types(session)
    kept = (each for school_id in school_ids for each in record_types_of(session, school_id, year))
    return _each_code_once(kept)


def record_types_of(session: Session, school_id: int, year: str) -> Sequence[RecordType]:
    """List the record types that a school keeps in a school year, in the order of the catalogue."""
    return session.scalars(_KEPT.order_by(*_ORDER), _in(school_id, year)).all()


def find_record_type(session: Session, school_id: int, code: str, year: str) -> RecordType | None:
    """Return the record type of that code that a school keeps in a school year, or None."""
    return session.scalars(_KEPT_OF_CODE, _in(school_id, year) | {_CODE.key: code}).first()


def record_type_for(session: Session, school_id: int, code: str, year: str) -> RecordType:
    """Return the record type of that code that a school keeps in a year; raises `UnknownRecordType`."""
    found = find_record_type(session, school_id, code, year)
    if found is None:
        raise UnknownRecordType(given=code[:40])
    return found


def kept_since(session: Session, school_id: int, year: str) -> dict[str, datetime]:
    """Return, by code, since when a school keeps the types that it took up itself; nothing of the others."""
    own = select(TypeSwitch).where(TypeSwitch.school_id == school_id, TypeSwitch.year <= year)
    said = {each.code: each for each in session.scalars(own.order_by(TypeSwitch.year))}
    return {code: each.switched_at for code, each in said.items() if each.on}


def catalogue_of(session: Session, school_id: int, year: str) -> list[Entry]:
    """List every record type that is valid for a school in a school year, switched on or not."""
    rows = session.execute(_ENTRIES.order_by(*_ORDER), _in(school_id, year))
    return [Entry(*row) for row in rows]


def entry_of(session: Session, school_id: int, code: str, year: str) -> Entry:
    """Return one entry of a school's catalogue of a year; raises `UnknownRecordType`."""
    row = session.execute(_ENTRIES.where(RecordType.code == code), _in(school_id, year)).first()
    if row is None:
        raise UnknownRecordType(given=code[:40])
    return Entry(*row)


def ended_types(session: Session, school_id: int, year: str) -> list[RecordType]:
    """List the school's own types that were ended before a school year."""
    newest = _newest(session, RecordType.school_id == _SCHOOL, school_id)
    return [each for each in newest if each.last_year is not None and each.last_year < year]


def _offered() -> ColumnElement[bool]:
    """Return the condition that a type is the school's own, or ships for one of its levels.

    Where a later catalogue ships a code that the school gave to a type of its own, its own stays.
    """
    taught = select(School.levels).where(School.id == _SCHOOL).scalar_subquery()
    own = aliased(RecordType)
    own_codes = select(own.code).where(own.school_id == _SCHOOL)
    ships = and_(
        RecordType.school_id.is_(None),
        or_(func.cardinality(RecordType.levels) == 0, RecordType.levels.bool_op("&&")(taught)),
        RecordType.code.not_in(own_codes),
    )
    return or_(RecordType.school_id == _SCHOOL, ships)


def _is_on() -> ColumnElement[bool]:
    """Return what the school last said of a type for the year or one before it, else what the type says."""
    said = (
        select(TypeSwitch.on)
        .where(TypeSwitch.school_id == _SCHOOL, TypeSwitch.code == RecordType.code, TypeSwitch.year <= _YEAR)
        .order_by(TypeSwitch.year.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(said, RecordType.on_by_default)


def _entries() -> Select[RecordType, bool, RetentionConfirmation]:
    confirmed = and_(
        RetentionConfirmation.school_id == _SCHOOL, RetentionConfirmation.code == RecordType.code
    )
    return (
        select(RecordType, _is_on(), RetentionConfirmation)
        .outerjoin(RetentionConfirmation, confirmed)
        .where(*_VALID)
    )


def _in(school_id: int, year: str) -> dict[str, object]:
    return {_SCHOOL.key: school_id, _YEAR.key: year}


def _newest(session: Session, condition: ColumnElement[bool], school_id: int | None) -> Sequence[RecordType]:
    every = select(RecordType).where(condition).order_by(RecordType.code, RecordType.version.desc())
    newest = every.ext(distinct_on(RecordType.code)).subquery()
    chosen = aliased(RecordType, newest)
    values = {_SCHOOL.key: school_id}
    return session.scalars(select(chosen).order_by(chosen.position, chosen.code), values).all()


def _each_code_once(found: Iterable[RecordType]) -> list[RecordType]:
    return list({each.code: each for each in found}.values())


_ORDER = (RecordType.position, RecordType.code)
# Every upload asks for its type: put together once, since that costs more than the asking.
_SCHOOL: BindParameter[Any] = bindparam("school")
_YEAR: BindParameter[Any] = bindparam("year")
_CODE: BindParameter[Any] = bindparam("code")
_OFFERED = _offered()
_VALID = (
    _OFFERED,
    RecordType.first_year <= _YEAR,
    or_(RecordType.last_year.is_(None), RecordType.last_year >= _YEAR),
)
_KEPT = select(RecordType).where(*_VALID, _is_on())
_KEPT_OF_CODE = _KEPT.where(RecordType.code == _CODE)
_ENTRIES = _entries()
