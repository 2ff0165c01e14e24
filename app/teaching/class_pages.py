"""Pages of a school year's classes: the list, one class with who teaches in it, and next year's classes."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.calendar.choosing import editable_school, in_address, wanted_year
from app.catalogue.choosing import known_school, years_around
from app.errors import Refused
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.people.permissions import Permission, may
from app.schools.models import School
from app.schools.queries import campuses_of
from app.schools.years import year_after
from app.teaching import classes as verbs
from app.teaching.blueprint import teaching
from app.teaching.forms import class_from
from app.teaching.models import Duty
from app.teaching.pages import usual_day
from app.teaching.queries import class_of, classes_of, colleagues_of, duties_of, homerooms_of, subjects_of
from app.teaching.words import DUTIES
from app.text import N_


@teaching.get("/lop-hoc/<school_code>")
def classes_page(school_code: str) -> ResponseReturnValue:
    """List the classes of a school year with their homeroom teachers."""
    return _list(known_school(school_code))


@teaching.post("/lop-hoc/<school_code>")
def add_class(school_code: str) -> ResponseReturnValue:
    """Add a class."""
    school, year = editable_school(school_code), wanted_year()
    return answered(
        lambda: verbs.add_class(session(), page_authority(), school.id, year, class_from(request.form)),
        lambda refusal: _list(school, refusal),
        url_for("teaching.classes_page", school_code=school_code, nam=in_address(year)),
        N_("Đã thêm lớp."),
    )


@teaching.get("/lop-hoc/<school_code>/lop/<int(max=2147483647):class_id>")
def class_page(school_code: str, class_id: int) -> ResponseReturnValue:
    """Show one class and who teaches in it."""
    return _one(known_school(school_code), class_id)


@teaching.post("/lop-hoc/<school_code>/lop/<int(max=2147483647):class_id>")
def edit_class(school_code: str, class_id: int) -> ResponseReturnValue:
    """Correct a class's name, grade or campus."""
    school = editable_school(school_code)
    return answered(
        lambda: verbs.edit_class(session(), page_authority(), school.id, class_id, class_from(request.form)),
        lambda refusal: _one(school, class_id, refusal),
        url_for("teaching.class_page", school_code=school_code, class_id=class_id),
        N_("Đã lưu lớp."),
    )


@teaching.post("/lop-hoc/<school_code>/lop/<int(max=2147483647):class_id>/xoa")
def remove_class(school_code: str, class_id: int) -> ResponseReturnValue:
    """Take a class away in which nobody ever had a duty."""
    school = editable_school(school_code)
    year = class_of(session(), school.id, class_id).year
    return answered(
        lambda: verbs.remove_class(session(), page_authority(), school.id, class_id),
        lambda refusal: _one(school, class_id, refusal),
        url_for("teaching.classes_page", school_code=school_code, nam=in_address(year)),
        N_("Đã xóa lớp."),
    )


@teaching.get("/lop-hoc/<school_code>/chep")
def copy_classes_page(school_code: str) -> ResponseReturnValue:
    """Show which classes the next year would have."""
    return _copy(editable_school(school_code))


@teaching.post("/lop-hoc/<school_code>/chep")
def copy_classes(school_code: str) -> ResponseReturnValue:
    """Carry the year's classes over to the next one."""
    school, year = editable_school(school_code), wanted_year()
    return answered(
        lambda: verbs.copy_classes(session(), page_authority(), school.id, year),
        lambda refusal: _copy(school, refusal),
        url_for("teaching.classes_page", school_code=school_code, nam=in_address(year_after(year))),
        N_("Đã lập danh sách lớp của năm sau; giáo viên chủ nhiệm còn để trống."),
    )


def _list(school: School, refusal: Refused | None = None) -> str:
    year = wanted_year()
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "teaching/classes.html",
        school=school,
        year=year,
        years=years_around(year),
        nam=in_address(year),
        classes=classes_of(session(), school.id, year),
        leaders=homerooms_of(session(), school.id, year, usual_day(year)),
        campuses=campuses_of(session(), school.id),
        may_edit=may(page_authority(), Permission.EDIT_CALENDAR, school.id),
        longest=verbs.LONGEST_NAME,
        sent=request.form,
        error=error,
        hint=hint,
    )


def _one(school: School, class_id: int, refusal: Refused | None = None) -> str:
    shown = class_of(session(), school.id, class_id)
    duties = duties_of(session(), school.id, shown.year, class_id=class_id)
    day = usual_day(shown.year)
    editing = may(page_authority(), Permission.EDIT_CALENDAR, school.id)
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "teaching/class.html",
        school=school,
        shown=shown,
        nam=in_address(shown.year),
        living=[each for each in duties if not each.is_over(day)],
        over=[each for each in duties if each.is_over(day)],
        campuses=campuses_of(session(), school.id),
        colleagues=colleagues_of(session(), school.id) if editing else [],
        subjects=subjects_of(session(), school.id),
        may_edit=editing,
        longest=verbs.LONGEST_NAME,
        kinds={kind: DUTIES[kind] for kind in (Duty.SUBJECT, Duty.HOMEROOM)},
        words=DUTIES,
        day=day,
        sent=request.form,
        error=error,
        hint=hint,
    )


def _copy(school: School, refusal: Refused | None = None) -> str:
    year = wanted_year()
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "teaching/copy.html",
        school=school,
        year=year,
        following=year_after(year),
        nam=in_address(year),
        classes=verbs.classes_of_next_year(session(), school, year),
        campuses={each.id: each.name for each in campuses_of(session(), school.id)},
        error=error,
        hint=hint,
    )
