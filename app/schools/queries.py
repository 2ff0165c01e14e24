"""Finding schools, departments and what an office oversees."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.schools.models import Campus, Department, Office, School


def school_by_code(session: Session, code: str) -> School:
    """Return a school; raises `NotFound`."""
    school = session.scalars(select(School).where(School.code == code)).one_or_none()
    if school is None:
        raise NotFound
    return school


def departments_of(session: Session, school_id: int) -> Sequence[Department]:
    """List a school's departments by their code."""
    own = select(Department).where(Department.school_id == school_id)
    return session.scalars(own.order_by(Department.code)).all()


def campuses_of(session: Session, school_id: int) -> Sequence[Campus]:
    """List a school's campuses, the closed ones too, by their code."""
    return session.scalars(select(Campus).where(Campus.school_id == school_id).order_by(Campus.code)).all()


def oversees(office_id: SQLColumnExpression[int], school_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Return the condition that an office oversees a school at present, directly or through one below."""
    pairs = select(Office.id.label("direct"), Office.id.label("above")).cte("offices_above", recursive=True)
    office = aliased(Office)
    upwards = select(pairs.c.direct, office.parent_id).join(office, office.id == pairs.c.above)
    pairs = pairs.union(upwards.where(office.parent_id.is_not(None)))
    over = and_(pairs.c.direct == School.office_id, pairs.c.above == office_id)
    return exists().where(School.id == school_id, over)


def overseen_schools(office_ids: Sequence[int]) -> Select[int]:
    """Select the ids of the schools that the offices oversee, directly or through an office below."""
    below = select(Office.id).where(Office.id.in_(office_ids)).cte(recursive=True)
    child = aliased(Office)
    below = below.union(select(child.id).join(below, child.parent_id == below.c.id))
    return select(School.id).join(below, School.office_id == below.c.id)
