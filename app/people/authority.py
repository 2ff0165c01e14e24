"""Who the caller is and which authority he holds at this moment, read in one query."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.people.capacities import FOR_SUPERIOR, capacity_now
from app.people.models import Delegation, Membership, Role, Token, User

LEADERS = frozenset({Role.PRINCIPAL, Role.VICE_PRINCIPAL})
"""Ban giám hiệu."""
SCHOOL_WIDE = LEADERS | {Role.CLERK, Role.RECORDS_ADMIN}
"""Roles whose holder sees every record of the school."""
HEADS = frozenset({Role.HEAD, Role.DEPUTY_HEAD})


@dataclass(frozen=True, slots=True)
class Post:
    """One role in one unit; `capacity` is set where it is exercised for somebody else."""

    role: Role
    school_id: int | None
    department_id: int | None = None
    office_id: int | None = None
    capacity: str = ""
    delegated: bool = False


@dataclass(frozen=True, slots=True)
class Authority:
    """A person with the posts held and the delegations in force when it was loaded."""

    user_id: uuid.UUID
    name: str
    email: str
    language: str
    posts: tuple[Post, ...]

    def holds(self, roles: frozenset[Role] | set[Role], school_id: int) -> bool:
        """Tell whether the person himself has one of `roles` in the school; delegations do not count."""
        return any(post.school_id == school_id for post in self._own(roles))

    def heads(self, department_id: int | None) -> Post | None:
        """Return the post by which the person may act as head of the department, if any."""
        if department_id is None:
            return None
        return _first(p for p in self.posts if p.role in HEADS and p.department_id == department_id)

    def leads(self, school_id: int) -> Post | None:
        """Return the post by which the person may act as the school's principal, if any."""
        return _first(p for p in self.posts if p.role is Role.PRINCIPAL and p.school_id == school_id)

    def school_ids(self, roles: frozenset[Role] | set[Role]) -> list[int]:
        """List the schools where the person himself has one of `roles`."""
        return sorted({post.school_id for post in self._own(roles) if post.school_id is not None})

    def department_ids(self, roles: frozenset[Role] | set[Role]) -> list[int]:
        """List the departments where the person has, or has been lent, one of `roles`."""
        return sorted(
            {p.department_id for p in self.posts if p.role in roles and p.department_id is not None}
        )

    def office_ids(self) -> list[int]:
        """List the oversight offices the person works in."""
        return sorted({post.office_id for post in self.posts if post.office_id is not None})

    def _own(self, roles: frozenset[Role] | set[Role]) -> Iterator[Post]:
        return (post for post in self.posts if post.role in roles and not post.delegated)


def authority_of(session: Session, user_id: uuid.UUID) -> Authority | None:
    """Return the present authority of an enabled user, or None."""
    return _read(session, _OF_USER, user_id)


def authority_by_token(session: Session, token: str) -> Authority | None:
    """Return the authority of whoever holds an API token that has not ended, or None."""
    return _read(session, _OF_TOKEN, hashlib.sha256(token.encode()).digest())


def _read(session: Session, statement: CompoundSelect[Any], key: uuid.UUID | bytes) -> Authority | None:
    rows = session.execute(statement, {"key": key}).all()
    if not rows:
        return None
    first = rows[0]
    posts = tuple(
        Post(Role(row.role), row.school_id, row.department_id, row.office_id, row.capacity, row.delegated)
        for row in rows
        if row.role is not None
    )
    return Authority(first.id, first.name, first.email, first.language, posts)


def _posts_of(who: ColumnElement[bool]) -> CompoundSelect[Any]:
    person = (User.id, User.name, User.email, User.language)
    deputy = Membership.role == Role.DEPUTY_HEAD
    own = (
        select(
            *person,
            Membership.role,
            Membership.school_id,
            Membership.department_id,
            Membership.office_id,
            case((deputy, FOR_SUPERIOR), else_="").label("capacity"),
            false().label("delegated"),
        )
        .outerjoin(Membership, and_(Membership.user_id == User.id, Membership.ended_at.is_(None)))
        .where(who, User.disabled_at.is_(None))
    )
    lent = (
        select(
            *person,
            Delegation.role,
            Delegation.school_id,
            Delegation.department_id,
            null(),
            capacity_now().label("capacity"),
            true(),
        )
        .join(Delegation, Delegation.to_user_id == User.id)
        .where(who, User.disabled_at.is_(None), *in_force())
    )
    return union_all(own, lent)


def in_force() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a delegation counts now.

    It has begun, has not ended, was not revoked, and whoever lent the authority still holds it and may
    still sign in.
    """
    lender, account = aliased(Membership), aliased(User)
    still_holds = exists().where(
        lender.user_id == Delegation.from_user_id,
        account.id == lender.user_id,
        account.disabled_at.is_(None),
        lender.role == Delegation.role,
        lender.school_id == Delegation.school_id,
        lender.department_id.is_not_distinct_from(Delegation.department_id),
        lender.ended_at.is_(None),
    )
    moment = func.now()
    return (
        Delegation.starts_at <= moment,
        Delegation.ends_at > moment,
        Delegation.revoked_at.is_(None),
        still_holds,
    )


def _first(posts: Iterator[Post]) -> Post | None:
    """Return a post of one's own right first, then a written mandate, then what one is as a deputy."""
    return min(posts, key=lambda post: (bool(post.capacity), not post.delegated), default=None)


_KEY: BindParameter[Any] = bindparam("key")
_LIVING_TOKEN = select(Token.user_id).where(Token.digest == _KEY, Token.expires_at > func.now())
_OF_USER = _posts_of(User.id == _KEY)
_OF_TOKEN = _posts_of(User.id == _LIVING_TOKEN.scalar_subquery())
