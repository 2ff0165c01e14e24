"""The way to a page about one school and one of its years, or over a search for those who know of several."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import fields
from app.catalogue.periods import is_year, present_year, year_after
from app.catalogue.rights import MOST_SCHOOLS, school_known_to, schools_known_to
from app.errors import InvalidRequest
from app.page import session
from app.people.current import page_authority
from app.schools.models import School


def lead_to_school(endpoint: str, template: str) -> ResponseReturnValue:
    """Lead to `endpoint` for the one school the person knows of, or let him look for a school."""
    q = fields.line(request.args, "q")
    schools = schools_known_to(session(), page_authority(), q)
    if len(schools) == 1 and not q:
        return redirect(url_for(endpoint, school_code=schools[0].code))
    return render_template(template, schools=schools, q=q, most=MOST_SCHOOLS)


def known_school(code: str) -> School:
    """Return the school of an address; raises `NotFound` also for one the person may not know of."""
    return school_known_to(session(), page_authority(), code)


def year_asked(sent: fields.Sent, name: str) -> str:
    """Return the school year that a field names, else the present one; raises `InvalidRequest`."""
    written = fields.line(sent, name)
    if written and not is_year(written):
        raise InvalidRequest(fields=name)
    return written or present_year()


def years_around(year: str) -> list[str]:
    """List the years a page leads to: the present one, those beside it, and the one shown."""
    present = present_year()
    return sorted({year_after(present, -1), present, year_after(present), year})
