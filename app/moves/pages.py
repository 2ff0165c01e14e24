"""The page of a school's way from one store to another."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.moves import decisions
from app.moves.blueprint import moves
from app.moves.connection_queries import PROVIDERS, store_views
from app.moves.models import LIVING
from app.page import context, session
from app.people.current import needs, page_authority
from app.people.permissions import Permission
from app.storage.accounts import Connection
from app.storage.consent import offered
from app.storage.models import Provider


@moves.get("/luu-tru/chuyen")
@needs(Permission.CONNECT_STORE)
def moving_page() -> ResponseReturnValue:
    """Show how far a move is, and what there is to decide."""
    shown = decisions.moves(session(), page_authority())
    busy = {view.move.school_id for view in shown if view.move.stage in LIVING}
    stores = store_views(session(), page_authority())
    return render_template(
        "moves/moving.html",
        moves=shown,
        resting=[each for each in stores if each.school.id not in busy],
        offered=offered(context().settings),
        names=PROVIDERS,
    )


@moves.post("/luu-tru/<school_code>/chuyen-ve-may-chu")
@needs(Permission.CONNECT_STORE)
def move_home(school_code: str) -> ResponseReturnValue:
    """Begin to move a school from a cloud to the folder on this machine; no store is called here."""
    decisions.demand_right(session(), page_authority(), school_code)
    actor = str(page_authority().user_id)
    session().rollback()
    decisions.begin_move(context(), school_code, Connection(Provider.LOCAL), actor)
    return _done(gettext("Đã bắt đầu chép về máy chủ."))


@moves.post("/luu-tru/chuyen/<int:move_id>/tiep-tuc")
@needs(Permission.CONNECT_STORE)
def go_on_moving(move_id: int) -> ResponseReturnValue:
    """Try a move that got stuck again."""
    decisions.go_on(session(), page_authority(), move_id)
    return _done(gettext("Đã xếp hàng để làm tiếp từ chỗ dừng."))


@moves.post("/luu-tru/chuyen/<int:move_id>/xac-nhan")
@needs(Permission.CONNECT_STORE)
def confirm_move(move_id: int) -> ResponseReturnValue:
    """Let the old store go."""
    decisions.confirm(session(), page_authority(), move_id)
    return _done(gettext("Đã xác nhận. Hệ thống so lại lần cuối rồi thôi giữ kết nối với kho cũ."))


@moves.post("/luu-tru/chuyen/<int:move_id>/huy")
@needs(Permission.CONNECT_STORE)
def cancel_move(move_id: int) -> ResponseReturnValue:
    """Stay in the present store."""
    decisions.cancel(context(), session(), page_authority(), move_id)
    return _done(gettext("Đã hủy: trường vẫn dùng kho hiện tại."))


def _done(message: str) -> ResponseReturnValue:
    session().commit()
    flash(message)
    return redirect(url_for("moves.moving_page"))
