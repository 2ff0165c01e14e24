"""The board of an office: its schools side by side, and each one step away."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import fields
from app.catalogue.periods import present_year
from app.errors import NotAllowed
from app.obligations.board import total
from app.oversight.blueprint import oversight
from app.oversight.standings import SchoolStanding, schools_standing
from app.page import session
from app.people.current import page_authority
from app.words import folded

PER_PAGE = 100


@oversight.get("/theo-doi/cac-truong")
def schools_page() -> ResponseReturnValue:
    """Show how every school overseen stands, those with most late records first."""
    offices = page_authority().office_ids()
    if not offices:
        raise NotAllowed
    every = schools_standing(session(), offices, present_year())
    found = [each for each in every if _is_asked_for(each)]
    start = fields.number_or_none(request.args, "from") or 0
    return render_template(
        "oversight/schools.html",
        schools=found[start : start + PER_PAGE],
        count=len(found),
        total=total(each.tally for each in found),
        offices=_offices(every),
        year=present_year(),
        previous=max(start - PER_PAGE, 0) if start > 0 else None,
        following=start + PER_PAGE if start + PER_PAGE < len(found) else None,
    )


def _is_asked_for(school: SchoolStanding) -> bool:
    office, words = fields.number_or_none(request.args, "office"), folded(fields.line(request.args, "q"))
    return office in {None, school.office_id} and words in folded(f"{school.name} {school.code}")


def _offices(schools: list[SchoolStanding]) -> dict[int, str]:
    """Return the offices that the schools are under, by id, in the order of their names."""
    return dict(
        sorted({each.office_id: each.office_name for each in schools}.items(), key=lambda pair: pair[1])
    )
