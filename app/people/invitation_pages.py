"""Pages of invitations: a school's administrator asks, and whose address it is answers."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.bodies import MOST_FIELDS
from app.errors import Refused
from app.page import answered, sentences, session
from app.people.account_pages import administrator
from app.people.blueprint import people
from app.people.current import needs, page_authority
from app.people.forms import places_in
from app.people.invitation_queries import invitations_of, invitations_to
from app.people.invitations import accept, decline, invite, take_back
from app.people.permissions import Permission, schools_where
from app.people.persons import LONGEST_EMAIL
from app.people.school_choice import in_one_school, school_shown
from app.schools.queries import departments_of
from app.text import N_


@people.get("/tai-khoan/loi-moi")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def invitations() -> ResponseReturnValue:
    """Show the form for an invitation, and those that wait."""
    return _page()


@people.post("/tai-khoan/loi-moi")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def send_invitation() -> ResponseReturnValue:
    """Invite whoever has an address; the answer is the same whether anybody has it."""
    address = fields.line(request.form, "email", LONGEST_EMAIL)
    places = places_in(fields.several(request.form, "place", MOST_FIELDS))
    admin = administrator()
    return answered(
        lambda: invite(session(), admin, address, places),
        _page,
        url_for("people.invitations"),
        N_("Đã ghi lời mời. Người có địa chỉ này thấy lời mời khi đăng nhập."),
    )


@people.post("/tai-khoan/loi-moi/<int(max=2147483647):invitation_id>/rut")
@needs(Permission.KEEP_ACCOUNTS)
@in_one_school
def take_invitation_back(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    take_back(session(), administrator(), invitation_id)
    session().commit()
    flash(gettext("Đã rút lời mời."), "success")
    return redirect(url_for("people.invitations"))


@people.get("/loi-moi")
def own_invitations() -> ResponseReturnValue:
    """Show which schools invite the person."""
    return _own_page()


@people.post("/loi-moi/<int(max=2147483647):invitation_id>/nhan")
def accept_invitation(invitation_id: int) -> ResponseReturnValue:
    """Begin to work in a school that invites."""
    return answered(
        lambda: accept(session(), page_authority(), invitation_id),
        _own_page,
        url_for("people.own_invitations"),
        N_("Đã nhận lời. Vai trò duyệt, ký chờ người thứ hai xác nhận; các vai trò khác có hiệu lực ngay."),
    )


@people.post("/loi-moi/<int(max=2147483647):invitation_id>/tu-choi")
def decline_invitation(invitation_id: int) -> ResponseReturnValue:
    """Say no."""
    return answered(
        lambda: decline(session(), page_authority(), invitation_id),
        _own_page,
        url_for("people.own_invitations"),
        N_("Đã từ chối lời mời."),
    )


def _page(refusal: Refused | None = None) -> str:
    school = school_shown(schools_where(page_authority(), Permission.KEEP_ACCOUNTS))
    return render_template(
        "people/invitations.html",
        views=invitations_of(session(), school.id),
        departments=departments_of(session(), school.id),
        held=set(fields.several(request.form, "place", MOST_FIELDS)),
        email=fields.line(request.form, "email", LONGEST_EMAIL),
        longest=LONGEST_EMAIL,
        refused=sentences(refusal) if refusal else None,
    )


def _own_page(refusal: Refused | None = None) -> str:
    return render_template(
        "people/own_invitations.html",
        views=invitations_to(session(), page_authority()),
        refused=sentences(refusal) if refusal else None,
    )
