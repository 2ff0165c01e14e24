"""Forms of the room of people."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

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
