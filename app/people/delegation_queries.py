"""Who may stand in for whom, and the delegations that a person may know of."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.clock import last_day_before, local_day
from app.db import now
from app.errors import NotFound
from app.people.authority import LEADERS, MAY_STAND_IN, Authority, Post, in_force
from app.people.capacities import capacity_now, fitting
from app.people.holding import caller_now, hold_posts
from app.people.models import Delegation, Membership, Role, User
from app.people.passwords import may_be_anothers
from app.schools.models import Department, School


@dataclass(frozen=True)
class Candidate:
    """Somebody who may stand in for one of the caller's posts."""

    post: Post
    user_id: uuid.UUID
    name: str
    role: str
    unit: str
    may_be_anothers: bool
    """Whether somebody else may hold his account: nothing is lent to him for the time being."""

    @property
    def capacities(self) -> tuple[str, ...]:
        """In which capacities he may sign, the one that fits best first."""
        return fitting(self.post.role, self.role)


@dataclass(frozen=True)
class DelegationView:
    """A delegation as its page shows it; `counts` tells whether it is in force now."""

    delegation: Delegation
    from_name: str
    to_name: str
    unit: str
    counts: bool
    capacity_now: str

    @property
    def capacity(self) -> str:
        """How the delegate signs; of what is over, how it was given."""
        return self.delegation.capacity if self.over else self.capacity_now

    @property
    def last_day(self) -> date:
        """The last day, included, by the calendar of Vietnam."""
        return last_day_before(self.delegation.ends_at)

    @property
    def first_day(self) -> date:
        """The first day by the calendar of Vietnam."""
        return local_day(self.delegation.starts_at)

    @property
    def phase(self) -> str:
        """One of `revoked`, `past`, `future`, `current`, or `lapsed` when a post it rests on is lost."""
        if self.delegation.lapsed:
            return "lapsed"
        if self.delegation.revoked_at is not None:
            return "revoked"
        if self.delegation.ends_at <= now():
            return "past"
        if self.delegation.starts_at > now():
            return "future"
        return "current" if self.counts else "lapsed"

    @property
    def over(self) -> bool:
        """Whether there is nothing left to take back."""
        return self.phase in {"revoked", "past", "lapsed"}


def may_revoke(authority: Authority, delegation: Delegation) -> bool:
    """Tell whether the person may take the delegation back."""
    if authority.holds({Role.PRINCIPAL}, delegation.school_id):
        return True
    return delegation.from_user_id == authority.user_id and authority.belongs_to(delegation.school_id)


def delegations_known_to(session: Session, authority: Authority) -> list[DelegationView]:
    """List the delegations that the person may know of, the newest first."""
    lender, receiver = aliased(User), aliased(User)
    statement = (
        select(
            Delegation,
            lender.name,
            receiver.name,
            func.coalesce(Department.name, School.name),
            and_(*in_force()),
            capacity_now(),
        )
        .join(lender, lender.id == Delegation.from_user_id)
        .join(receiver, receiver.id == Delegation.to_user_id)
        .join(School, School.id == Delegation.school_id)
        .outerjoin(Department, Department.id == Delegation.department_id)
        .where(known_to(authority))
        .order_by(Delegation.starts_at.desc(), Delegation.id.desc())
    )
    return [DelegationView(*row) for row in session.execute(statement)]


def candidates_for(session: Session, authority: Authority) -> list[Candidate]:
    """List who may stand in for each of the caller's posts, by name."""
    return [
        candidate for post in lendable(authority) for candidate in candidates_of(session, authority, post)
    ]


def lendable(authority: Authority) -> list[Post]:
    """List the caller's own posts that may be lent; what was lent to him may not be lent on."""
    return [post for post in authority.posts if post.role in MAY_STAND_IN and not post.delegated]


def candidates_of(session: Session, authority: Authority, post: Post) -> list[Candidate]:
    """List who may stand in for one of the caller's posts, by name, as their accounts are at this moment."""
    statement = (
        select(User, func.min(Membership.role), func.coalesce(Department.name, School.name))
        .join(Membership, Membership.user_id == User.id)
        .join(School, School.id == Membership.school_id)
        .outerjoin(Department, Department.id == Membership.department_id)
        .where(_may_stand_in(post), User.disabled_at.is_(None), User.id != authority.user_id)
        .group_by(User.id, Department.name, School.name)
        .order_by(User.name)
        .execution_options(populate_existing=True)
    )
    return [
        Candidate(post, user.id, user.name, role, unit, may_be_anothers(user))
        for user, role, unit in session.execute(statement)
    ]


def _may_stand_in(post: Post) -> ColumnElement[bool]:
    same_unit = Membership.school_id == post.school_id
    if post.department_id is not None:
        same_unit = and_(same_unit, Membership.department_id == post.department_id)
    return and_(same_unit, Membership.role.in_(MAY_STAND_IN[post.role]), Membership.ended_at.is_(None))


def held_delegation(
    session: Session, authority: Authority, delegation_id: int
) -> tuple[Authority, Delegation]:
    """Return the caller as he is now, and a delegation that he may know of, locked after its school's posts.

    Raises `NotFound`, for a stranger before anybody has to wait for him, or `NotAllowed`.
    """
    known = select(Delegation.school_id).where(Delegation.id == delegation_id, known_to(authority))
    school_id = session.scalars(known).one_or_none()
    if school_id is None:
        raise NotFound
    hold_posts(session, school_id)
    caller = caller_now(session, authority)
    found = select(Delegation).where(Delegation.id == delegation_id, known_to(caller)).with_for_update()
    delegation = session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if delegation is None:
        raise NotFound
    return caller, delegation


def known_to(authority: Authority) -> ColumnElement[bool]:
    """Return the condition under which a person may know of a delegation.

    Lender and delegate do while they belong to the school, and its leaders and clerk, who see to its papers.
    """
    led: Sequence[int] = authority.school_ids(LEADERS | {Role.CLERK})
    is_party = or_(Delegation.from_user_id == authority.user_id, Delegation.to_user_id == authority.user_id)
    return or_(
        and_(is_party, Delegation.school_id.in_(authority.own_schools())), Delegation.school_id.in_(led)
    )
