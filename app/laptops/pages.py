"""The page of lesson plans on a computer: registering, deciding, and the list to print."""

from collections.abc import Callable
from io import BytesIO

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app import fields
from app.db import now
from app.errors import Refused
from app.laptops.paper import laptop_list
from app.laptops.queries import LaptopState, registrations_known_to, schools_to_decide
from app.laptops.registering import (
    LONGEST_REMARK,
    TEACHING,
    Registration,
    may_decide,
    permit,
    refuse,
    register,
    revoke,
    withdraw,
)
from app.page import answered, sentences, session
from app.papers.printing import as_pdf
from app.people.authority import SCHOOL_WIDE
from app.people.current import page_authority
from app.people.school_choice import in_one_school, school_meant, school_shown
from app.schools.years import present_year, year_after
from app.text import N_

laptops = Blueprint("laptops", __name__)

_DECIDING = {"cho-phep": permit, "tu-choi": refuse, "thu-hoi": revoke}
_LIVING = frozenset({LaptopState.REQUESTED, LaptopState.PERMITTED})


@laptops.get("/may-tinh")
@in_one_school
def laptop_page() -> ResponseReturnValue:
    """Show the registrations of a school year that the person may know of."""
    return _page()


@laptops.post("/may-tinh")
@in_one_school
def register_laptop() -> ResponseReturnValue:
    """Register for the school year shown."""
    form = request.form
    asked = Registration(
        _year(),
        brings_computer="brings_computer" in form,
        skilled="skilled" in form,
        voluntary="voluntary" in form,
        remark=fields.text(form, "remark"),
    )
    school_id = school_meant(page_authority().school_ids(TEACHING)).id
    return _done(
        lambda: register(session(), page_authority(), school_id, asked), N_("Đã gửi đăng ký đến hiệu trưởng.")
    )


@laptops.post("/may-tinh/<int(max=2147483647):permission_id>/rut")
@in_one_school
def withdraw_laptop(permission_id: int) -> ResponseReturnValue:
    """Take one's own registration back."""
    return _done(lambda: withdraw(session(), page_authority(), permission_id), N_("Đã rút đăng ký."))


@laptops.post(
    "/may-tinh/<int(max=2147483647):permission_id>/<any('cho-phep', 'tu-choi', 'thu-hoi'):decision>"
)
@in_one_school
def decide_laptop(permission_id: int, decision: str) -> ResponseReturnValue:
    """Permit, refuse or revoke."""
    decide, comment = _DECIDING[decision], fields.text(request.form, "comment")
    return _done(
        lambda: decide(session(), page_authority(), permission_id, comment), N_("Đã ghi quyết định.")
    )


@laptops.get("/may-tinh/danh-sach.pdf")
@in_one_school
def print_list() -> ResponseReturnValue:
    """Answer with the list of the school year, for whoever works in the school's leadership or office."""
    school_id = school_meant(page_authority().school_ids(SCHOOL_WIDE)).id
    paper = as_pdf(laptop_list(session(), school_id, _year(), now()))
    name = f"danh-sach-may-tinh-{_year()}.pdf"
    return send_file(BytesIO(paper), mimetype="application/pdf", download_name=name)


def _done(step: Callable[[], object], said: str) -> ResponseReturnValue:
    return answered(step, _page, url_for("laptops.laptop_page", nam=_year()), said)


def _page(refusal: Refused | None = None) -> str:
    authority = page_authority()
    schools = authority.own_schools()
    rather = schools_to_decide(session(), authority, _year())
    school_id = school_shown(schools, rather).id if schools else 0
    views = registrations_known_to(session(), authority, school_id, _year())
    own = [view for view in views if view.permission.user_id == authority.user_id]
    return render_template(
        "laptops/laptops.html",
        views=views,
        year=_year(),
        years=_years(),
        may_register=authority.holds(TEACHING, school_id)
        and not any(view.permission.state in _LIVING for view in own),
        may_print=authority.holds(SCHOOL_WIDE, school_id),
        may_decide=lambda asked: may_decide(authority, asked.school_id, asked.user_id),
        me=authority.user_id,
        longest=LONGEST_REMARK,
        sent=request.form,
        refused=sentences(refusal) if refusal else None,
    )


def _year() -> str:
    return fields.choice_or_none(request.values, "nam", _years()) or present_year()


def _years() -> list[str]:
    return [year_after(present_year(), count) for count in (-1, 0, 1)]
