"""Of whose obligations somebody may know: his own, his department's, his school's, or of schools overseen."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.errors import NotFound
from app.obligations.models import Obligation
from app.people.authority import HEADS, SCHOOL_WIDE, Authority
from app.people.models import Membership
from app.schools.models import School
from app.schools.queries import overseen_schools


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may know of one school's obligations: those under `conditions`."""

    school_id: int
    conditions: tuple[ColumnElement[bool], ...] = ()
    whole: bool = True
    """Whether he may know of everybody's, at least of the types that he may know of."""
    overseen: bool = False
    """Whether he looks from an office, and so sees records only once they are filed."""


def scopes_of(session: Session, authority: Authority, school: str | None = None) -> list[Scope]:
    """List the schools of whose obligations a person may know, in the order of their ids.

    `school` narrows them to the one of that code; an office's people never see types with pupils'
    sensitive data.
    """
    scopes = [*_own(authority), *_overseen(session, authority)]
    if school is not None:
        wanted = session.scalar(select(School.id).where(School.code == school))
        scopes = [scope for scope in scopes if scope.school_id == wanted]
    return sorted(scopes, key=lambda scope: scope.school_id)


def boards_of(authority: Authority) -> list[int]:
    """List the person's own schools of which they may see a board: all of it, or a department they head."""
    headed = {post.school_id for post in authority.posts if post.role in HEADS and post.school_id is not None}
    return sorted(headed.union(authority.school_ids(SCHOOL_WIDE)))


def check_known(session: Session, authority: Authority, scopes: Sequence[Scope], owner: uuid.UUID) -> None:
    """Raise `NotFound` unless somebody is the caller, or in a school or department he looks after."""
    if owner == authority.user_id:
        return
    whole = [scope.school_id for scope in scopes if scope.whole]
    looked_after = or_(
        Membership.school_id.in_(whole), Membership.department_id.in_(authority.department_ids(HEADS))
    )
    if (
        session.scalar(select(Membership.id).where(Membership.user_id == owner, looked_after).limit(1))
        is None
    ):
        raise NotFound


def _own(authority: Authority) -> list[Scope]:
    schools = {post.school_id for post in authority.posts if post.school_id is not None}
    return [_inside(authority, school_id) for school_id in schools]


def _inside(authority: Authority, school_id: int) -> Scope:
    if authority.holds(SCHOOL_WIDE, school_id):
        return Scope(school_id)
    headed = authority.department_ids(HEADS)
    known = or_(Obligation.owner_id == authority.user_id, Obligation.department_id.in_(headed))
    return Scope(school_id, (known,), whole=False)


def _overseen(session: Session, authority: Authority) -> list[Scope]:
    offices = authority.office_ids()
    if not offices:
        return []
    seen = RecordType.sensitive.is_(False)
    return [Scope(each, (seen,), overseen=True) for each in session.scalars(overseen_schools(offices))]
