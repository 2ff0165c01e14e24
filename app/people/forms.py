"""Forms of the room of people."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired, Length

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
