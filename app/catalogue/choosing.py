"""The way to a page about one school: straight there, or over a search for those who know of several."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalogue.rights import MOST_SCHOOLS, schools_known_to
from app.page import session
from app.people.current import page_authority


def lead_to_school(endpoint: str, template: str) -> ResponseReturnValue:
    """Lead to `endpoint` for the one school the person knows of, or let him look for a school."""
    q = request.args.get("q", "").strip()
    schools = schools_known_to(session(), page_authority(), q)
    if len(schools) == 1 and not q:
        return redirect(url_for(endpoint, school_code=schools[0].code))
    return render_template(template, schools=schools, q=q, most=MOST_SCHOOLS)
