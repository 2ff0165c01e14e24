"""For which school and which of its departments somebody hands a document in."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import OwnerKind, RecordType
from app.catalogue.periods import year_in
from app.catalogue.queries import UnknownRecordType, find_record_type
from app.errors import NotAllowed
from app.people.authority import HEADS, Authority
from app.people.permissions import Permission, may, posts_for
from app.people.which_school import schools_among, the_one
from app.records.refusals import OtherDepartment, WhichDepartment
from app.schools.models import Department, School

_HANDING_IN = {
    OwnerKind.TEACHER: Permission.HAND_IN_FOR_TEACHER,
    OwnerKind.CLASS: Permission.HAND_IN_FOR_CLASS,
    OwnerKind.DEPARTMENT: Permission.HAND_IN_FOR_DEPARTMENT,
    OwnerKind.SCHOOL: Permission.HAND_IN_FOR_SCHOOL,
}
_OF_THE_SCHOOL = frozenset({OwnerKind.CLASS, OwnerKind.SCHOOL})
"""Records that belong to no department, whoever writes them."""


def may_hand_in(authority: Authority, kind: OwnerKind, school_id: int) -> bool:
    """Tell whether the person has a post of his own by which a school's records of a kind are handed in."""
    return may(authority, _HANDING_IN[kind], school_id)


def school_and_type(
    session: Session, authority: Authority, code: str, record_type: str, period: str
) -> tuple[School, RecordType]:
    """Return the school that a code names with its record type, or the only one that takes it from him.

    Raises `WhichSchool` where several do and no code says which, `UnknownRecordType` or `NotAllowed`.
    """
    schools, year = _named_schools(session, authority, code), year_in(period)
    kept = [(school, find_record_type(session, school.id, record_type, year)) for school in schools]
    known = [(school, found) for school, found in kept if found is not None]
    taken = [
        (school, found)
        for school, found in known
        if may_hand_in(authority, OwnerKind(found.owner_kind), school.id)
    ]
    if schools and not known:
        raise UnknownRecordType(given=record_type[:40])
    school = the_one([each for each, _ in taken], "")
    return school, dict(taken)[school]


def department_for(
    session: Session, authority: Authority, kind: OwnerKind, school_id: int, named: str
) -> int | None:
    """Return the department for which a person's record of a kind is, by its code or name where he names it.

    Raises `WhichDepartment` where he is in several and names none, `OtherDepartment` where he hands such
    records in for another one of his, `NotAllowed` for one that is not his.
    """
    if kind in _OF_THE_SCHOOL:
        return None
    own = departments_to_hand_in_for(session, authority, kind, school_id)
    if named:
        return _named(session, authority, own, school_id, named).id
    if len(own) > 1:
        raise WhichDepartment(choices=_listed(own))
    return own[0].id if own else None


def _named(
    session: Session, authority: Authority, own: Sequence[Department], school_id: int, named: str
) -> Department:
    chosen = next((each for each in own if named in (each.code, each.name)), None)
    if chosen is not None:
        return chosen
    his = departments_to_hand_in_for(session, authority, OwnerKind.TEACHER, school_id)
    if own and any(named in (each.code, each.name) for each in his):
        raise OtherDepartment(named=named, choices=_listed(own))
    raise NotAllowed


def _listed(departments: Sequence[Department]) -> str:
    return ", ".join(f"{each.code} ({each.name})" for each in departments)


def departments_to_hand_in_for(
    session: Session, authority: Authority, kind: OwnerKind, school_id: int
) -> Sequence[Department]:
    """List the departments for which a person hands in a kind of records, those he heads first."""
    entitling = posts_for(_HANDING_IN[kind])
    posts = [post for post in authority.own_posts(school_id) if post.role in entitling]
    headed = {post.department_id for post in posts if post.role in HEADS}
    held = {post.department_id for post in posts if post.department_id is not None}
    found = session.scalars(select(Department).where(Department.id.in_(held)).order_by(Department.code))
    return sorted(found, key=lambda each: each.id not in headed)


def _named_schools(session: Session, authority: Authority, code: str) -> Sequence[School]:
    own = schools_among(session, authority.own_schools())
    return [school for school in own if code in ("", school.code)]
