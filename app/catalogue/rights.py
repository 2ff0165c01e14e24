"""Whose catalogue a person may know of, and who may change what in it."""

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.people.authority import Authority
from app.people.holding import caller_now, keep_posts
from app.people.permissions import Permission, require
from app.schools.models import School
from app.schools.queries import overseen_schools
from app.words import tidy

MOST_SCHOOLS = 50
"""How many schools are listed at a time; an office looks for others by name."""


def school_to_change(session: Session, authority: Authority, school_id: int) -> School:
    """Return a school, locked against other changes of its catalogue; raises `NotAllowed`."""
    return _locked(session, authority, school_id, Permission.CHANGE_CATALOGUE)


def school_to_confirm(session: Session, authority: Authority, school_id: int) -> School:
    """Return a school whose retention the person confirms, locked; raises `NotAllowed`."""
    return _locked(session, authority, school_id, Permission.CONFIRM_RETENTION)


def school_known_to(session: Session, authority: Authority, code: str) -> School:
    """Return a school whose catalogue the person may read; raises `NotFound`."""
    found = session.scalars(select(School).where(School.code == code, _known_to(authority))).one_or_none()
    if found is None:
        raise NotFound
    return found


def schools_known_to(session: Session, authority: Authority, q: str = "") -> list[School]:
    """List the first schools whose catalogue the person may read and whose name or code contains `q`."""
    found = select(School).where(_known_to(authority)).order_by(School.name, School.code)
    if q:
        wanted = tidy(q).lower()
        by_name = func.lower(School.name).contains(wanted, autoescape=True)
        found = found.where(or_(by_name, School.code == wanted))
    return list(session.scalars(found.limit(MOST_SCHOOLS)))


def _known_to(authority: Authority) -> ColumnElement[bool]:
    """Staff know their school's, officers those of the schools they oversee."""
    overseen = overseen_schools(authority.office_ids())
    return or_(School.id.in_(authority.own_schools()), School.id.in_(overseen))


def _locked(session: Session, authority: Authority, school_id: int, permission: Permission) -> School:
    """Return a school, locked, of somebody who may: asked first, and again while its posts are kept."""
    require(authority, permission, school_id)
    keep_posts(session, [school_id])
    require(caller_now(session, authority), permission, school_id)
    return session.get_one(School, school_id, with_for_update={"key_share": True})
