"""The page on which a person chooses a password, and the rule that sends new people there first."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_required

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

_OPEN_WITH_TEMPORARY_PASSWORD = frozenset(
    {"people.change_password", "people.sign_out", "people.choose_language", "people.sign_in_page"}
)
_NOT_PAGES = frozenset({None, "api", "assets", "bootstrap", "health"})


@people.before_app_request
def ask_for_own_password() -> ResponseReturnValue | None:
    """Send whoever has a temporary password to choose his own first, whatever page was asked for."""
    if request.blueprint in _NOT_PAGES or request.endpoint in _OPEN_WITH_TEMPORARY_PASSWORD:
        return None
    if getattr(current_user, "must_change_password", False):
        return redirect(url_for("people.change_password"))
    return None


@people.route("/mat-khau", methods=["GET", "POST"])
@login_required  # type: ignore[untyped-decorator]
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
