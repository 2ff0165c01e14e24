"""Pages that take lists of classes and of duties: choose the file, see what would change, agree."""

from collections.abc import Callable
from dataclasses import astuple
from typing import Any, BinaryIO

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from app.calendar.year_pages import editable_school, in_address, wanted_year
from app.errors import InvalidRequest, Refused
from app.page import answered, context, sentences, session
from app.people.current import page_authority
from app.schools.models import School
from app.sheets.writing import MIMETYPE
from app.teaching.blueprint import teaching
from app.teaching.class_list import ClassDraft, ClassPlan, carry_out_classes, class_draft, class_plan_of
from app.teaching.duties import in_year
from app.teaching.duty_list import DutyDraft, duty_draft
from app.teaching.duty_plans import Plan, carry_out, opened, plan_of, sealed
from app.teaching.forms import day_in
from app.teaching.pages import usual_day
from app.teaching.queries import classes_of, subjects_of
from app.teaching.sheets import MOST_CLASSES, MOST_DUTIES, read_classes, read_duties
from app.teaching.workbooks import class_list_template, duty_list_template
from app.text import N_


@teaching.get("/lop-hoc/<school_code>/nhap")
@login_required  # type: ignore[untyped-decorator]
def class_list_page(school_code: str) -> ResponseReturnValue:
    """Ask for a list of classes."""
    return _classes(editable_school(school_code))


@teaching.post("/lop-hoc/<school_code>/nhap")
@login_required  # type: ignore[untyped-decorator]
def preview_class_list(school_code: str) -> ResponseReturnValue:
    """Show what a list of classes would change, and what is wrong in which cell; nothing is written."""
    school = editable_school(school_code)
    return _previewed(lambda: _class_draft(school), lambda *shown: _classes(school, *shown))


@teaching.post("/lop-hoc/<school_code>/nhap/dong-y")
@login_required  # type: ignore[untyped-decorator]
def agree_to_class_list(school_code: str) -> ResponseReturnValue:
    """Change the classes exactly as they were shown."""
    school, year = editable_school(school_code), wanted_year()
    return answered(
        lambda: carry_out_classes(session(), page_authority(), school.id, ClassPlan(*_agreed(school))),
        lambda refusal: _classes(school, None, refusal),
        url_for("teaching.classes_page", school_code=school_code, nam=in_address(year)),
        N_("Đã nhập danh sách lớp."),
    )


@teaching.get("/lop-hoc/<school_code>/nhap/mau.xlsx")
@login_required  # type: ignore[untyped-decorator]
def class_list_form(school_code: str) -> Response:
    """Give an empty list of classes."""
    return _download(class_list_template(editable_school(school_code).levels), "danh-sach-lop.xlsx")


@teaching.get("/phan-cong/<school_code>/nhap")
@login_required  # type: ignore[untyped-decorator]
def duty_list_page(school_code: str) -> ResponseReturnValue:
    """Ask for a list of duties."""
    return _duties(editable_school(school_code))


@teaching.post("/phan-cong/<school_code>/nhap")
@login_required  # type: ignore[untyped-decorator]
def preview_duty_list(school_code: str) -> ResponseReturnValue:
    """Show what a list of duties would change, and what is wrong in which cell; nothing is written."""
    school = editable_school(school_code)
    return _previewed(lambda: _duty_draft(school), lambda *shown: _duties(school, *shown))


@teaching.post("/phan-cong/<school_code>/nhap/dong-y")
@login_required  # type: ignore[untyped-decorator]
def agree_to_duty_list(school_code: str) -> ResponseReturnValue:
    """Change the duties exactly as they were shown."""
    school, year = editable_school(school_code), wanted_year()
    return answered(
        lambda: carry_out(session(), page_authority(), school.id, Plan(*_agreed(school))),
        lambda refusal: _duties(school, None, refusal),
        url_for("teaching.duties_page", school_code=school_code, nam=in_address(year)),
        N_("Đã nhập phân công. Hồ sơ phải nộp đang được tính lại."),
    )


@teaching.get("/phan-cong/<school_code>/nhap/mau.xlsx")
@login_required  # type: ignore[untyped-decorator]
def duty_list_form(school_code: str) -> Response:
    """Give an empty list of duties with the school's own classes and subjects."""
    school = editable_school(school_code)
    classes = [each.name for each in classes_of(session(), school.id, wanted_year())]
    subjects = [each.name for each in subjects_of(session(), school.id)]
    return _download(duty_list_template(classes, subjects), "phan-cong.xlsx")


def _previewed(draft: Callable[[], Any], show: Callable[[Any, Refused | None], str]) -> ResponseReturnValue:
    try:
        drafted = draft()
    except Refused as refusal:
        return show(None, refusal), refusal.status
    return show(drafted, None), 422 if drafted.faults else 200


def _class_draft(school: School) -> ClassDraft:
    file, size = _sent()
    first = in_year(wanted_year(), day_in(request.form, "first"))
    table = read_classes(context().sandbox, file, size)
    return class_draft(session(), school, wanted_year(), table, first)


def _duty_draft(school: School) -> DutyDraft:
    file, size = _sent()
    first = in_year(wanted_year(), day_in(request.form, "first"))
    sheet = read_duties(context().sandbox, file, size)
    return duty_draft(session(), school, wanted_year(), sheet, first)


def _sent() -> tuple[BinaryIO, int]:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidRequest(fields=gettext("tệp danh sách"))
    spool = sent.stream
    return spool.file, spool.size  # type: ignore[attr-defined]  # our request spools its files


def _agreed(school: School) -> Any:
    secret = context().settings.secret_key
    return opened(secret, page_authority(), school.id, request.form.get("draft", ""))


def _classes(school: School, draft: ClassDraft | None = None, refusal: Refused | None = None) -> str:
    plan = class_plan_of(session(), school, wanted_year(), draft) if draft and draft.ready else None
    return _page("teaching/class_list.html", school, draft, plan, refusal, MOST_CLASSES)


def _duties(school: School, draft: DutyDraft | None = None, refusal: Refused | None = None) -> str:
    plan = plan_of(session(), school, wanted_year(), draft) if draft and draft.ready else None
    return _page("teaching/duty_list.html", school, draft, plan, refusal, MOST_DUTIES)


def _page(
    template: str,
    school: School,
    draft: ClassDraft | DutyDraft | None,
    plan: ClassPlan | Plan | None,
    refusal: Refused | None,
    most: int,
) -> str:
    error, hint = sentences(refusal) if refusal else ("", "")
    secret, year = context().settings.secret_key, wanted_year()
    return render_template(
        template,
        school=school,
        year=year,
        nam=in_address(year),
        draft=draft,
        sealed=sealed(secret, page_authority(), school.id, astuple(plan)) if plan else "",
        day=draft.first if draft else usual_day(year),
        most=most,
        error=error,
        hint=hint,
    )


def _download(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
