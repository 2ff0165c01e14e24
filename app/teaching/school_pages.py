"""The page of a school as it is: levels, names with their days, departments, campuses, who oversees it."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import fields
from app.calendar.choosing import editable_school
from app.catalogue.choosing import known_school, lead_to_school
from app.catalogue.words import LEVELS
from app.clock import today
from app.errors import Refused
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.people.permissions import Permission, may
from app.schools.letterheads import letterhead_of
from app.schools.models import Office, Oversight, School
from app.schools.names import LONGEST_NAME, Naming, drop_name, name_school, names_of
from app.schools.offices import office_name_on, oversights_of
from app.schools.queries import campuses_of, departments_of
from app.schools.units import LONGEST_UNIT
from app.teaching.arranging import arrange, set_levels
from app.teaching.blueprint import teaching
from app.teaching.words import CAMPUS_KINDS
from app.text import N_


@teaching.get("/nha-truong")
def school_home() -> ResponseReturnValue:
    """Lead to the one school the person knows of, or let him look for a school."""
    return lead_to_school("teaching.school_page", "schools/schools.html")


@teaching.get("/nha-truong/<school_code>")
def school_page(school_code: str) -> ResponseReturnValue:
    """Show the school as it is."""
    return show_school(known_school(school_code))


@teaching.post("/nha-truong/<school_code>/ten")
def name_school_from(school_code: str) -> ResponseReturnValue:
    """Give the school a name and letterhead from a day on."""
    school = editable_school(school_code)
    form = request.form

    def name() -> None:
        naming = Naming(
            fields.day(form, "first"),
            fields.text(form, "name"),
            fields.text(form, "superior"),
            fields.text(form, "place"),
        )
        arrange(
            session(),
            page_authority(),
            school.id,
            lambda db, locked, by: name_school(db, locked, by, naming, today()),
        )

    return answered(
        name, lambda refusal: show_school(school, refusal), _back(school), N_("Đã lưu tên trường.")
    )


@teaching.post("/nha-truong/<school_code>/ten/bo")
def drop_school_name(school_code: str) -> ResponseReturnValue:
    """Take back a name that is not in force yet."""
    school = editable_school(school_code)
    return answered(
        lambda: arrange(
            session(),
            page_authority(),
            school.id,
            lambda db, locked, by: drop_name(db, locked, by, fields.day(request.form, "first"), today()),
        ),
        lambda refusal: show_school(school, refusal),
        _back(school),
        N_("Đã bỏ tên chưa có hiệu lực."),
    )


@teaching.post("/nha-truong/<school_code>/cap-hoc")
def set_school_levels(school_code: str) -> ResponseReturnValue:
    """Say which levels the school teaches."""
    school = editable_school(school_code)
    return answered(
        lambda: arrange(
            session(),
            page_authority(),
            school.id,
            lambda db, locked, by: set_levels(
                db, locked, by, fields.several(request.form, "level", len(LEVELS))
            ),
        ),
        lambda refusal: show_school(school, refusal),
        _back(school),
        N_("Đã lưu cấp học. Danh mục và hồ sơ phải nộp theo cấp học mới."),
    )


def show_school(school: School, refusal: Refused | None = None) -> str:
    """Return the page of a school, with what was refused at its top."""
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "schools/school.html",
        school=school,
        letterhead=letterhead_of(session(), school.id, today()),
        names=names_of(session(), school.id),
        departments=departments_of(session(), school.id),
        campuses=campuses_of(session(), school.id),
        oversights=_oversights(school),
        levels=LEVELS,
        campus_kinds=CAMPUS_KINDS,
        may_edit=may(page_authority(), Permission.EDIT_CALENDAR, school.id),
        longest=LONGEST_NAME,
        longest_unit=LONGEST_UNIT,
        day=today(),
        sent=request.form,
        error=error,
        hint=hint,
    )


def _oversights(school: School) -> list[tuple[Oversight, str]]:
    """List who oversaw the school and when, each by the name it then had."""
    return [
        (each, office_name_on(session(), office, min(each.valid_to or today(), today())))
        for each in oversights_of(session(), school.id)
        if (office := session().get_one(Office, each.office_id))
    ]


def _back(school: School) -> str:
    return url_for("teaching.school_page", school_code=school.code)
