"""Changing a school's departments and campuses from its page."""

from collections.abc import Callable

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import fields
from app.calendar.choosing import editable_school
from app.page import answered, session
from app.people.current import page_authority
from app.schools import units
from app.schools.models import School
from app.teaching.arranging import arrange
from app.teaching.blueprint import teaching
from app.teaching.school_pages import show_school
from app.text import N_


@teaching.post("/nha-truong/<school_code>/to")
def add_department(school_code: str) -> ResponseReturnValue:
    """Add a department."""
    return changed(
        school_code, lambda db, school, by: units.add_department(db, school, by, _name()), N_("Đã thêm tổ.")
    )


@teaching.post("/nha-truong/<school_code>/to/<int(max=2147483647):department_id>/xoa")
def remove_department(school_code: str, department_id: int) -> ResponseReturnValue:
    """Delete a department that nobody ever belonged to."""
    return changed(
        school_code,
        lambda db, school, by: units.remove_department(db, school, by, department_id),
        N_("Đã xóa tổ."),
    )


@teaching.post("/nha-truong/<school_code>/co-so")
def add_campus(school_code: str) -> ResponseReturnValue:
    """Add a campus."""
    kind = fields.text(request.form, "kind")
    return changed(
        school_code,
        lambda db, school, by: units.add_campus(db, school, by, _name(), kind),
        N_("Đã thêm cơ sở."),
    )


@teaching.post("/nha-truong/<school_code>/co-so/<int(max=2147483647):campus_id>")
def rename_campus(school_code: str, campus_id: int) -> ResponseReturnValue:
    """Rename a campus."""
    return changed(
        school_code,
        lambda db, school, by: units.rename_campus(db, school, by, campus_id, _name()),
        N_("Đã đổi tên cơ sở."),
    )


@teaching.post("/nha-truong/<school_code>/co-so/<int(max=2147483647):campus_id>/dong")
def close_campus(school_code: str, campus_id: int) -> ResponseReturnValue:
    """Make a day the last of a campus."""
    return changed(
        school_code,
        lambda db, school, by: units.close_campus(
            db, school, by, campus_id, fields.day(request.form, "last")
        ),
        N_("Đã ghi ngày cuối của cơ sở."),
    )


def changed(
    school_code: str, change: Callable[[Session, School, str], object], said: str
) -> ResponseReturnValue:
    """Make one change of a school's units as `arrange` does, and answer the form on the school's page."""
    school = editable_school(school_code)
    return answered(
        lambda: arrange(session(), page_authority(), school.id, change),
        lambda refusal: show_school(school, refusal),
        url_for("teaching.school_page", school_code=school_code),
        said,
    )


def _name() -> str:
    return fields.text(request.form, "name")
