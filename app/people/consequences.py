"""What follows when people come to a school, change their places there, or leave it."""

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from app.jobs import defer
from app.people.authority import rests_on_living_posts
from app.people.models import Delegation


def posts_changed(session: Session, school_id: int) -> list[int]:
    """End the delegations that lost what they rested on, and have it worked out anew who owes which record.

    The former in the caller's transaction, the latter after it. Returns the ids of the delegations.
    """
    defer(session, "rebuild_school", [{"school_id": school_id}], lock=f"obligations:{school_id}")
    return end_unfounded(session, school_id)


def end_unfounded(session: Session, school_id: int) -> list[int]:
    """End for good a school's delegations whose lender or delegate no longer is what it took.

    Whoever comes back to the post is lent, or lends, anew. Returns their ids; the caller has locked the
    school, so that none is given meanwhile, and writes them down.
    """
    session.flush()
    ended = session.scalars(
        update(Delegation)
        .where(
            Delegation.school_id == school_id,
            Delegation.revoked_at.is_(None),
            Delegation.ends_at > func.now(),
            ~rests_on_living_posts(),
        )
        .values(revoked_at=func.now(), lapsed=True)
        .returning(Delegation.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(ended)
