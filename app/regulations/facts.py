"""What a school's rules on electronic records say, read from its settings of one school year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.calendar.days import Calendar
from app.calendar.deadlines import Rule
from app.calendar.queries import calendar_of, deadline_rules_of
from app.catalogue.queries import Entry, catalogue_of
from app.clock import last_day_before
from app.locks.models import Lock
from app.locks.queries import WindowView, windows_over
from app.people.authority import in_force
from app.people.capacities import capacity_now
from app.people.models import Delegation, Membership, Role, User
from app.schools.models import Department, School
from app.storage.accounts import active_store
from app.storage.models import Provider


@dataclass(frozen=True, slots=True)
class Lent:
    """A delegation in force: who signs for whom in which capacity, and to which day."""

    giver: str
    delegate: str
    capacity: str
    department: str
    last_day: date


@dataclass(frozen=True, slots=True)
class SchoolFacts:
    """Everything that the rules of one school and school year are generated from."""

    school: School
    year: str
    calendar: Calendar
    entries: Sequence[Entry]
    """The record types that the school keeps, in the order of the catalogue."""
    rules: Sequence[Rule]
    """The school's own deadline rules."""
    locks: Sequence[Lock]
    """Those in force that reach into the year."""
    windows: Sequence[WindowView]
    lent: Sequence[Lent]
    provider: Provider
    administrators: Sequence[str]
    principal: str

    @property
    def names(self) -> dict[str, str]:
        """The names of the record types by their codes."""
        return {entry.record_type.code: entry.record_type.name for entry in self.entries}


def facts_of(session: Session, school_id: int, year: str) -> SchoolFacts:
    """Read what the rules of a school and year are generated from."""
    store = active_store(session, school_id)
    return SchoolFacts(
        school=session.get_one(School, school_id),
        year=year,
        calendar=calendar_of(session, school_id, year),
        entries=[entry for entry in catalogue_of(session, school_id, year) if entry.on],
        rules=[Rule.of(row) for row in deadline_rules_of(session, school_id)],
        locks=_locks(session, school_id, year),
        windows=[view for view in windows_over(session, [school_id]) if view.window.year == year],
        lent=_lent(session, school_id),
        provider=Provider(store.provider) if store else Provider.LOCAL,
        administrators=_holders(session, school_id, Role.RECORDS_ADMIN),
        principal=", ".join(_holders(session, school_id, Role.PRINCIPAL)),
    )


def _locks(session: Session, school_id: int, year: str) -> Sequence[Lock]:
    living = select(Lock).where(
        Lock.school_id == school_id, Lock.lifted_at.is_(None), Lock.period.startswith(year)
    )
    return session.scalars(living.order_by(Lock.period, Lock.id)).all()


def _lent(session: Session, school_id: int) -> list[Lent]:
    giver, delegate = aliased(User), aliased(User)
    rows = session.execute(
        select(Delegation, giver.name, delegate.name, capacity_now(), Department.name)
        .join(giver, giver.id == Delegation.from_user_id)
        .join(delegate, delegate.id == Delegation.to_user_id)
        .outerjoin(Department, Department.id == Delegation.department_id)
        .where(Delegation.school_id == school_id, *in_force())
        .order_by(Delegation.starts_at, Delegation.id)
    )
    return [
        Lent(giver_name, delegate_name, capacity, unit or "", last_day_before(row.ends_at))
        for row, giver_name, delegate_name, capacity, unit in rows
    ]


def _holders(session: Session, school_id: int, role: Role) -> Sequence[str]:
    held = (Membership.school_id == school_id, Membership.role == role, Membership.ended_at.is_(None))
    names = select(User.name).join(Membership, Membership.user_id == User.id)
    return session.scalars(names.where(*held, User.disabled_at.is_(None)).order_by(User.name)).all()
