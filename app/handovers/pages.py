"""The pages of handovers: all of them, one with its two confirmations, its minutes, and its files."""

import hashlib
import uuid
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.approvals.renditions import stored_of
from app.handovers.blueprint import handovers
from app.handovers.confirming import confirm_giving, confirm_taking, may_give, may_take
from app.handovers.minutes import minutes_name, minutes_of
from app.handovers.queries import (
    HandoverView,
    Obstacle,
    Stage,
    givers_of,
    handed_record,
    handover_view,
    handovers_known_to,
    is_giver_there,
    items_of,
    left_behind,
    obstacle_to,
    readable_by,
)
from app.page import context, session
from app.papers.printing import as_pdf
from app.people.authority import Authority
from app.people.current import page_authority
from app.people.permissions import Permission, may, schools_where
from app.people.school_choice import in_one_school, school_shown
from app.text import N_

PDF = "application/pdf"
OBSTACLES = {
    Obstacle.TAKER_GONE: N_("Người nhận không còn làm việc trong trường. Hủy biên bản và lập biên bản mới."),
    Obstacle.GIVER_IS_BACK: N_(
        "Bên giao đã làm việc trở lại, nên xác nhận thay của nhà trường không còn hiệu lực. Hủy biên bản và"
        " lập biên bản mới để bên giao tự xác nhận."
    ),
    Obstacle.LAST_ADMINISTRATOR: N_(
        "Người giao là người quản trị cuối cùng của trường. Giao quyền quản trị cho một người khác trước."
    ),
}


@handovers.get("/ban-giao")
@in_one_school
def handovers_page() -> ResponseReturnValue:
    """Show the handovers that concern the person, and to the office whose to draw up."""
    drawn_up_for = schools_where(page_authority(), Permission.DRAW_UP_HANDOVERS)
    school = school_shown(drawn_up_for) if drawn_up_for else None
    giver = fields.identity_or_none(request.args, "nguoi")
    if giver is not None and school is not None:
        return redirect(url_for("handovers.draw_up_page", user_id=giver))
    return render_template(
        "handovers/handovers.html",
        views=handovers_known_to(session(), page_authority()),
        givers=givers_of(session(), school.id) if school is not None else [],
        me=page_authority().user_id,
    )


@handovers.get("/ban-giao/<int(max=2147483647):handover_id>")
def handover_page(handover_id: int) -> ResponseReturnValue:
    """Show one handover with what it names and who still has to confirm."""
    authority = page_authority()
    view = handover_view(session(), authority, handover_id)
    obstacle = obstacle_to(session(), view.handover) if view.stage is Stage.AGREED else None
    return render_template(
        "handovers/handover.html",
        view=view,
        handover=view.handover,
        items=items_of(session(), handover_id),
        readable=readable_by(session(), authority, handover_id),
        stayed=left_behind(session(), view),
        obstacle=OBSTACLES[obstacle] if obstacle else "",
        may_give=view.handover.given_at is None and _may_give(authority, view),
        in_stead=authority.user_id != view.handover.from_user_id,
        may_take=may_take(authority, view.handover) and view.handover.taken_at is None,
        may_cancel=may(authority, Permission.DRAW_UP_HANDOVERS, view.handover.school_id),
    )


@handovers.post("/ban-giao/<int(max=2147483647):handover_id>/giao")
def give(handover_id: int) -> ResponseReturnValue:
    """Confirm the giving."""
    confirm_giving(session(), page_authority(), handover_id)
    return _confirmed(handover_id)


@handovers.post("/ban-giao/<int(max=2147483647):handover_id>/nhan")
def take(handover_id: int) -> ResponseReturnValue:
    """Confirm the taking over."""
    confirm_taking(session(), page_authority(), handover_id)
    return _confirmed(handover_id)


@handovers.get("/ban-giao/<int(max=2147483647):handover_id>/bien-ban.pdf")
def minutes(handover_id: int) -> ResponseReturnValue:
    """Answer with the minutes as they stand."""
    view = handover_view(session(), page_authority(), handover_id)
    paper = as_pdf(minutes_of(session(), view))
    etag = hashlib.sha256(paper).hexdigest()
    return send_file(BytesIO(paper), mimetype=PDF, download_name=minutes_name(view), etag=etag)


@handovers.get("/ban-giao/<int(max=2147483647):handover_id>/ho-so/<uuid:record_id>")
def handed_file(handover_id: int, record_id: uuid.UUID) -> ResponseReturnValue:
    """Let the parties read a record that was handed over: the official file, else what was handed in."""
    handover = handover_view(session(), page_authority(), handover_id)
    view = handed_record(session(), handover, record_id)
    stored = stored_of(session(), view, "official" if view.official else "uploaded")
    session().close()
    response = send_file(
        context().staging.open(stored.blob),
        mimetype=PDF,
        as_attachment=True,
        download_name=stored.name,
        etag=stored.sha256,
    )
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _may_give(authority: Authority, view: HandoverView) -> bool:
    is_there = is_giver_there(session(), view.handover)
    return may_give(authority, view.handover, giver_is_there=is_there)


def _confirmed(handover_id: int) -> ResponseReturnValue:
    session().commit()
    flash(gettext("Đã ghi xác nhận của bạn."), "success")
    return redirect(url_for("handovers.handover_page", handover_id=handover_id))
