"""Pages for coming and going: sign in, sign out, and the language one reads in."""

from flask import redirect, render_template, request
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from app import fields
from app.errors import Refused, TooManyAttempts
from app.page import context, sentences, session
from app.people.blueprint import people
from app.people.browser_names import address_family, browser_name
from app.people.current import load_signed_in, page_authority
from app.people.forms import Form, SignInForm
from app.people.known_browsers import attempt_here, remember_browser
from app.people.models import User
from app.people.own_paths import own_path
from app.people.sessions import begin_session, end_session_with
from app.people.sign_in import BadCredentials, TemporaryPasswordOver, record_sign_out, sign_in

LANGUAGES = frozenset({"vi", "en"})


@people.route("/dang-nhap", methods=["GET", "POST"])
def sign_in_page() -> ResponseReturnValue:
    """Show the sign-in form, or sign a person in and go where he was heading."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("people/sign_in.html", form=form, error="", hint="")
    attempt = attempt_here(form.email.data or "", form.password.data or "")
    try:
        user = sign_in(session(), attempt, context().settings.temporary_password_life)
    except (BadCredentials, TooManyAttempts, TemporaryPasswordOver) as refusal:
        session().commit()
        return refused_in("people/sign_in.html", form, refusal)
    begin_browser_session(user)
    session().commit()
    response = redirect(own_path(fields.text(request.args, "next")))
    remember_browser(response, user.email)
    return response


@people.post("/dang-xuat")
def sign_out() -> ResponseReturnValue:
    """End this browser session."""
    end_session_with(session(), current_user.get_id())
    record_sign_out(session(), page_authority().user_id)
    session().commit()
    forget_browser_session()
    response = redirect("/")
    # Pages of records that this browser keeps are nobody's any more.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@people.post("/ngon-ngu")
def choose_language() -> ResponseReturnValue:
    """Keep the reader's language, for this browser and, when signed in, for the account."""
    language = browser["language"] = fields.choice(request.form, "language", LANGUAGES)
    if current_user.is_authenticated:
        session().get_one(User, page_authority().user_id).language = language
        session().commit()
    return redirect(own_path(fields.text(request.form, "next")))


def begin_browser_session(user: User) -> None:
    """Start a fresh browser session for a user; one that this browser was in has ended."""
    if current_user.is_authenticated:
        end_session_with(session(), current_user.get_id())
    name = browser_name(request.user_agent.string)
    secret = begin_session(session(), user, name, address_family(request.remote_addr or ""))
    begun = load_signed_in(secret)
    if begun is None:
        raise BadCredentials
    language = browser.get("language", user.language)
    browser.clear()
    browser.permanent = True
    browser["language"] = language
    login_user(begun)


def forget_browser_session() -> None:
    """Let this browser forget the session that has ended at the server."""
    logout_user()
    browser.clear()


def refused_in(template: str, form: Form, refusal: Refused) -> ResponseReturnValue:
    """Show a form again with what was refused, and after how long it may be tried anew."""
    error, hint = sentences(refusal)
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    return render_template(template, form=form, error=error, hint=hint), refusal.status, headers
