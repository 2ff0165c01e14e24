"""In which school somebody acts: the only one where they may do a thing, or the one of these that they name.

A post belongs to a school. No rule goes by "the first school" of a person: whoever holds the post that a
thing takes in one school need not say where; whoever holds it in several names the school by its code.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotAllowed, Refused
from app.schools.models import School
from app.text import N_


class WhichSchool(Refused):
    """The person may do it in several schools, and did not say in which."""

    code, status = "which_school", 422
    detail = N_("Bạn làm việc này ở nhiều trường: %(choices)s.")
    hint = N_("Chọn trường trên trang, hoặc gửi mã trường trong trường “school”.")


def schools_among(session: Session, school_ids: Collection[int]) -> Sequence[School]:
    """List the schools with these ids, in one order everywhere."""
    return session.scalars(select(School).where(School.id.in_(school_ids)).order_by(School.id)).all()


def the_school(session: Session, school_ids: Collection[int], code: str) -> School:
    """Return the one of these schools that a code names, or the only one of them.

    Raises `NotAllowed` where the code names none of them or there are none, and `WhichSchool` where there are
    several and no code says which.
    """
    return the_one(schools_among(session, school_ids), code)


def the_one(schools: Sequence[School], code: str) -> School:
    """Return the same of schools that are loaded; raises as `the_school`."""
    named = [school for school in schools if code in ("", school.code)]
    if not named:
        raise NotAllowed
    if len(named) > 1:
        raise WhichSchool(choices=", ".join(school.code for school in named))
    return named[0]
