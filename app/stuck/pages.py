"""The page of what got stuck, and the buttons there."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.page import session
from app.people.current import page_authority
from app.stuck.blueprint import stuck
from app.stuck.queries import stuck_for
from app.stuck.retrying import drop_letter, retry


@stuck.get("/viec-bi-ket")
def stuck_jobs() -> ResponseReturnValue:
    """Show what is stuck, why, and since when."""
    return render_template("stuck/list.html", stuck=stuck_for(session(), page_authority()))


@stuck.post("/viec-bi-ket/<int(max=2147483647):stuck_id>/thu-lai")
def retry_stuck(stuck_id: int) -> ResponseReturnValue:
    """Try a stuck job again."""
    retry(session(), page_authority(), stuck_id)
    session().commit()
    flash(gettext("Đã xếp hàng để thử lại. Việc này biến khỏi trang khi đã xong."))
    return redirect(url_for("stuck.stuck_jobs"))


@stuck.post("/viec-bi-ket/<int(max=2147483647):letter_id>/bo-qua")
def drop_stuck(letter_id: int) -> ResponseReturnValue:
    """Do without a letter that cannot be sent."""
    drop_letter(session(), page_authority(), letter_id)
    session().commit()
    flash(gettext("Đã bỏ qua thư này; thư không được gửi nữa."))
    return redirect(url_for("stuck.stuck_jobs"))
