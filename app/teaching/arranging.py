"""The door to changing a school as it is: who may, one change at a time, and what is owed worked out anew."""

from collections.abc import Callable, Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.calendar.rights import school_to_edit
from app.catalogue.changes import rebuild_obligations
from app.errors import NotNow, Refused
from app.people.authority import Authority
from app.schools.models import Level, School
from app.schools.years import present_year
from app.teaching.models import SchoolClass
from app.text import N_


class BadLevels(Refused):
    """No level of schooling, or one that there is not."""

    code, status = "bad_levels", 422
    detail = N_("Chưa chọn cấp học nào.")
    hint = N_("Chọn mọi cấp học mà trường dạy.")


class LevelInUse(NotNow):
    """The school still has classes of a level that would go."""

    code = "level_in_use"
    detail = N_("Trường còn lớp thuộc cấp học vừa bỏ chọn.")
    hint = N_("Xóa hoặc sửa khối các lớp của năm học này trước.")


def arrange(
    session: Session, authority: Authority, school_id: int, change: Callable[[Session, School, str], object]
) -> None:
    """Make one change of a school's names or units; `change` gets the locked school and who does it.

    Raises `NotFound`, `NotAllowed`, and what `change` raises.
    """
    school = school_to_edit(session, authority, school_id)
    change(session, school, str(authority.user_id))
    rebuild_obligations(session, school, {present_year()})


def set_levels(session: Session, school: School, by: str, levels: Collection[str]) -> None:
    """Say which levels a locked school teaches, in their order; raises `BadLevels` or `LevelInUse`."""
    wanted = [level.value for level in Level if level in levels]
    if not wanted or len(wanted) != len(set(levels)):
        raise BadLevels
    dropped = set(school.levels) - set(wanted)
    taught = select(SchoolClass.id).where(
        SchoolClass.school_id == school.id,
        SchoolClass.year >= present_year(),
        SchoolClass.level.in_(dropped),
    )
    if session.scalars(taught.limit(1)).first() is not None:
        raise LevelInUse
    before, school.levels = school.levels, wanted
    facts = {"from": ",".join(before), "to": ",".join(wanted)}
    append(session, school.code, [Happening("school.levels", by, school.code, facts)])
