"""Pages that take lists of classes and of duties: choose the file, see what would change, agree."""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any, BinaryIO

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app import fields
from app.bodies import SEALED
from app.calendar.choosing import editable_school, in_address, wanted_year
from app.errors import InvalidRequest, Refused
from app.page import answered, context, sentences, session
from app.pdf.sandbox import Sandbox
from app.people.authority import Authority
from app.people.current import page_authority
from app.schools.models import School
from app.sheets.writing import MIMETYPE
from app.teaching.blueprint import teaching
from app.teaching.class_list import ClassDraft, ClassPlan, carry_out_classes, class_draft, class_plan_of
from app.teaching.duties import in_year
from app.teaching.duty_list import DutyDraft, duty_draft
from app.teaching.duty_plans import Plan, carry_out, opened, plan_of, sealed
from app.teaching.pages import usual_day
from app.teaching.queries import classes_of, subjects_of
from app.teaching.sheets import MOST_CLASSES, MOST_DUTIES, read_classes, read_duties
from app.teaching.workbooks import class_list_template, duty_list_template
from app.text import N_


@dataclass(frozen=True)
class _List:
    """What a list is to these pages; its draft and plan are values of its own kinds."""

    template: str
    most: int
    """Rows it may have."""
    read: Callable[[Sandbox, BinaryIO, int], Any]
    draft: Callable[..., Any]
    plan: Callable[[Session, School, str, Any], Any]
    plan_from: Callable[..., Any]
    """Makes a plan again of the values that were sealed."""
    carry_out: Callable[[Session, Authority, int, Any], None]
    back: str
    """The endpoint of the page that is shown when all is done."""
    done: str
    blank: Callable[[School, str], bytes]
    file_name: str
    """Of the empty list."""


def _blank_classes(school: School, _year: str) -> bytes:
    return class_list_template(school.levels)


def _blank_duties(school: School, year: str) -> bytes:
    """Return an empty list of duties with the school's own classes and subjects."""
    classes = [each.name for each in classes_of(session(), school.id, year)]
    return duty_list_template(classes, [each.name for each in subjects_of(session(), school.id)])


_LISTS = {
    "lop-hoc": _List(
        template="teaching/class_list.html",
        most=MOST_CLASSES,
        read=read_classes,
        draft=class_draft,
        plan=class_plan_of,
        plan_from=ClassPlan,
        carry_out=carry_out_classes,
        back="teaching.classes_page",
        done=N_("Đã nhập danh sách lớp."),
        blank=_blank_classes,
        file_name="danh-sach-lop.xlsx",
    ),
    "phan-cong": _List(
        template="teaching/duty_list.html",
        most=MOST_DUTIES,
        read=read_duties,
        draft=duty_draft,
        plan=plan_of,
        plan_from=Plan,
        carry_out=carry_out,
        back="teaching.duties_page",
        done=N_("Đã nhập phân công. Hồ sơ phải nộp đang được tính lại."),
        blank=_blank_duties,
        file_name="phan-cong.xlsx",
    ),
}
_ADDRESS = f"/<any({', '.join(map(repr, _LISTS))}):listed>/<school_code>/nhap"


@teaching.get(_ADDRESS)
def list_page(listed: str, school_code: str) -> ResponseReturnValue:
    """Ask for a list."""
    return _page(_LISTS[listed], editable_school(school_code))


@teaching.post(_ADDRESS)
def preview_list(listed: str, school_code: str) -> ResponseReturnValue:
    """Show what a list would change, and what is wrong in which cell; nothing is written."""
    known, school = _LISTS[listed], editable_school(school_code)
    try:
        draft = _draft(known, school)
    except Refused as refusal:
        return _page(known, school, None, refusal), refusal.status
    return _page(known, school, draft), 422 if draft.faults else 200


@teaching.post(f"{_ADDRESS}/dong-y")
def agree_to_list(listed: str, school_code: str) -> ResponseReturnValue:
    """Change exactly what was shown."""
    known, school, year = _LISTS[listed], editable_school(school_code), wanted_year()
    return answered(
        lambda: known.carry_out(session(), page_authority(), school.id, _agreed(known, school)),
        lambda refusal: _page(known, school, None, refusal),
        url_for(known.back, school_code=school_code, nam=in_address(year)),
        known.done,
    )


@teaching.get(f"{_ADDRESS}/mau.xlsx")
def blank_list(listed: str, school_code: str) -> Response:
    """Give an empty list to fill in."""
    known = _LISTS[listed]
    response = Response(known.blank(editable_school(school_code), wanted_year()), mimetype=MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{known.file_name}"'
    return response


def _draft(known: _List, school: School) -> ClassDraft | DutyDraft:
    file, size = _sent()
    first = in_year(wanted_year(), fields.day(request.form, "first"))
    draft: ClassDraft | DutyDraft = known.draft(
        session(), school, wanted_year(), known.read(context().sandbox, file, size), first
    )
    return draft


def _sent() -> tuple[BinaryIO, int]:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidRequest(fields=gettext("tệp danh sách"))
    spool = sent.stream
    return spool.file, spool.size  # type: ignore[attr-defined]  # our request spools its files


def _agreed(known: _List, school: School) -> ClassPlan | Plan:
    secret = context().settings.secret_key
    values = opened(secret, page_authority(), school.id, fields.text(request.form, "draft", SEALED))
    plan: ClassPlan | Plan = known.plan_from(*values)
    return plan


def _page(
    known: _List, school: School, draft: ClassDraft | DutyDraft | None = None, refusal: Refused | None = None
) -> str:
    error, hint = sentences(refusal) if refusal else ("", "")
    secret, year = context().settings.secret_key, wanted_year()
    plan = known.plan(session(), school, year, draft) if draft and draft.ready else None
    return render_template(
        known.template,
        school=school,
        year=year,
        nam=in_address(year),
        draft=draft,
        sealed=sealed(secret, page_authority(), school.id, astuple(plan)) if plan else "",
        day=draft.first if draft else usual_day(year),
        most=known.most,
        error=error,
        hint=hint,
    )
