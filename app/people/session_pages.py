"""The page of one's own sign-ins: browsers and tokens, and ending each of them."""

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app.page import session
from app.people.blueprint import people
from app.people.current import page_authority, session_limits
from app.people.sessions import end_others, end_session, end_token, sessions_of, tokens_of
from app.people.sign_in_pages import forget_browser_session


@people.get("/phien-dang-nhap")
def sessions_page() -> ResponseReturnValue:
    """List where one is signed in, and the tokens given to one's programs."""
    user_id = page_authority().user_id
    return render_template(
        "people/sessions.html",
        sessions=sessions_of(session(), user_id, session_limits()),
        tokens=tokens_of(session(), user_id),
        here=current_user.session_id,
    )


@people.post("/phien-dang-nhap/<uuid:session_id>/ket-thuc")
def end_own_session(session_id: uuid.UUID) -> ResponseReturnValue:
    """End one of one's own browser sessions; to end the one at hand is to sign out."""
    end_session(session(), page_authority().user_id, session_id)
    session().commit()
    if session_id == current_user.session_id:
        forget_browser_session()
        return redirect("/")
    return _ended(gettext("Đã kết thúc phiên đăng nhập."))


@people.post("/phien-dang-nhap/khac/ket-thuc")
def end_other_sessions() -> ResponseReturnValue:
    """End everything but the session at hand."""
    end_others(session(), page_authority().user_id, current_user.session_id)
    session().commit()
    return _ended(gettext("Đã kết thúc mọi phiên đăng nhập khác và mọi mã truy cập."))


@people.post("/phien-dang-nhap/ma/<uuid:token_id>/ket-thuc")
def end_own_token(token_id: uuid.UUID) -> ResponseReturnValue:
    """End one of one's own tokens."""
    end_token(session(), page_authority().user_id, token_id)
    session().commit()
    return _ended(gettext("Đã kết thúc mã truy cập."))


def _ended(said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("people.sessions_page"))
