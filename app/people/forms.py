"""Forms of the room of people."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from app.fields import as_number, identity_of, number_of
from app.people.account_queries import Place
from app.people.accounts import BadPlaces
from app.people.capacities import CAPACITIES
from app.people.delegation_queries import Candidate
from app.people.delegations import Mandate, Term
from app.people.models import Role
from app.people.persons import LONGEST_EMAIL, LONGEST_NAME, Person

LONGEST_PASSWORD = 200
"""More than anyone types, and little enough to hash."""


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_("Dài quá %(max)d ký tự."))


class Form(FlaskForm):  # type: ignore[misc]
    """A form with the token that binds it to the browser session."""


class SignInForm(Form):
    """An address and its password."""

    email = EmailField(
        _("Địa chỉ thư"),
        validators=[DataRequired(_("Nhập địa chỉ thư.")), _at_most(254)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        _("Mật khẩu"),
        validators=[DataRequired(_("Nhập mật khẩu.")), _at_most(LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    """The present password and, twice, the one to come."""

    current = PasswordField(
        _("Mật khẩu hiện tại"),
        validators=[DataRequired(_("Nhập mật khẩu hiện tại.")), _at_most(LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _("Mật khẩu mới"),
        validators=[DataRequired(_("Nhập mật khẩu mới.")), _at_most(LONGEST_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("Nhập lại mật khẩu mới"),
        validators=[EqualTo("new", _("Hai lần nhập mật khẩu mới không giống nhau."))],
        render_kw={"autocomplete": "new-password"},
    )


class DelegationForm(Form):
    """Who stands in for whom, in which capacity, and on which days."""

    who = SelectField(_("Người nhận ủy quyền"))
    capacity = SelectField(
        _("Ký với tư cách"),
        default="",
        choices=lambda: {
            "": gettext("Theo chức vụ của người nhận"),
            **{sign: f"{sign} ({gettext(capacity.words)})" for sign, capacity in CAPACITIES.items()},
        },
    )
    first = DateField(_("Từ ngày"), validators=[DataRequired(_("Chọn ngày bắt đầu."))])
    last = DateField(_("Đến hết ngày"), validators=[DataRequired(_("Chọn ngày kết thúc."))])
    reason = StringField(_("Căn cứ, lý do"), validators=[_at_most(500)])

    def offer(self, candidates: Sequence[Candidate]) -> "DelegationForm":
        """Let the form choose among these people; each stands for one unit whose authority is lent.

        Each is named with the capacity in which he would sign, and carries all that fit him for the page.
        """
        self.who.choices = [
            (
                _key(each),
                f"{each.name} – {each.unit} ({each.capacities[0]})",
                {"data-capacities": " ".join(each.capacities)},
            )
            for each in candidates
        ]
        return self

    def mandate(self) -> Mandate:
        """Return what the valid form says."""
        school_id, department_id, user_id = self.who.data.split(":")
        return Mandate(
            to_user_id=identity_of(user_id, "who"),
            capacity=self.capacity.data,
            term=Term(cast("date", self.first.data), cast("date", self.last.data)),
            reason=self.reason.data or "",
            department_id=number_of(department_id, "who") if department_id else None,
            school_id=number_of(school_id, "who"),
        )


def _key(candidate: Candidate) -> str:
    return f"{candidate.post.school_id}:{candidate.post.department_id or ''}:{candidate.user_id}"


class PersonForm(Form):
    """Name, address and staff code of a person."""

    name = StringField(
        _("Họ và tên"),
        validators=[DataRequired(_("Nhập họ và tên.")), _at_most(LONGEST_NAME)],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        _("Địa chỉ thư"),
        validators=[DataRequired(_("Nhập địa chỉ thư.")), _at_most(LONGEST_EMAIL)],
        render_kw={"autocomplete": "off"},
    )
    staff_code = StringField(_("Mã định danh"), validators=[_at_most(LONGEST_NAME)])

    def person(self) -> Person:
        """Return what the valid form says."""
        return Person(self.name.data or "", self.email.data or "", self.staff_code.data or "")


def places_in(keys: Sequence[str]) -> frozenset[Place]:
    """Read places as the boxes of a form name them, like `head:5`; raises `BadPlaces`."""
    return frozenset(_place(key) for key in keys)


def _place(key: str) -> Place:
    role, _, department_id = key.partition(":")
    unit = as_number(department_id)
    if role not in set(Role) or (department_id and unit is None):
        raise BadPlaces
    return Place(Role(role), unit)
