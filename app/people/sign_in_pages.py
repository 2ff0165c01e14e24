"""Pages for coming and going: sign in, sign out, and the language one reads in."""

from urllib.parse import urlsplit

from flask import redirect, render_template, request
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, login_user, logout_user

from app.errors import InvalidRequest, TooManyAttempts
from app.page import sentences, session
from app.people.authority import authority_of
from app.people.blueprint import people
from app.people.current import page_authority, signed_in
from app.people.forms import SignInForm
from app.people.models import User
from app.people.sign_in import Attempt, BadCredentials, record_sign_out, sign_in

LANGUAGES = frozenset({"vi", "en"})


@people.route("/dang-nhap", methods=["GET", "POST"])
def sign_in_page() -> ResponseReturnValue:
    """Show the sign-in form, or sign a person in and go where he was heading."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("people/sign_in.html", form=form, error="", hint="")
    attempt = Attempt(form.email.data or "", form.password.data or "", request.remote_addr or "")
    try:
        user = sign_in(session(), attempt)
    except (BadCredentials, TooManyAttempts) as refusal:
        session().commit()
        error, hint = sentences(refusal)
        return render_template("people/sign_in.html", form=form, error=error, hint=hint), refusal.status
    begin_browser_session(user)
    session().commit()
    return redirect(own_path(request.args.get("next")))


@people.post("/dang-xuat")
@login_required  # type: ignore[untyped-decorator]
def sign_out() -> ResponseReturnValue:
    """End this browser session."""
    record_sign_out(session(), page_authority().user_id)
    session().commit()
    logout_user()
    browser.clear()
    return redirect("/")


@people.post("/ngon-ngu")
def choose_language() -> ResponseReturnValue:
    """Keep the reader's language, for this browser and, when signed in, for the account."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        raise InvalidRequest(fields="language")
    browser["language"] = language
    if current_user.is_authenticated:
        session().get_one(User, page_authority().user_id).language = language
        session().commit()
    return redirect(own_path(request.form.get("next")))


def begin_browser_session(user: User) -> None:
    """Start a fresh browser session for a user; nothing of an earlier one is carried over."""
    authority = authority_of(session(), user.id)
    if authority is None:
        raise BadCredentials
    language = browser.get("language", user.language)
    browser.clear()
    browser.permanent = True
    browser["language"] = language
    login_user(signed_in(authority, user))


def own_path(target: str | None) -> str:
    """Return `target` if it is a path of this site, else the start page."""
    parts = urlsplit((target or "").replace("\\", "/"))
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
