"""A person's leave from a school: posts and delegations end, the account and its history stay."""

import uuid

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.db import now
from app.people.account_queries import Place, works_elsewhere
from app.people.asking import is_decider
from app.people.consequences import posts_changed
from app.people.holding import hold_posts
from app.people.models import Membership, Role, User
from app.people.sessions import end_all
from app.people.stop_letters import tell_of_leave
from app.people.withdrawing import withdraw_about
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

    Unless they work elsewhere too, they are signed out everywhere and their tokens end. What was asked for
    them there is withdrawn. Of a decider's leave they and whoever could undo it are told. To do it again
    changes nothing. Two leaves of one school come one after the other.
    """
    hold_posts(session, school_id)
    school, decides = session.get_one(School, school_id), is_decider(session, school_id, person)
    withdraw_about(session, school, person, by)
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
    session.flush()
    if not works_elsewhere(session, school_id, person):
        end_all(session, person)
    facts = {"before": before, "after": [], "delegations_ended": posts_changed(session, school_id)}
    if decides:
        tell_of_leave(session, school_id, by, person)
    append(session, school.code, [Happening("account.places", str(by), str(person), facts)])
