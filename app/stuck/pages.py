"""The page of what got stuck, and the button there."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.page import session
from app.people.authority import SCHOOL_WIDE
from app.people.current import only_for, page_authority
from app.stuck.blueprint import stuck
from app.stuck.steps import retry, stuck_steps


@stuck.get("/viec-bi-ket")
@only_for(*SCHOOL_WIDE)
def stuck_jobs() -> ResponseReturnValue:
    """Show what is stuck, why, and since when."""
    return render_template("stuck/list.html", steps=stuck_steps(session(), page_authority()))


@stuck.post("/viec-bi-ket/<int(max=2147483647):stuck_id>/thu-lai")
@only_for(*SCHOOL_WIDE)
def retry_stuck(stuck_id: int) -> ResponseReturnValue:
    """Try a stuck step again."""
    retry(session(), page_authority(), stuck_id)
    session().commit()
    flash(gettext("Đã xếp hàng để thử lại. Nếu vẫn không được, việc này sẽ hiện lại ở đây."))
    return redirect(url_for("stuck.stuck_jobs"))
