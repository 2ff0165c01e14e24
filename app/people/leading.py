"""Who holds a school's authority at this moment, to be written to."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.people.authority import in_force
from app.people.models import Delegation, Membership, Role, User


def principals_now(session: Session, school_id: int) -> list[uuid.UUID]:
    """List who may act as the school's principal now: the principal, and whoever the authority is lent to."""
    lent = select(Delegation.to_user_id).where(
        Delegation.school_id == school_id, Delegation.role == Role.PRINCIPAL, *in_force()
    )
    return _enabled(session, {*holders_of(session, school_id, [Role.PRINCIPAL]), *session.scalars(lent)})


def holders_of(session: Session, school_id: int, roles: Sequence[Role]) -> list[uuid.UUID]:
    """List who has one of `roles` in a school and may sign in."""
    held = select(Membership.user_id).where(
        Membership.school_id == school_id, Membership.role.in_(roles), Membership.ended_at.is_(None)
    )
    return _enabled(session, set(session.scalars(held)))


def _enabled(session: Session, user_ids: set[uuid.UUID]) -> list[uuid.UUID]:
    found = select(User.id).where(User.id.in_(user_ids), User.disabled_at.is_(None)).order_by(User.id)
    return list(session.scalars(found))
