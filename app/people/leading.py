"""Who holds the authority of schools at this moment, to be written to or waited for."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import literal, or_, select, union
from sqlalchemy.orm import Session

from app.people.authority import in_force
from app.people.models import Delegation, Membership, Role, User
from app.schools.models import Office
from app.schools.queries import oversees


def principals_now(session: Session, school_id: int) -> Sequence[uuid.UUID]:
    """List who may act as the school's principal now: the principal, and whoever the authority is lent to."""
    return principals_in(session, [school_id]).get(school_id, [])


def principals_in(session: Session, school_ids: Collection[int]) -> Mapping[int, Sequence[uuid.UUID]]:
    """List who may act as the principal of each of some schools now; leaves out schools that have nobody."""
    own = select(Membership.school_id, Membership.user_id).where(
        Membership.school_id.in_(school_ids),
        Membership.role == Role.PRINCIPAL,
        Membership.ended_at.is_(None),
    )
    lent = select(Delegation.school_id, Delegation.to_user_id).where(
        Delegation.school_id.in_(school_ids), Delegation.role == Role.PRINCIPAL, *in_force()
    )
    able = union(own, lent).subquery()
    enabled = select(able.c.school_id, able.c.user_id).join(User, User.id == able.c.user_id)
    found: dict[int, list[uuid.UUID]] = defaultdict(list)
    for school_id, person in session.execute(enabled.where(User.disabled_at.is_(None)).order_by(User.id)):
        found[school_id].append(person)
    return dict(found)


def holders_of(session: Session, school_id: int, roles: Sequence[Role]) -> list[uuid.UUID]:
    """List who has one of `roles` in a school and may sign in."""
    return sorted(roles_in(session, [school_id], roles).get(school_id, ()))


def officers_over(session: Session, school_id: int) -> list[uuid.UUID]:
    """List who works in an office that oversees a school, and may sign in."""
    officers = (
        select(Membership.user_id)
        .join(Office, Office.id == Membership.office_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.ended_at.is_(None),
            User.disabled_at.is_(None),
            oversees(Office.id, literal(school_id)),
        )
    )
    return sorted(set(session.scalars(officers)))


def enabled_among(session: Session, people: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of some people who may sign in."""
    enabled = select(User.id).where(User.id.in_(people), User.disabled_at.is_(None))
    return set(session.scalars(enabled))


def roles_in(
    session: Session,
    school_ids: Collection[int],
    roles: Collection[Role],
    people: Collection[uuid.UUID] = (),
) -> Mapping[int, Mapping[uuid.UUID, Collection[Role]]]:
    """Return who may sign in and has one of `roles` in each of some schools, with all of these he has.

    Of `people` their other roles are returned as well: to tell whether they are in the school at all.
    """
    asked = or_(Membership.role.in_(sorted(roles)), Membership.user_id.in_(people))
    held = (
        select(Membership.school_id, Membership.user_id, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.school_id.in_(school_ids),
            Membership.ended_at.is_(None),
            User.disabled_at.is_(None),
            asked,
        )
    )
    found: dict[int, dict[uuid.UUID, set[Role]]] = {}
    for school_id, person, role in session.execute(held):
        if school_id is not None:
            found.setdefault(school_id, {}).setdefault(person, set()).add(Role(role))
    return found
