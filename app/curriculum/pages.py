"""Pages of curriculum plans: the list by grade and subject, and one plan by weeks."""

from itertools import groupby

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from app.catalogue.choosing import lead_to_school
from app.catalogue.periods import present_year, year_after, year_in
from app.catalogue.rights import school_known_to
from app.curriculum.blueprint import curriculum
from app.curriculum.importing import copy_forward
from app.curriculum.queries import PlanView, lessons_in, plan_of, plans_of, versions_of
from app.curriculum.rights import may_plan
from app.curriculum.workbooks import plan_workbook
from app.errors import NotAllowed, Refused
from app.page import sentences, session
from app.people.current import page_authority
from app.schools.models import School
from app.sheets.writing import MIMETYPE

PLAN = "/<school_code>/<int(max=2147483647):plan_id>"


@curriculum.get("")
@login_required  # type: ignore[untyped-decorator]
def home() -> ResponseReturnValue:
    """Lead to the plans of the one school the person knows of, or let him look for a school."""
    return lead_to_school("curriculum.plans_page", "curriculum/schools.html")


@curriculum.get("/<school_code>")
@login_required  # type: ignore[untyped-decorator]
def plans_page(school_code: str) -> ResponseReturnValue:
    """List a school's plans of a school year by grade."""
    school, year = known_school(school_code), wanted_year()
    views = plans_of(session(), school.id, year)
    present = present_year()
    return render_template(
        "curriculum/plans.html",
        school=school,
        year=year,
        nam=in_address(year),
        years=sorted({year_after(present, -1), present, year_after(present), year}),
        this_year=present,
        grades=[(grade, list(group)) for grade, group in groupby(views, lambda view: view.plan.grade)],
        may_plan=may_plan(page_authority(), school.id),
    )


@curriculum.get(PLAN)
@login_required  # type: ignore[untyped-decorator]
def plan_page(school_code: str, plan_id: int) -> ResponseReturnValue:
    """Show a plan by weeks."""
    school = known_school(school_code)
    return _plan_page(school, plan_of(session(), school.id, plan_id))


@curriculum.get(f"{PLAN}.xlsx")
@login_required  # type: ignore[untyped-decorator]
def plan_file(school_code: str, plan_id: int) -> Response:
    """Give a plan as a workbook."""
    school = known_school(school_code)
    view = plan_of(session(), school.id, plan_id)
    title = f"{view.subject} {view.plan.grade}"
    content = plan_workbook(title, lessons_in(session(), plan_id))
    return download(content, f"ppct-khoi-{view.plan.grade}-{plan_id}.xlsx")


@curriculum.post(f"{PLAN}/chep")
@login_required  # type: ignore[untyped-decorator]
def copy_plan(school_code: str, plan_id: int) -> ResponseReturnValue:
    """Carry a plan over to the next school year."""
    school = planning_school(school_code)
    view = plan_of(session(), school.id, plan_id)
    try:
        copy = copy_forward(session(), page_authority(), school.id, plan_id)
    except Refused as refusal:
        session().rollback()
        return _plan_page(school, view, refusal), refusal.status
    session().commit()
    flash(gettext("Đã chép sang năm học %(year)s.", year=copy.year), "success")
    return redirect(url_for("curriculum.plan_page", school_code=school_code, plan_id=copy.id))


def known_school(code: str) -> School:
    """Return the school of an address; raises `NotFound` also for one the person may not know of."""
    return school_known_to(session(), page_authority(), code)


def planning_school(code: str) -> School:
    """Return the school of an address for whoever may change its plans; raises `NotFound` or `NotAllowed`."""
    school = known_school(code)
    if not may_plan(page_authority(), school.id):
        raise NotAllowed
    return school


def wanted_year() -> str:
    """Return the school year that the address asks for, else the present one."""
    return year_in(request.args.get("nam", ""))


def in_address(year: str) -> str | None:
    """Return how an address names a school year: the present one needs no name."""
    return None if year == present_year() else year


def download(content: bytes, name: str) -> Response:
    """Answer with a workbook to keep."""
    response = Response(content, mimetype=MIMETYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _plan_page(school: School, view: PlanView, refusal: Refused | None = None) -> str:
    lessons = lessons_in(session(), view.plan.id)
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "curriculum/plan.html",
        school=school,
        view=view,
        plan=view.plan,
        nam=in_address(view.plan.year),
        weeks=[(week, list(group)) for week, group in groupby(lessons, lambda each: each.week)],
        versions=versions_of(session(), view.plan),
        next_year=year_after(view.plan.year),
        may_plan=may_plan(page_authority(), school.id),
        error=error,
        hint=hint,
    )
