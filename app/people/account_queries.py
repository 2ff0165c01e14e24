"""Reading a school's accounts: who there is, in which places, and since when."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, and_, exists, func, or_, select, union
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.people.models import AccountRequest, Membership, RequestKind, Role, User
from app.schools.models import Department
from app.words import folded, name_order

SCHOOL_ROLES = (
    Role.PRINCIPAL,
    Role.VICE_PRINCIPAL,
    Role.HEAD,
    Role.DEPUTY_HEAD,
    Role.TEACHER,
    Role.CLERK,
    Role.RECORDS_ADMIN,
)
"""What somebody can be in a school, highest first."""


STATES = ("active", "new", "disabled")
"""How an account can stand."""


@dataclass(frozen=True)
class Place:
    """What somebody is in the school: a role and, for people of a department, which one."""

    role: Role
    department_id: int | None = None

    @property
    def key(self) -> str:
        """How forms name the place: `head:5`, `clerk:`."""
        return f"{self.role}:{self.department_id or ''}"

    @classmethod
    def of(cls, key: str) -> "Place":
        """Return the place of a key that `key` made."""
        role, _, unit = key.partition(":")
        return cls(Role(role), int(unit) if unit else None)


@dataclass(frozen=True)
class PlaceHeld:
    """A place somebody has or had, with the department's name."""

    place: Place
    department: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Account:
    """A person of the school with the places held in it, now and before."""

    user: User
    places: Sequence[PlaceHeld] = field(default_factory=tuple)

    @property
    def living(self) -> list[PlaceHeld]:
        """The places held now, highest first."""
        held = [each for each in self.places if each.ended_at is None]
        return sorted(held, key=lambda each: SCHOOL_ROLES.index(each.place.role))

    @property
    def state(self) -> str:
        """Either `disabled`, `new` until the first own password, or `active`."""
        if self.user.disabled_at is not None:
            return "disabled"
        return "new" if self.user.must_change_password else "active"


@dataclass(frozen=True)
class AccountFilters:
    """What the list is narrowed to; empty where anything goes."""

    q: str = ""
    role: str = ""
    state: str = ""


def list_accounts(session: Session, school_id: int, filters: AccountFilters) -> list[Account]:
    """List the school's accounts by given name; `q` finds words of name, address and code without accents."""
    users = session.scalars(select(User).where(User.id.in_(_people_of(school_id))).order_by(User.email))
    in_order = sorted(users, key=lambda user: name_order(user.name))
    accounts = _with_places(session, school_id, in_order)
    return [account for account in accounts if _fits(account, filters)]


def account_of(session: Session, school_id: int, user_id: uuid.UUID) -> Account:
    """Return one account of the school; raises `NotFound` also for people of other schools."""
    user = session.scalars(
        select(User).where(User.id == user_id, User.id.in_(_people_of(school_id)))
    ).one_or_none()
    if user is None:
        raise NotFound
    return _with_places(session, school_id, [user])[0]


def works_elsewhere(session: Session, school_id: int, user_id: uuid.UUID) -> bool:
    """Tell whether the person also has a place in another school or in an office."""
    other = or_(Membership.school_id != school_id, Membership.office_id.is_not(None))
    mine = exists().where(Membership.user_id == user_id, Membership.ended_at.is_(None), other)
    return bool(session.scalar(select(mine)))


def is_asked_for() -> ColumnElement[bool]:
    """Return the condition that a request waits for its confirmation."""
    return and_(AccountRequest.outcome == "", AccountRequest.expires_at > func.now())


def _people_of(school_id: int) -> CompoundSelect[uuid.UUID]:
    """Whoever is something in the school, and for whom a first post there was asked.

    An account that was made for a post and never got any stays the school's: its address is taken. One that
    was ever anything, here or elsewhere, is not the school's for having been asked for.
    """
    held = select(Membership.user_id).where(Membership.school_id == school_id, Membership.ended_at.is_(None))
    asked = select(AccountRequest.user_id).where(
        AccountRequest.school_id == school_id, AccountRequest.kind == RequestKind.PLACES, is_asked_for()
    )
    post = exists().where(Membership.user_id == AccountRequest.user_id)
    in_vain = select(AccountRequest.user_id).where(
        AccountRequest.school_id == school_id,
        AccountRequest.kind == RequestKind.PLACES,
        ~post,
    )
    return union(held, asked, in_vain)


def _with_places(session: Session, school_id: int, users: Iterable[User]) -> list[Account]:
    wanted = list(users)
    statement = (
        select(Membership, Department.name)
        .outerjoin(Department, Department.id == Membership.department_id)
        .where(Membership.school_id == school_id, Membership.user_id.in_([user.id for user in wanted]))
        .order_by(Membership.began_at.desc(), Membership.id)
    )
    held: dict[uuid.UUID, list[PlaceHeld]] = defaultdict(list)
    for membership, department in session.execute(statement):
        place = Place(Role(membership.role), membership.department_id)
        held[membership.user_id].append(
            PlaceHeld(place, department or "", membership.began_at, membership.ended_at)
        )
    return [Account(user, held[user.id]) for user in wanted]


def _fits(account: Account, filters: AccountFilters) -> bool:
    user = account.user
    words = folded(f"{user.name} {user.email} {user.staff_code}")
    has_role = not filters.role or any(each.place.role == filters.role for each in account.living)
    in_state = not filters.state or account.state == filters.state
    return has_role and in_state and all(word in words for word in folded(filters.q).split())
