"""Pages that take a curriculum plan from a workbook: choose it, see what would change, agree."""

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.bodies import SEALED
from app.calendar.choosing import in_address, wanted_year
from app.curriculum.blueprint import curriculum
from app.curriculum.drafts import PlanDraft, draft_of, seal, unseal
from app.curriculum.importing import Place, last_week_of, subject_of, take_plan
from app.curriculum.models import Curriculum
from app.curriculum.pages import download, planning_school
from app.curriculum.queries import grades_of, subjects_of
from app.curriculum.reading import plan_in
from app.curriculum.sheet import MOST_LESSONS, read_plan
from app.curriculum.workbooks import plan_template
from app.errors import InvalidRequest, Refused
from app.page import answered, context, sentences, session
from app.people.current import page_authority
from app.schools.models import School
from app.text import N_


@curriculum.get("/<school_code>/nhap")
def import_page(school_code: str) -> ResponseReturnValue:
    """Ask for a plan."""
    return _page(planning_school(school_code))


@curriculum.get("/<school_code>/nhap/mau.xlsx")
def import_form(school_code: str) -> Response:
    """Give an empty plan to fill in."""
    planning_school(school_code)
    return download(plan_template(), "phan-phoi-chuong-trinh.xlsx")


@curriculum.post("/<school_code>/nhap")
def preview_plan(school_code: str) -> ResponseReturnValue:
    """Show what a plan would change, with what is wrong in which cell; nothing is written."""
    school = planning_school(school_code)
    try:
        draft = _draft(school)
    except Refused as refusal:
        return _page(school, refusal=refusal), refusal.status
    return _page(school, draft), 422 if draft.read.faults else 200


@curriculum.post("/<school_code>/nhap/dong-y")
def agree_to_plan(school_code: str) -> ResponseReturnValue:
    """Take exactly the plan that was shown."""
    school, authority = planning_school(school_code), page_authority()

    def take() -> Curriculum:
        agreed = unseal(_secret(), authority, school.id, fields.text(request.form, "draft", SEALED))
        return take_plan(session(), authority, school.id, agreed.place, agreed.lessons, agreed.present)

    return answered(
        take,
        lambda refusal: _page(school, refusal=refusal),
        lambda plan: url_for("curriculum.plan_page", school_code=school_code, plan_id=plan.id),
        N_("Đã nhập phân phối chương trình. Hồ sơ phải nộp đang được tính lại."),
    )


def _draft(school: School) -> PlanDraft:
    place = _place(school)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidRequest(fields=gettext("tệp phân phối chương trình"))
    spool = sent.stream
    file, size = spool.file, spool.size  # type: ignore[attr-defined]  # our request spools its files
    table = read_plan(context().sandbox, file, size)
    read = plan_in(table, last_week_of(session(), school.id, place.year))
    return draft_of(session(), school.id, place, read)


def _place(school: School) -> Place:
    """Read what the plan is for; raises `InvalidRequest`, or `NotFound` for another school's subject."""
    subject, grade = (
        fields.number_or_none(request.form, "subject"),
        fields.number_or_none(request.form, "grade"),
    )
    if subject is None:
        raise InvalidRequest(fields=gettext("môn"))
    if grade is None or grade not in grades_of(session(), school.id, wanted_year()):
        raise InvalidRequest(fields=gettext("khối"))
    subject_of(session(), school.id, subject)
    return Place(wanted_year(), subject, grade)


def _page(school: School, draft: PlanDraft | None = None, refusal: Refused | None = None) -> str:
    error, hint = sentences(refusal) if refusal else ("", "")
    year = wanted_year()
    is_ready = draft is not None and draft.ready
    return render_template(
        "curriculum/import.html",
        school=school,
        year=year,
        nam=in_address(year),
        subjects=subjects_of(session(), school.id),
        grades=grades_of(session(), school.id, year),
        draft=draft,
        sealed=seal(_secret(), page_authority(), school.id, draft) if draft and is_ready else "",
        sent=request.form if request.method == "POST" else request.args,
        most=MOST_LESSONS,
        error=error,
        hint=hint,
    )


def _secret() -> str:
    return context().settings.secret_key
