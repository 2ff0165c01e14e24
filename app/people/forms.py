"""Forms of the room of people."""

import re
import uuid
from collections.abc import Sequence
from datetime import date
from typing import cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from app.people.account_queries import Place
from app.people.accounts import BadPlaces
from app.people.delegation_queries import Candidate
from app.people.delegations import Mandate, Term
from app.people.models import Role
from app.people.persons import LONGEST_EMAIL, LONGEST_NAME, Person

_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)
LONGEST_PASSWORD = 200
"""More than anyone types, and little enough to hash."""


class Form(FlaskForm):  # type: ignore[misc]
    """A form with the token that binds it to the browser session."""


class SignInForm(Form):
    """An address and its password."""

    email = EmailField(
        _l("Địa chỉ thư"),
        validators=[DataRequired(_l("Nhập địa chỉ thư.")), Length(max=254)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        _l("Mật khẩu"),
        validators=[DataRequired(_l("Nhập mật khẩu.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(Form):
    """The present password and, twice, the one to come."""

    current = PasswordField(
        _l("Mật khẩu hiện tại"),
        validators=[DataRequired(_l("Nhập mật khẩu hiện tại.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("Mật khẩu mới"),
        validators=[DataRequired(_l("Nhập mật khẩu mới.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        validators=[EqualTo("new", _l("Hai lần nhập mật khẩu mới không giống nhau."))],
        render_kw={"autocomplete": "new-password"},
    )


class DelegationForm(Form):
    """Who stands in for whom, in which capacity, and on which days."""

    who = SelectField(_l("Người nhận ủy quyền"))
    capacity = SelectField(
        _l("Ký với tư cách"),
        choices=lambda: {"KT.": gettext("KT. (ký thay)"), "TUQ.": gettext("TUQ. (thừa ủy quyền)")},
    )
    first = DateField(_l("Từ ngày"), validators=[DataRequired(_l("Chọn ngày bắt đầu."))])
    last = DateField(_l("Đến hết ngày"), validators=[DataRequired(_l("Chọn ngày kết thúc."))])
    reason = StringField(_l("Căn cứ, lý do"), validators=[Length(max=500)])

    def offer(self, candidates: Sequence[Candidate]) -> "DelegationForm":
        """Let the form choose among these people; each stands for one unit whose authority is lent."""
        self.who.choices = {_key(each): f"{each.name} – {each.unit}" for each in candidates}
        return self

    def mandate(self) -> Mandate:
        """Return what the valid form says."""
        department_id, _, user_id = self.who.data.partition(":")
        return Mandate(
            to_user_id=uuid.UUID(user_id),
            capacity=self.capacity.data,
            term=Term(cast("date", self.first.data), cast("date", self.last.data)),
            reason=self.reason.data or "",
            department_id=int(department_id) if department_id else None,
        )


def _key(candidate: Candidate) -> str:
    return f"{candidate.post.department_id or ''}:{candidate.user_id}"


class PersonForm(Form):
    """Name, address and staff code of a person."""

    name = StringField(
        _l("Họ và tên"),
        validators=[DataRequired(_l("Nhập họ và tên.")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        _l("Địa chỉ thư"),
        validators=[DataRequired(_l("Nhập địa chỉ thư.")), Length(max=LONGEST_EMAIL)],
        render_kw={"autocomplete": "off"},
    )
    staff_code = StringField(_l("Mã định danh"), validators=[Length(max=LONGEST_NAME)])

    def person(self) -> Person:
        """Return what the valid form says."""
        return Person(self.name.data or "", self.email.data or "", self.staff_code.data or "")


def places_in(keys: Sequence[str]) -> frozenset[Place]:
    """Read places as the boxes of a form name them, like `head:5`; raises `BadPlaces`."""
    return frozenset(_place(key) for key in keys)


def _place(key: str) -> Place:
    role, _, department_id = key.partition(":")
    if role not in set(Role) or not (department_id == "" or _NUMBER.fullmatch(department_id)):
        raise BadPlaces
    return Place(Role(role), int(department_id) if department_id else None)
