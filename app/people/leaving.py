"""A person's leave from a school: posts and delegations end, the account and its history stay."""

import uuid
from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.db import now
from app.people.account_queries import Place
from app.people.models import Delegation, Membership, Role, User
from app.schools.models import School


def is_last_administrator(session: Session, school_id: int, person: uuid.UUID) -> bool:
    """Tell whether nobody else could administer the school's accounts if this person left."""
    administers = (
        Membership.school_id == school_id,
        Membership.role == Role.RECORDS_ADMIN,
        Membership.ended_at.is_(None),
    )
    able = exists().where(User.id == Membership.user_id, User.disabled_at.is_(None))
    holders = set(session.scalars(select(Membership.user_id).where(*administers, able)))
    return holders == {person}


def end_posts(session: Session, school_id: int, person: uuid.UUID, by: uuid.UUID) -> None:
    """End whatever a person is in a school, with the authority that was lent to or by him there.

    To do it again changes nothing. Two leaves of one school come one after the other.
    """
    school = session.get_one(School, school_id, with_for_update={"key_share": True})
    posts = session.scalars(
        select(Membership).where(
            Membership.user_id == person, Membership.school_id == school_id, Membership.ended_at.is_(None)
        )
    ).all()
    if not posts:
        return
    at = now()
    before = sorted(Place(Role(post.role), post.department_id).key for post in posts)
    for post in posts:
        post.ended_at = at
    delegations = _end_delegations(session, school_id, person, at)
    facts = {"before": before, "after": [], "delegations_ended": delegations}
    append(session, school.code, [Happening("account.places", str(by), str(person), facts)])


def _end_delegations(session: Session, school_id: int, person: uuid.UUID, at: datetime) -> list[int]:
    ended = session.scalars(
        update(Delegation)
        .where(
            Delegation.school_id == school_id,
            or_(Delegation.from_user_id == person, Delegation.to_user_id == person),
            Delegation.revoked_at.is_(None),
            Delegation.ends_at > at,
        )
        .values(revoked_at=at)
        .returning(Delegation.id)
    )
    return sorted(ended)
