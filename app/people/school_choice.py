"""The school that a page is about: asked for in the address or the form as `school`, and kept by its links.

Where a person may open a page for several schools, it names the one it is about and leads to the others
(`templates/base.html`); what is sent from it names that school too.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, g, request

from app import fields
from app.errors import NotAllowed
from app.page import session
from app.people.which_school import schools_among, the_one
from app.schools.models import School

FIELD = "school"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class SchoolChoice:
    """The school that a page is about, among those that it could be about."""

    school: School
    schools: Sequence[School]


def school_shown(school_ids: Collection[int], rather: Collection[int] = ()) -> School:
    """Return the school that a page shows: the one asked for, else the first, `rather` one of some.

    Raises `NotAllowed` where it is none of these schools, or there are none.
    """
    schools = schools_among(session(), school_ids)
    named = [school for school in schools if code_asked() in ("", school.code)]
    if not named:
        raise NotAllowed
    return _kept(min(named, key=lambda school: school.id not in rather), schools)


def school_meant(school_ids: Collection[int]) -> School:
    """Return the school in which something is done, or of which a paper is made; raises as `the_school`."""
    schools = schools_among(session(), school_ids)
    return _kept(the_one(schools, code_asked()), schools)


def code_asked() -> str:
    """Return the code of the school that the request names, or nothing."""
    return fields.line(request.values, FIELD)


def in_one_school(view: View) -> View:
    """Mark a page that is about one school, so that links to it stay within the school that is shown."""
    view.in_one_school = True  # type: ignore[attr-defined]
    return view


def school_choice() -> SchoolChoice | None:
    """Return which school the page is about, where it could be about several."""
    found: SchoolChoice | None = g.get("school_choice")
    return found


def stay_within_the_school(endpoint: str, values: dict[str, Any]) -> None:
    """Let an address of a page about one school name the one that is shown, unless asked for without."""
    choice = school_choice()
    if choice is not None and hasattr(current_app.view_functions.get(endpoint), in_one_school.__name__):
        values.setdefault(FIELD, choice.school.code)


def _kept(school: School, schools: Sequence[School]) -> School:
    if len(schools) > 1:
        g.school_choice = SchoolChoice(school, schools)
    return school
