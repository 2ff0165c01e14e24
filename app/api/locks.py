"""Locks: seeing what is closed, closing a period, and opening it again."""

from datetime import UTC

from flask import Response

from app.api import lock_representations as shown
from app.api.answers import answer
from app.api.paging import page_of_all
from app.api.reading import body_of, choice, parameter
from app.locks.locking import Closing, lift, lock
from app.locks.queries import LockView, locks_known_to
from app.page import session
from app.people.authority import Authority
from app.people.permissions import Permission, schools_where
from app.people.which_school import the_school

IN_FORCE, LIFTED = "in_force", "lifted"


def list_locks(authority: Authority) -> Response:
    """List the locks of the schools where the caller works, newest first; those in force by default."""
    asked = choice("state", frozenset({IN_FORCE, LIFTED})) or IN_FORCE
    views = locks_known_to(session(), authority, in_force=asked == IN_FORCE)
    items, following = page_of_all(views, lambda view: str(view.lock.id))
    return answer(shown.Locks([_shown(view) for view in items], following))


def set_lock(authority: Authority) -> Response:
    """Close a period."""
    given = body_of(shown.Closing)
    closing = Closing(given.period, given.reason, given.record_type, given.ordered)
    school = the_school(session(), schools_where(authority, Permission.CLOSE_PERIODS), given.school)
    made = lock(session(), authority, school.id, closing).id
    session().commit()
    views = locks_known_to(session(), authority, in_force=True)
    return answer(next(_shown(view) for view in views if view.lock.id == made), 201)


def lift_lock(authority: Authority, lock_id: int) -> Response:
    """Open a period again."""
    lift(session(), authority, lock_id, parameter("reason") or "", parameter("ordered") or "")
    session().commit()
    return Response(status=204)


def _shown(view: LockView) -> shown.Lock:
    row = view.lock
    return shown.Lock(
        id=row.id,
        school=view.school_code,
        record_type=row.record_type_code,
        period=row.period,
        reason=row.reason,
        ordered=row.ordered,
        locked_by=row.locked_by_id,
        locked_by_name=view.locked_by,
        role=row.role,
        capacity=row.capacity,
        locked_at=row.locked_at.astimezone(UTC),
        lifted_by=row.lifted_by_id,
        lifted_by_name=view.lifted_by or None,
        lifted_at=row.lifted_at and row.lifted_at.astimezone(UTC),
        lift_reason=row.lift_reason,
    )
