"""The page of a school's subjects."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import fields
from app.calendar.choosing import editable_school
from app.catalogue.choosing import known_school
from app.errors import Refused
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.people.permissions import Permission, may
from app.schools.models import School
from app.teaching import subjects as verbs
from app.teaching.blueprint import teaching
from app.teaching.queries import subjects_of
from app.text import N_


@teaching.get("/mon-hoc/<school_code>")
def subjects_page(school_code: str) -> ResponseReturnValue:
    """List the school's subjects."""
    return _page(known_school(school_code))


@teaching.post("/mon-hoc/<school_code>")
def add_subject(school_code: str) -> ResponseReturnValue:
    """Add a subject."""
    school = editable_school(school_code)
    name, code = fields.text(request.form, "name"), fields.text(request.form, "code")
    return answered(
        lambda: verbs.add_subject(session(), page_authority(), school.id, name, code),
        lambda refusal: _page(school, refusal),
        url_for("teaching.subjects_page", school_code=school_code),
        N_("Đã thêm môn học."),
    )


@teaching.post("/mon-hoc/<school_code>/<int(max=2147483647):subject_id>")
def rename_subject(school_code: str, subject_id: int) -> ResponseReturnValue:
    """Give a subject another name."""
    school, name = editable_school(school_code), fields.text(request.form, "name")
    return answered(
        lambda: verbs.rename_subject(session(), page_authority(), school.id, subject_id, name),
        lambda refusal: _page(school, refusal),
        url_for("teaching.subjects_page", school_code=school_code),
        N_("Đã đổi tên môn học."),
    )


@teaching.post("/mon-hoc/<school_code>/<int(max=2147483647):subject_id>/xoa")
def remove_subject(school_code: str, subject_id: int) -> ResponseReturnValue:
    """Take a subject away that nobody ever taught."""
    school = editable_school(school_code)
    return answered(
        lambda: verbs.remove_subject(session(), page_authority(), school.id, subject_id),
        lambda refusal: _page(school, refusal),
        url_for("teaching.subjects_page", school_code=school_code),
        N_("Đã xóa môn học."),
    )


def _page(school: School, refusal: Refused | None = None) -> str:
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "teaching/subjects.html",
        school=school,
        subjects=subjects_of(session(), school.id),
        may_edit=may(page_authority(), Permission.EDIT_CALENDAR, school.id),
        longest=verbs.LONGEST_NAME,
        sent=request.form,
        error=error,
        hint=hint,
    )
