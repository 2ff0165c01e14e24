"""The page of a school's way from one store to another."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from app.page import context, session
from app.people.current import only_for, page_authority
from app.tree import moving
from app.tree.blueprint import tree
from app.tree.connections import CONNECTORS


@tree.get("/luu-tru/chuyen")
@login_required  # type: ignore[untyped-decorator]
@only_for(*CONNECTORS)
def moving_page() -> ResponseReturnValue:
    """Show how far a move is, and what there is to decide."""
    return render_template("tree/moving.html", moves=moving.moves(session(), page_authority()))


@tree.post("/luu-tru/chuyen/<int:move_id>/tiep-tuc")
@login_required  # type: ignore[untyped-decorator]
@only_for(*CONNECTORS)
def go_on_moving(move_id: int) -> ResponseReturnValue:
    """Try a move that got stuck again."""
    moving.go_on(session(), page_authority(), move_id)
    return _done(gettext("Đã xếp hàng để làm tiếp từ chỗ dừng."))


@tree.post("/luu-tru/chuyen/<int:move_id>/xac-nhan")
@login_required  # type: ignore[untyped-decorator]
@only_for(*CONNECTORS)
def confirm_move(move_id: int) -> ResponseReturnValue:
    """Let the old store go."""
    moving.confirm(session(), page_authority(), move_id)
    return _done(gettext("Đã xác nhận. Hệ thống so lại lần cuối rồi thôi giữ kết nối với kho cũ."))


@tree.post("/luu-tru/chuyen/<int:move_id>/huy")
@login_required  # type: ignore[untyped-decorator]
@only_for(*CONNECTORS)
def cancel_move(move_id: int) -> ResponseReturnValue:
    """Stay in the present store."""
    moving.cancel(context(), session(), page_authority(), move_id)
    return _done(gettext("Đã hủy: trường vẫn dùng kho hiện tại."))


def _done(message: str) -> ResponseReturnValue:
    session().commit()
    flash(message)
    return redirect(url_for("tree.moving_page"))
