"""The page on which a person chooses a password."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.errors import TooManyAttempts
from app.page import context, session
from app.people import passwords
from app.people.blueprint import people
from app.people.current import page_authority
from app.people.forms import PasswordForm
from app.people.known_browsers import attempt_here
from app.people.passwords import PasswordReused, WeakPassword
from app.people.sign_in import BadCredentials, TemporaryPasswordOver
from app.people.sign_in_pages import begin_browser_session, refused_in


@people.route("/mat-khau", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    """Show the form, or change one's own password, which ends one's other sessions."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("people/password.html", form=form, error="", hint="")
    attempt = attempt_here(page_authority().email, form.current.data or "")
    life = context().settings.temporary_password_life
    try:
        user = passwords.change_password(session(), attempt, form.new.data or "", life)
    except (BadCredentials, TooManyAttempts, TemporaryPasswordOver, WeakPassword, PasswordReused) as refusal:
        session().commit()
        return refused_in("people/password.html", form, refusal)
    begin_browser_session(user)
    session().commit()
    flash(gettext("Đã đổi mật khẩu. Các phiên đăng nhập khác của bạn đã kết thúc."), "success")
    return redirect("/")
