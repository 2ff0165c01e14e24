"""What the upload page tells beforehand: which of the offered types and periods are closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.approvals.suggestions import PeriodChoices
from app.catalogue.models import RecordType
from app.locks.closures import Closure, closures_of


@dataclass(frozen=True)
class ClosedType:
    """One closure that holds for some of the offered periods of a type; for all types, without a name."""

    type_name: str
    closure: Closure


@dataclass(frozen=True)
class ClosedSlots:
    """The closures met by what is offered, and the periods that are closed for every offered type."""

    types: Sequence[ClosedType]
    periods: frozenset[str]


def closed_slots(
    session: Session, school_id: int, types: Sequence[RecordType], choices: Sequence[PeriodChoices]
) -> ClosedSlots:
    """Find what is closed among these types and periods in a school."""
    closures = closures_of(session, [school_id])
    periods = {choice.kind.value: choice.periods for choice in choices}
    met: dict[ClosedType, None] = {}
    still_open: set[str] = set()
    for record_type in types:
        for period in periods.get(record_type.period_kind, ()):
            closure = closures.over(school_id, record_type.code, period)
            if closure is None:
                still_open.add(period)
            else:
                met[ClosedType(record_type.name if closure.record_type_code else "", closure)] = None
    every = {period for each in periods.values() for period in each}
    return ClosedSlots(list(met), frozenset(every - still_open))
