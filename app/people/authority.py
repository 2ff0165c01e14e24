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
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.people.capacities import FOR_SUPERIOR, capacity_now
from app.people.models import Delegation, Membership, Role, Token, User

LEADERS = frozenset({Role.PRINCIPAL, Role.VICE_PRINCIPAL})
"""Ban giám hiệu."""
SCHOOL_WIDE = LEADERS | {Role.CLERK, Role.RECORDS_ADMIN}
"""Roles whose holder sees every record of the school."""
HEADS = frozenset({Role.HEAD, Role.DEPUTY_HEAD})
ANY_ROLE = frozenset(Role)
MAY_STAND_IN = {
    Role.PRINCIPAL: frozenset({Role.VICE_PRINCIPAL}),
    Role.HEAD: frozenset({Role.DEPUTY_HEAD, Role.TEACHER}),
}
"""Which posts may be lent, and to holders of which posts of the school, for a head's of the department."""


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

    def belongs_to(self, school_id: int) -> bool:
        """Tell whether the person has a post of his own in the school: who has none acts in nothing there."""
        return self.holds(ANY_ROLE, school_id)

    def own_posts(self, school_id: int) -> list[Post]:
        """List the posts that the person himself holds in the school."""
        return [post for post in self._own(ANY_ROLE) if post.school_id == school_id]

    def own_schools(self) -> list[int]:
        """List the schools that the person belongs to."""
        return self.school_ids(ANY_ROLE)

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


def is_living_token(session: Session, token: str) -> bool:
    """Tell whether an API token counts at this moment: it has not ended, and its holder may sign in."""
    digest = hashlib.sha256(token.encode()).digest()
    return session.scalar(_HOLDER, {"key": digest}) is not None


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

    It has begun, has not ended, was not revoked, and what it rests on is living. A transaction may have begun
    long before it asks: what counts is the moment of the statement.
    """
    moment = func.statement_timestamp()
    return (
        Delegation.starts_at <= moment,
        Delegation.ends_at > moment,
        Delegation.revoked_at.is_(None),
        rests_on_living_posts(),
    )


def rests_on_living_posts() -> ColumnElement[bool]:
    """Return the condition that both parties of a delegation still are what it rests on.

    The lender holds the lent post, the delegate one that entitles him to stand in, and both may sign in.
    """
    lender, delegate = aliased(Membership), aliased(Membership)
    entitled = or_(
        *(
            and_(Delegation.role == lent, delegate.role.in_(sorted(roles)))
            for lent, roles in MAY_STAND_IN.items()
        )
    )
    in_department = or_(
        Delegation.department_id.is_(None), delegate.department_id == Delegation.department_id
    )
    return and_(
        _holds(
            lender,
            Delegation.from_user_id,
            lender.role == Delegation.role,
            lender.department_id.is_not_distinct_from(Delegation.department_id),
        ),
        _holds(delegate, Delegation.to_user_id, entitled, in_department),
    )


def _holds(
    post: type[Membership], person: InstrumentedAttribute[uuid.UUID], *asked: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Return the condition that a party has a living post in the delegation's school, and may sign in."""
    account = aliased(User)
    return exists().where(
        post.user_id == person,
        post.school_id == Delegation.school_id,
        post.ended_at.is_(None),
        account.id == post.user_id,
        account.disabled_at.is_(None),
        *asked,
    )


def _first(posts: Iterator[Post]) -> Post | None:
    """Return a post of one's own right first, then a written mandate, then what one is as a deputy."""
    return min(posts, key=lambda post: (bool(post.capacity), not post.delegated), default=None)


_KEY: BindParameter[Any] = bindparam("key")
_LIVING_TOKEN = select(Token.user_id).where(
    Token.digest == _KEY, Token.expires_at > func.statement_timestamp()
)
_OF_USER = _posts_of(User.id == _KEY)
_OF_TOKEN = _posts_of(User.id == _LIVING_TOKEN.scalar_subquery())
_HOLDER = select(User.id).where(User.id == _LIVING_TOKEN.scalar_subquery(), User.disabled_at.is_(None))
