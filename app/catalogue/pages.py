"""The page of a school's catalogue, and how officers find the one of a school."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalogue.blueprint import catalogue
from app.catalogue.choosing import known_school, lead_to_school, year_asked, years_around
from app.catalogue.presentation import charters_named, groups_of, lines_of
from app.catalogue.queries import catalogue_of, ended_types
from app.catalogue.retention import LONGEST_BASIS, LONGEST_RETENTION
from app.catalogue.switching import changeable_years
from app.catalogue.words import LEVELS, OWNERS, PERIOD_KINDS, TIER_NOTES, TIERS, WAYS
from app.errors import Refused
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.people.permissions import Permission, may
from app.schools.models import School
from app.text import N_

SAVED = N_("Đã lưu thay đổi của danh mục.")
_WORDS = {
    "levels": LEVELS,
    "owners": OWNERS,
    "period_kinds": PERIOD_KINDS,
    "tiers": TIERS,
    "tier_notes": TIER_NOTES,
    "ways": WAYS,
}


@catalogue.get("")
def home() -> ResponseReturnValue:
    """Lead to the catalogue of the one school the person knows of, or let him look for a school."""
    return lead_to_school("catalogue.school_page", "catalogue/schools.html")


@catalogue.get("/<school_code>")
def school_page(school_code: str) -> ResponseReturnValue:
    """Show what a school keeps in a school year, on what it rests, and what may be changed."""
    return show_catalogue(known_school(school_code), year_asked(request.args, "nam"))


def show_catalogue(school: School, year: str, refusal: Refused | None = None) -> str:
    """Show the catalogue, with what was refused of a change."""
    authority, entries = page_authority(), catalogue_of(session(), school.id, year)
    groups = groups_of((entry for entry in entries if entry.on), school.levels)
    changing = may(authority, Permission.CHANGE_CATALOGUE, school.id)
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "catalogue/catalogue.html",
        school=school,
        year=year,
        years=years_around(year),
        groups=groups,
        off=lines_of((entry for entry in entries if not entry.on), school.levels),
        ended=ended_types(session(), school.id, year),
        charters=charters_named(groups),
        unconfirmed=sum(entry.on and entry.confirmed is None for entry in entries),
        may_change=changing,
        may_switch=changing and year in changeable_years(),
        may_confirm=may(authority, Permission.CONFIRM_RETENTION, school.id),
        longest={"years": LONGEST_RETENTION, "basis": LONGEST_BASIS},
        words=_WORDS,
        error=error,
        hint=hint,
    )


def changed(school: School, year: str, change: Callable[[], object]) -> ResponseReturnValue:
    """Make a change and show the catalogue of the school year, saying what was refused of it."""
    return answered(
        change,
        lambda refusal: show_catalogue(school, year, refusal),
        url_for("catalogue.school_page", school_code=school.code, nam=year),
        SAVED,
    )
