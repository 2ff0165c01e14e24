"""Who may change a school's calendar and deadlines, and for whom somebody may grant an exception."""

import uuid

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.errors import NotAllowed, NotFound
from app.people.authority import HEADS, Authority
from app.people.holding import caller_now, keep_posts
from app.people.models import Membership
from app.people.permissions import Permission, require
from app.schools.models import School


def may_grant_to(session: Session, authority: Authority, school_id: int, person: uuid.UUID) -> bool:
    """Tell whether the person grants an exception to this colleague: nobody does to himself.

    A head does so for his own department.
    """
    if person == authority.user_id:
        return False
    if authority.leads(school_id) is not None:
        return True
    headed = Membership.department_id.in_(authority.department_ids(HEADS))
    return session.scalars(_posts(school_id, person).where(headed)).first() is not None


def school_to_edit(session: Session, authority: Authority, school_id: int) -> School:
    """Return a school, locked against other changes of its calendar; raises `NotFound` or `NotAllowed`."""
    _check_editor(authority, school_id)
    school = locked(session, school_id)
    _check_editor(caller_now(session, authority), school_id)
    return school


def school_to_except(session: Session, authority: Authority, school_id: int, person: uuid.UUID) -> School:
    """Return a school in which the person grants an exception to a colleague, locked.

    Raises `NotFound` for another school or somebody who does not work there, or `NotAllowed`.
    """
    _check_granter(session, authority, school_id, person)
    school = locked(session, school_id)
    _check_granter(session, caller_now(session, authority), school_id, person)
    return school


def works_at(authority: Authority, school_id: int) -> bool:
    """Tell whether the person has a post of his own in the school."""
    return authority.belongs_to(school_id)


def locked(session: Session, school_id: int) -> School:
    """Return a school; who else changes its calendar or its posts waits until this transaction ends."""
    keep_posts(session, [school_id])
    return session.get_one(School, school_id, with_for_update={"key_share": True})


def locked_alone(session: Session, school_id: int) -> School:
    """Return a school; whoever adds anything of it, like a record, waits until this transaction ends."""
    return session.get_one(School, school_id, with_for_update=True)


def _check_editor(authority: Authority, school_id: int) -> None:
    if not works_at(authority, school_id):
        raise NotFound
    require(authority, Permission.EDIT_CALENDAR, school_id)


def _check_granter(session: Session, authority: Authority, school_id: int, person: uuid.UUID) -> None:
    colleague = session.scalars(_posts(school_id, person)).first()
    if not works_at(authority, school_id) or colleague is None:
        raise NotFound
    if not may_grant_to(session, authority, school_id, person):
        raise NotAllowed


def _posts(school_id: int, person: uuid.UUID) -> Select[int]:
    return select(Membership.id).where(
        Membership.school_id == school_id, Membership.user_id == person, Membership.ended_at.is_(None)
    )
