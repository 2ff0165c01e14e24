"""Somebody of one school who is something at another one as well."""

from sqlalchemy import select

from app.context import Context
from app.people.authority import Authority, authority_of
from app.people.consequences import posts_changed
from app.people.models import Membership, Role
from app.schools.models import Department
from app.schools.queries import school_by_code

FIRST, SECOND = "truong-a", "truong-b"


def also_at(context: Context, person: Authority, school: str, role: Role, unit: str = "") -> Authority:
    """Make a person something in a school, or in a department of it, and return what they are then."""
    with context.database.transaction() as session:
        school_id = school_by_code(session, school).id
        departments = select(Department.id).where(Department.school_id == school_id, Department.code == unit)
        post = Membership(user_id=person.user_id, role=role, school_id=school_id)
        post.department_id = session.scalar(departments)
        session.add(post)
        posts_changed(session, school_id)
        present = authority_of(session, person.user_id)
    assert present is not None
    return present


def only_school_of(person: Authority) -> int:
    """Return the id of the one school that a person belongs to."""
    (school_id,) = person.own_schools()
    return school_id
