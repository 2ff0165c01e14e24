"""What follows when people come to a school, change their places there, or leave it."""

from collections import defaultdict

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.jobs import defer
from app.people.authority import rests_on_living_posts
from app.people.models import Delegation
from app.schools.models import School


def posts_changed(session: Session, school_id: int) -> list[int]:
    """End the delegations that lost what they rested on; after the transaction, work out what else follows.

    That is who owes which record, and who decides on what waits. Returns the ids of the delegations, for
    the caller's entry of the audit chain; he holds the posts (`hold_posts`), so that none is given meanwhile.
    """
    defer(session, "rebuild_school", [{"school_id": school_id}], lock=f"obligations:{school_id}")
    defer(session, "find_deciders", [{"school_id": school_id}], lock=f"deciders:{school_id}")
    session.flush()
    return [delegation_id for _, delegation_id in _end_unfounded(session, Delegation.school_id == school_id)]


def end_unfounded_everywhere(session: Session) -> None:
    """End what rests on nothing though no verb has said so, as after a change by hand, and write it down."""
    ended: dict[int, list[int]] = defaultdict(list)
    for school_id, delegation_id in _end_unfounded(session, Delegation.school_id.is_not(None)):
        ended[school_id].append(delegation_id)
    codes = select(School.id, School.code).where(School.id.in_(ended)).order_by(School.code)
    for school_id, code in session.execute(codes).all():
        happenings = [Happening("delegation.lapsed", "system", str(each), {}) for each in ended[school_id]]
        append(session, code, happenings)


def _end_unfounded(session: Session, condition: ColumnElement[bool]) -> list[tuple[int, int]]:
    """End for good what rests on a post that is gone: whoever comes back to it is lent, or lends, anew."""
    ended = session.execute(
        update(Delegation)
        .where(
            condition,
            Delegation.revoked_at.is_(None),
            Delegation.ends_at > func.now(),
            ~rests_on_living_posts(),
        )
        .values(revoked_at=func.now(), lapsed=True)
        .returning(Delegation.school_id, Delegation.id)
        .execution_options(synchronize_session=False)
    )
    return sorted((school_id, delegation_id) for school_id, delegation_id in ended)
