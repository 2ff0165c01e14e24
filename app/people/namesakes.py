"""Naming people so that two of one name are told apart."""

import uuid
from collections import Counter
from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.people.models import Membership, User
from app.words import called


def told_apart(session: Session, school_id: int, people: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return what each of `people` is called: his name, for namesakes at the school with the staff code.

    Namesakes without a staff code are told apart by their addresses.
    """
    here = select(Membership.user_id).where(Membership.school_id == school_id, Membership.ended_at.is_(None))
    known = select(User).where(or_(User.id.in_(here), User.id.in_(people)))
    users = session.scalars(known.order_by(User.id)).all()
    bearers = Counter(user.name for user in users)
    return {user.id: _name(user, alone=bearers[user.name] == 1) for user in users if user.id in people}


def _name(user: User, *, alone: bool) -> str:
    return user.name if alone else called(user.name, user.staff_code or user.email)
