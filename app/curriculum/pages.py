"""Pages of curriculum plans: the list by grade and subject, and one plan by weeks."""

from itertools import groupby

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.calendar.choosing import in_address, wanted_year
from app.catalogue.choosing import known_school, lead_to_school, years_around
from app.catalogue.periods import present_year, year_after
from app.curriculum.blueprint import curriculum
from app.curriculum.importing import copy_forward
from app.curriculum.queries import PlanView, lessons_in, plan_of, plans_of, versions_of
from app.curriculum.workbooks import plan_workbook
from app.errors import Refused
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.people.permissions import Permission, may, require
from app.schools.models import School
from app.sheets.writing import MIMETYPE
from app.text import N_

PLAN = "/<school_code>/<int(max=2147483647):plan_id>"


@curriculum.get("")
def home() -> ResponseReturnValue:
    """Lead to the plans of the one school the person knows of, or let him look for a school."""
    return lead_to_school("curriculum.plans_page", "curriculum/schools.html")


@curriculum.get("/<school_code>")
def plans_page(school_code: str) -> ResponseReturnValue:
    """List a school's plans of a school year by grade."""
    school, year = known_school(school_code), wanted_year()
    views = plans_of(session(), school.id, year)
    return render_template(
        "curriculum/plans.html",
        school=school,
        year=year,
        nam=in_address(year),
        years=years_around(year),
        this_year=present_year(),
        grades=[(grade, list(group)) for grade, group in groupby(views, lambda view: view.plan.grade)],
        may_plan=may(page_authority(), Permission.PLAN_LESSONS, school.id),
    )


@curriculum.get(PLAN)
def plan_page(school_code: str, plan_id: int) -> ResponseReturnValue:
    """Show a plan by weeks."""
    school = known_school(school_code)
    return _plan_page(school, plan_of(session(), school.id, plan_id))


@curriculum.get(f"{PLAN}.xlsx")
def plan_file(school_code: str, plan_id: int) -> Response:
    """Give a plan as a workbook."""
    school = known_school(school_code)
    view = plan_of(session(), school.id, plan_id)
    title = f"{view.subject} {view.plan.grade}"
    content = plan_workbook(title, lessons_in(session(), plan_id))
    return download(content, f"ppct-khoi-{view.plan.grade}-{plan_id}.xlsx")


@curriculum.post(f"{PLAN}/chep")
def copy_plan(school_code: str, plan_id: int) -> ResponseReturnValue:
    """Carry a plan over to the next school year."""
    school = planning_school(school_code)
    view = plan_of(session(), school.id, plan_id)
    return answered(
        lambda: copy_forward(session(), page_authority(), school.id, plan_id),
        lambda refusal: _plan_page(school, view, refusal),
        lambda copy: url_for("curriculum.plan_page", school_code=school_code, plan_id=copy.id),
        N_("Đã chép sang năm học %(year)s."),
        year=year_after(view.plan.year),
    )


def planning_school(code: str) -> School:
    """Return the school of an address for whoever may change its plans; raises `NotFound` or `NotAllowed`."""
    school = known_school(code)
    require(page_authority(), Permission.PLAN_LESSONS, school.id)
    return school


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
        may_plan=may(page_authority(), Permission.PLAN_LESSONS, school.id),
        error=error,
        hint=hint,
    )
