"""Pages of a school's accounts: the list, a new one, and what may be done with one."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app import fields
from app.bodies import MOST_FIELDS
from app.errors import NotAllowed, NotFound, Refused
from app.page import context, sentences, session
from app.people import asking
from app.people.account_queries import (
    SCHOOL_ROLES,
    STATES,
    AccountFilters,
    account_of,
    list_accounts,
    works_elsewhere,
)
from app.people.accounts import Administrator, GivenPassword
from app.people.blueprint import people
from app.people.current import needs, page_authority
from app.people.forms import PersonForm, places_in
from app.people.models import AccountRequest
from app.people.permissions import Permission, may, schools_where
from app.people.request_queries import waiting_about
from app.people.school_choice import in_one_school, school_meant, school_shown
from app.people.staff_drafts import seal_passwords
from app.schools.models import School
from app.schools.queries import departments_of

PAGE = 100


@people.get("/tai-khoan")
@needs(Permission.READ_ACCOUNTS)
@in_one_school
def accounts() -> ResponseReturnValue:
    """List the school's accounts."""
    wanted = {
        "q": fields.line(request.args, "q"),
        "role": fields.choice_or_none(request.args, "role", SCHOOL_ROLES) or "",
        "state": fields.choice_or_none(request.args, "state", STATES) or "",
    }
    first, school_id = fields.number_or_none(request.args, "from") or 0, _school_read().id
    found = list_accounts(session(), school_id, AccountFilters(**wanted))
    following: dict[str, Any] = {**wanted, "from": first + PAGE}
    more = url_for("people.accounts", **following) if len(found) > first + PAGE else ""
    return render_template(
        "people/accounts.html",
        accounts=found[first : first + PAGE],
        total=len(found),
        wanted=wanted,
        more=more,
        roles=SCHOOL_ROLES,
        may_change=_may_change(school_id),
    )


@people.route("/tai-khoan/moi", methods=["GET", "POST"])
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def new_account() -> ResponseReturnValue:
    """Show the form for a new person, or add him and show his temporary password once."""
    form = PersonForm()
    if not form.validate_on_submit():
        return _new_page(form)
    try:
        given = asking.create_account(session(), administrator(), form.person(), places_in(_ticked()))
    except Refused as refusal:
        session().rollback()
        return _new_page(form, refusal), refusal.status
    session().commit()
    return show_passwords([given])


@people.get("/tai-khoan/<uuid:user_id>")
@needs(Permission.READ_ACCOUNTS)
@in_one_school
def account_page(user_id: uuid.UUID) -> ResponseReturnValue:
    """Show one account with its history and, to the administrator, what may be done with it."""
    return _account_page(user_id)


@people.post("/tai-khoan/<uuid:user_id>/thong-tin")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def edit_account(user_id: uuid.UUID) -> ResponseReturnValue:
    """Correct name, address and staff code."""
    form = PersonForm()
    if not form.validate():
        return _account_page(user_id), 422
    return _change(user_id, asking.edit_account, form.person())


@people.post("/tai-khoan/<uuid:user_id>/vai-tro")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def set_places(user_id: uuid.UUID) -> ResponseReturnValue:
    """Change what the person is in the school."""
    return _change(user_id, _set_ticked)


@people.post("/tai-khoan/<uuid:user_id>/khoa")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def disable_account(user_id: uuid.UUID) -> ResponseReturnValue:
    """Shut a person out."""
    return _change(user_id, asking.disable)


@people.post("/tai-khoan/<uuid:user_id>/mo-khoa")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def enable_account(user_id: uuid.UUID) -> ResponseReturnValue:
    """Let a person in again."""
    return _change(user_id, asking.enable)


@people.post("/tai-khoan/<uuid:user_id>/phien")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def end_account_sessions(user_id: uuid.UUID) -> ResponseReturnValue:
    """Sign a person out everywhere."""
    return _change(user_id, asking.sign_out_everywhere)


@people.post("/tai-khoan/<uuid:user_id>/mat-khau")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def reset_password(user_id: uuid.UUID) -> ResponseReturnValue:
    """Replace a forgotten password and show the temporary one once."""
    given = asking.reset_password(session(), administrator(), user_id)
    session().commit()
    return show_passwords([given]) if isinstance(given, GivenPassword) else _asked()


def administrator() -> Administrator:
    """Return the person signed in as administrator of the school asked for; raises as `school_meant`."""
    authority = page_authority()
    return Administrator(authority, school_meant(schools_where(authority, Permission.KEEP_ACCOUNTS)))


def show_passwords(given: Sequence[GivenPassword]) -> str:
    """Show temporary passwords, the only time that anybody sees them."""
    sealed = seal_passwords(context().settings.secret_key, administrator(), given)
    asked = asking.waiting_among(session(), [each.user.id for each in given])
    days = context().settings.temporary_password_days
    return render_template("people/passwords_given.html", given=given, sealed=sealed, asked=asked, days=days)


def _change(
    user_id: uuid.UUID, verb: Callable[..., AccountRequest | None], *values: object
) -> ResponseReturnValue:
    admin = administrator()
    try:
        asked = verb(session(), admin, user_id, *values)
    except (NotAllowed, NotFound):
        raise
    except Refused as refusal:
        session().rollback()
        return _account_page(user_id, refusal=refusal), refusal.status
    session().commit()
    if asked is not None:
        return _asked()
    flash(gettext("Đã lưu thay đổi."), "success")
    return redirect(url_for("people.account_page", user_id=user_id))


def _set_ticked(session: Session, admin: Administrator, user_id: uuid.UUID) -> AccountRequest | None:
    return asking.set_places(session, admin, user_id, places_in(_ticked()))


def _asked() -> ResponseReturnValue:
    """Lead to what now waits for a second person."""
    flash(gettext("Đã ghi đề nghị. Thay đổi này chỉ có hiệu lực khi một người khác xác nhận."), "success")
    return redirect(url_for("people.account_requests"))


def _ticked() -> Sequence[str]:
    """Return the keys of the places that were ticked."""
    return fields.several(request.form, "place", MOST_FIELDS)


def _new_page(form: PersonForm, refusal: Refused | None = None) -> str:
    error, hint = sentences(refusal) if refusal else ("", "")
    school = school_shown(schools_where(page_authority(), Permission.KEEP_ACCOUNTS))
    return render_template(
        "people/new_account.html",
        form=form,
        error=error,
        hint=hint,
        departments=departments_of(session(), school.id),
        held=set(_ticked()),
    )


def _school_read() -> School:
    return school_shown(schools_where(page_authority(), Permission.READ_ACCOUNTS))


def _may_change(school_id: int) -> bool:
    return may(page_authority(), Permission.KEEP_ACCOUNTS, school_id)


def _account_page(user_id: uuid.UUID, refusal: Refused | None = None) -> str:
    """Show an account; after a refused form with what was typed or ticked in it."""
    school_id = _school_read().id
    account = account_of(session(), school_id, user_id)
    is_typed = "email" in request.form
    form = PersonForm(formdata=request.form if is_typed else None, obj=account.user)
    if is_typed:
        form.validate()
    return render_template(
        "people/account.html",
        account=account,
        form=form,
        refused=sentences(refusal) if refusal else None,
        departments=departments_of(session(), school_id),
        held=set(_ticked()) or {each.place.key for each in account.living},
        may_change=_may_change(school_id),
        shared=works_elsewhere(session(), school_id, user_id),
        decides=asking.is_decider(session(), school_id, user_id),
        waiting=waiting_about(session(), school_id, user_id),
    )
