"""What follows when people come to a school, change their places there, or leave it."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.jobs import defer
from app.people.authority import rests_on_living_posts
from app.people.holding import hold_posts
from app.people.models import Delegation
from app.people.withdrawing import withdraw_unfounded
from app.schools.models import School

_UNFOUNDED = (
    Delegation.revoked_at.is_(None),
    Delegation.ends_at > func.statement_timestamp(),
    ~rests_on_living_posts(),
)
"""The conditions of a delegation that has lost what it rested on."""


def deciders_lock(school_id: str | int) -> str:
    """Return the queue lock under which a school's deciders are found."""
    return f"deciders:{school_id}"


def posts_changed(session: Session, school_id: int) -> list[int]:
    """End the delegations and the requests that lost what they rested on; afterwards find what else follows.

    That is, by jobs, who owes which record, and who decides on what waits. Returns the ids of the delegations
    for the entry of the audit chain; the caller holds the posts (`hold_posts`): none is given meanwhile.
    """
    defer(session, "rebuild_school", [{"school_id": school_id}], lock=f"obligations:{school_id}")
    deciders_changed(session, school_id)
    session.flush()
    ended = _end_unfounded(session, school_id)
    withdraw_unfounded(session, school_id)
    return ended


def deciders_changed(session: Session, school_id: int) -> None:
    """After the transaction, find anew who decides on what waits in a school, and tell where nobody can."""
    defer(session, "find_deciders", [{"school_id": school_id}], lock=deciders_lock(school_id))


def end_unfounded(session: Session, school_id: int) -> None:
    """End what rests on nothing though no verb has said so, as after a change by hand, and write it down."""
    hold_posts(session, school_id)
    ended = _end_unfounded(session, school_id)
    happenings = [Happening("delegation.lapsed", "system", str(each), {}) for each in ended]
    append(session, session.get_one(School, school_id).code, happenings)


def schools_with_unfounded(session: Session) -> set[int]:
    """Return the schools in which a delegation rests on nothing."""
    return set(session.scalars(select(Delegation.school_id).where(*_UNFOUNDED)))


def _end_unfounded(session: Session, school_id: int) -> list[int]:
    """End for good what rests on a post that is gone: whoever comes back to it is lent, or lends, anew."""
    ended = session.scalars(
        update(Delegation)
        .where(Delegation.school_id == school_id, *_UNFOUNDED)
        .values(revoked_at=func.now(), lapsed=True)
        .returning(Delegation.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(ended)
