"""Pages of who teaches what: the whole school, one person, and beginning, ending or handing on a duty."""

import uuid
from collections import defaultdict

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import fields
from app.calendar.choosing import editable_school, in_address, wanted_year
from app.catalogue.choosing import known_school, years_around
from app.errors import NotFound, Refused
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.people.models import User
from app.people.permissions import Permission, may
from app.schools.models import School
from app.teaching import duties as verbs
from app.teaching.blueprint import teaching
from app.teaching.forms import task_from
from app.teaching.models import Duty
from app.teaching.pages import usual_day
from app.teaching.queries import DutyView, classes_of, colleagues_of, duties_of, duty_of, subjects_of
from app.teaching.words import DUTIES
from app.text import N_


@teaching.get("/phan-cong/<school_code>")
def duties_page(school_code: str) -> ResponseReturnValue:
    """List who teaches what and leads which class at present."""
    return _list(known_school(school_code))


@teaching.post("/phan-cong/<school_code>")
def begin_duty(school_code: str) -> ResponseReturnValue:
    """Give somebody a duty from a day on."""
    school, year = editable_school(school_code), wanted_year()
    return answered(
        lambda: verbs.begin_duty(
            session(),
            page_authority(),
            school.id,
            year,
            task_from(request.form),
            fields.day(request.form, "first"),
        ),
        lambda refusal: _list(school, refusal),
        url_for("teaching.duties_page", school_code=school_code, nam=in_address(year)),
        N_("Đã phân công. Hồ sơ phải nộp đang được tính lại."),
    )


@teaching.get("/phan-cong/<school_code>/nguoi/<uuid:user_id>")
def person_page(school_code: str, user_id: uuid.UUID) -> ResponseReturnValue:
    """Show one person's duties of a year, those that are over too."""
    return _person(known_school(school_code), wanted_year(), user_id)


@teaching.get("/phan-cong/<school_code>/<int(max=2147483647):assignment_id>")
def duty_page(school_code: str, assignment_id: int) -> ResponseReturnValue:
    """Show one duty with the forms that end it or hand it on."""
    return _duty(editable_school(school_code), assignment_id)


@teaching.post("/phan-cong/<school_code>/<int(max=2147483647):assignment_id>/ket-thuc")
def end_duty(school_code: str, assignment_id: int) -> ResponseReturnValue:
    """Make a day the last of a duty."""
    school = editable_school(school_code)
    present = duty_of(session(), school.id, assignment_id)
    year, person = present.year, present.user_id
    return answered(
        lambda: verbs.end_duty(
            session(), page_authority(), school.id, assignment_id, fields.day(request.form, "last")
        ),
        lambda refusal: _duty(school, assignment_id, refusal),
        url_for("teaching.person_page", school_code=school_code, user_id=person, nam=in_address(year)),
        N_("Đã ghi ngày cuối. Hồ sơ phải nộp đang được tính lại."),
    )


@teaching.post("/phan-cong/<school_code>/<int(max=2147483647):assignment_id>/chuyen")
def hand_on_duty(school_code: str, assignment_id: int) -> ResponseReturnValue:
    """Let somebody else do a duty from a day on."""
    school = editable_school(school_code)
    present = duty_of(session(), school.id, assignment_id)
    year, person = present.year, present.user_id
    return answered(
        lambda: verbs.hand_on_duty(
            session(),
            page_authority(),
            school.id,
            assignment_id,
            fields.identity(request.form, "person"),
            fields.day(request.form, "first"),
        ),
        lambda refusal: _duty(school, assignment_id, refusal),
        url_for("teaching.person_page", school_code=school_code, user_id=person, nam=in_address(year)),
        N_("Đã chuyển phân công. Hồ sơ phải nộp đang được tính lại."),
    )


def _list(school: School, refusal: Refused | None = None) -> str:
    year = wanted_year()
    day = usual_day(year)
    living: dict[uuid.UUID, list[DutyView]] = defaultdict(list)
    for view in duties_of(session(), school.id, year):
        if not view.is_over(day):
            living[view.assignment.user_id].append(view)
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "teaching/duties.html",
        school=school,
        year=year,
        years=years_around(year),
        nam=in_address(year),
        people=colleagues_of(session(), school.id),
        gathered={person: gathered(views) for person, views in living.items()},
        classes=classes_of(session(), school.id, year),
        subjects=subjects_of(session(), school.id),
        may_edit=may(page_authority(), Permission.EDIT_CALENDAR, school.id),
        kinds=DUTIES,
        day=day,
        sent=request.form,
        error=error,
        hint=hint,
    )


def gathered(views: list[DutyView]) -> list[tuple[str, str, list[str]]]:
    """Gather duties by what is done: the kind of duty, the subject, and the classes."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for view in views:
        rooms = found[view.assignment.duty, view.subject]
        if view.class_name:
            rooms.append(view.class_name)
    order = list(Duty)
    return [
        (duty, subject, rooms)
        for (duty, subject), rooms in sorted(
            found.items(), key=lambda each: (-order.index(Duty(each[0][0])), each[0][1])
        )
    ]


def _person(school: School, year: str, user_id: uuid.UUID) -> str:
    duties = duties_of(session(), school.id, year, person=user_id)
    if not duties and user_id not in {each.user_id for each in colleagues_of(session(), school.id)}:
        raise NotFound
    day = usual_day(year)
    return render_template(
        "teaching/person.html",
        school=school,
        year=year,
        nam=in_address(year),
        colleague=session().get_one(User, user_id),
        living=[each for each in duties if not each.is_over(day)],
        over=[each for each in duties if each.is_over(day)],
        may_edit=may(page_authority(), Permission.EDIT_CALENDAR, school.id),
        words=DUTIES,
    )


def _duty(school: School, assignment_id: int, refusal: Refused | None = None) -> str:
    present = duty_of(session(), school.id, assignment_id)
    views = duties_of(session(), school.id, present.year, person=present.user_id)
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "teaching/duty.html",
        school=school,
        duty=next(each for each in views if each.assignment.id == assignment_id),
        nam=in_address(present.year),
        colleagues=[each for each in colleagues_of(session(), school.id) if each.user_id != present.user_id],
        words=DUTIES,
        day=usual_day(present.year),
        error=error,
        hint=hint,
    )
