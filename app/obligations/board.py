"""The numbers of the board: how many records stand how, by who owes them, type and period."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, String, Subquery, and_, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session

from app.obligations.reach import Scope
from app.obligations.standing import Status, hashed_joins, standings
from app.people.models import User
from app.schools.models import Department


class Mark(StrEnum):
    """What a cell of the board says at a glance: the worst of what it counts."""

    # In the order of what needs care first.
    LATE = "late"
    RETURNED = "returned"
    UNDER_WAY = "under_way"
    MISSING = "missing"
    FILED = "filed"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many obligations stand how."""

    missing: int = 0
    late: int = 0
    under_way: int = 0
    returned: int = 0
    filed: int = 0

    @property
    def total(self) -> int:
        """How many there are."""
        return self.missing + self.late + self.under_way + self.returned + self.filed

    @property
    def mark(self) -> Mark:
        """The worst of them; those not due yet hide none that are handed in."""
        numbers = (self.late, self.returned, self.under_way, self.missing, self.filed)
        return next((mark for mark, number in zip(Mark, numbers, strict=False) if number), Mark.NOTHING)

    @property
    def counted(self) -> int:
        """How many have that mark."""
        return 0 if self.mark is Mark.NOTHING else self[self.mark]

    def __getitem__(self, mark: Mark | Status) -> int:
        return int(getattr(self, mark.value))

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.missing + other.missing,
            self.late + other.late,
            self.under_way + other.under_way,
            self.returned + other.returned,
            self.filed + other.filed,
        )


@dataclass(frozen=True, slots=True)
class Debtor:
    """A row of the board: a person, a department, the school, or its classes without a teacher."""

    key: str
    """The party, or `c:` and the school for classes that nobody hands anything in for."""
    asked_id: uuid.UUID | None
    """Whoever hands in now: the person, or the one who does so for the department or the school."""
    name: str
    """Of that person; empty where there is none."""
    department: str
    staff_code: str = ""

    @property
    def kind(self) -> str:
        """`u` for a person, `d` for a department, `s` for the school, `c` for classes without a teacher."""
        return self.key[0]


@dataclass(frozen=True, slots=True)
class Counted:
    """What one debtor owes of one type in one column."""

    debtor: Debtor
    code: str
    column: str
    tally: Tally


def counted(
    session: Session,
    scope: Scope,
    year: str,
    moment: datetime,
    columns: Mapping[str, str],
    conditions: Sequence[ColumnElement[bool]] = (),
) -> list[Counted]:
    """Count what stands how, in one statement; `columns` says in which column each period is counted.

    Periods without a column are left out. What a class owes is counted with its teacher, or apart from
    the school's own where it has none.
    """
    sums = _sums(scope, standings(scope.school_id, year, moment, (*scope.conditions, *conditions)), columns)
    named = (
        select(sums, User.name, User.staff_code, Department.name.label("department"))
        .outerjoin(User, User.id == func.coalesce(sums.c.person_id, sums.c.last_owner))
        .outerjoin(Department, Department.id == sums.c.department_id)
        .order_by(Department.code, User.staff_code, User.name, User.id, sums.c.unit)
    )
    with hashed_joins(session):
        rows = session.execute(named).all()
    debtors = _debtors(rows)
    return [Counted(debtors[_key(row)], row.code, row.place, _tally(row)) for row in rows]


def _sums(scope: Scope, stands: Subquery, columns: Mapping[str, str]) -> Subquery:
    """Select how much of each type stands how, by who owes it and by column."""
    standing = stands.c
    placed = (
        func.unnest(_texts(columns.keys()), _texts(columns.values()))
        .table_valued("period", "place")
        .render_derived()
    )
    of_teacher = and_(standing.class_name != "", standing.owner_id.is_not(None))
    person = case((or_(of_teacher, standing.party.startswith("u:")), standing.owner_id))
    of_nobody = and_(standing.class_name != "", standing.owner_id.is_(None))
    unit = case((of_nobody, f"c:{scope.school_id}"), (person.is_(None), standing.party), else_="")
    numbers = [func.count().filter(standing.status == each).label(each.value) for each in Status]
    return (
        select(
            person.label("person_id"),
            unit.label("unit"),
            standing.code,
            placed.c.place,
            func.max(standing.department_id).label("department_id"),
            func.array_agg(aggregate_order_by(standing.owner_id, standing.due_at.desc()))[1].label(
                "last_owner"
            ),
            func.max(standing.due_at).label("last_due"),
            *numbers,
        )
        .join(placed, placed.c.period == standing.period)
        .group_by("person_id", "unit", standing.code, placed.c.place)
        .subquery("sums")
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """Add tallies up."""
    return sum(tallies, Tally())


def _debtors(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[str, Debtor]:
    """Make each row of the board once; of those who handed in for a unit one after another, the last."""
    last: dict[str, Row[*tuple[Any, ...]]] = {}
    for row in rows:
        known = last.setdefault(_key(row), row)
        if row.last_due > known.last_due:
            last[_key(row)] = row
    return {
        key: Debtor(key, row.last_owner, row.name or "", row.department or "", row.staff_code or "")
        for key, row in last.items()
    }


def _key(row: Row[*tuple[Any, ...]]) -> str:
    return row.unit or f"u:{row.person_id}"


def _tally(row: Row[*tuple[Any, ...]]) -> Tally:
    return Tally(row.missing, row.late, row.under_way, row.returned, row.filed)


def _texts(words: Iterable[str]) -> ColumnElement[Any]:
    return literal(list(words), ARRAY(String))
