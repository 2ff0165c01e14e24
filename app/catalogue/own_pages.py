"""Pages on which a school's own record types are added, changed, ended and taken up again."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalogue import own_types
from app.catalogue.blueprint import catalogue
from app.catalogue.choosing import known_school, year_asked
from app.catalogue.forms import OwnTypeForm, as_typed
from app.catalogue.models import RecordType
from app.catalogue.pages import SAVED, changed
from app.catalogue.periods import present_year
from app.catalogue.switching import Choice
from app.errors import Refused
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.people.permissions import Permission, require
from app.schools.models import School


@catalogue.route("/<school_code>/them", methods=["GET", "POST"])
def add_type(school_code: str) -> ResponseReturnValue:
    """Show the form for a record type of the school's own, or add it."""
    school, form = _school_to_change(school_code), OwnTypeForm().offer()
    if not form.validate_on_submit():
        return _form_page(school, form)
    draft, warned = form.draft(form.code.data or ""), form.warned.data
    return answered(
        lambda: own_types.add_own_type(session(), page_authority(), school.id, draft, warned=warned),
        lambda refusal: _form_page(school, form, refusal=refusal),
        url_for("catalogue.school_page", school_code=school.code),
        SAVED,
    )


@catalogue.route("/<school_code>/rieng/<own_code>", methods=["GET", "POST"])
def edit_type(school_code: str, own_code: str) -> ResponseReturnValue:
    """Show an own record type to be changed, or change it."""
    school = _school_to_change(school_code)
    kept = own_types.own_type(session(), school.id, own_code)
    form = OwnTypeForm(obj=kept, data=as_typed(kept)).offer()
    if not form.validate_on_submit():
        return _form_page(school, form, kept)
    return answered(
        lambda: own_types.edit_own_type(session(), page_authority(), school.id, form.draft(own_code)),
        lambda refusal: _form_page(school, form, kept, refusal),
        url_for("catalogue.school_page", school_code=school.code),
        SAVED,
    )


@catalogue.post("/<school_code>/rieng/<own_code>/ngung")
def retire_type(school_code: str, own_code: str) -> ResponseReturnValue:
    """End an own record type from the school year that was shown."""
    school, authority = _school_to_change(school_code), page_authority()
    year = year_asked(request.form, "year")
    choice = Choice(school.id, own_code, year)
    return changed(school, year, lambda: own_types.retire_own_type(session(), authority, choice))


@catalogue.post("/<school_code>/rieng/<own_code>/dung-lai")
def restore_type(school_code: str, own_code: str) -> ResponseReturnValue:
    """Take an own record type up again that had been ended."""
    school, authority = _school_to_change(school_code), page_authority()
    return changed(
        school,
        present_year(),
        lambda: own_types.restore_own_type(session(), authority, school.id, own_code),
    )


def _school_to_change(code: str) -> School:
    school = known_school(code)
    require(page_authority(), Permission.CHANGE_CATALOGUE, school.id)
    return school


def _form_page(
    school: School, form: OwnTypeForm, kept: RecordType | None = None, refusal: Refused | None = None
) -> str:
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "catalogue/own_type.html", school=school, form=form, kept=kept, error=error, hint=hint
    )
