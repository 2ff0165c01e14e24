"""The pages on which the office draws up a handover: what somebody holds, ticked, and to whom it goes."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.clock import today
from app.errors import NotFound, Refused
from app.handovers.blueprint import handovers
from app.handovers.drawing_up import cancel, draw_up
from app.handovers.forms import TICKED, HandoverForm, ticked
from app.handovers.holdings import duties_of, records_of
from app.handovers.queries import givers_of, staff_of
from app.page import answered, sentences, session
from app.people.current import page_authority
from app.people.permissions import Permission, schools_where
from app.people.school_choice import in_one_school, school_meant, school_shown
from app.text import N_


@handovers.get("/ban-giao/lap/<uuid:user_id>")
@in_one_school
def draw_up_page(user_id: uuid.UUID) -> ResponseReturnValue:
    """Show what somebody can hand over, all of it ticked."""
    return _page(school_shown(schools_where(page_authority(), Permission.DRAW_UP_HANDOVERS)).id, user_id)


@handovers.post("/ban-giao/lap/<uuid:user_id>")
@in_one_school
def draw_up_handover(user_id: uuid.UUID) -> ResponseReturnValue:
    """Write the handover down."""
    school_id = school_meant(schools_where(page_authority(), Permission.DRAW_UP_HANDOVERS)).id
    form = _form(school_id, user_id)
    if not form.validate():
        return _page(school_id, user_id, form), 422
    return answered(
        lambda: draw_up(session(), page_authority(), school_id, form.draft(user_id)),
        lambda refusal: _page(school_id, user_id, form, refusal),
        lambda made: url_for("handovers.handover_page", handover_id=made.id),
        N_("Đã lập biên bản; hai bên xác nhận từ tài khoản của mình."),
    )


@handovers.post("/ban-giao/<int(max=2147483647):handover_id>/huy")
def cancel_handover(handover_id: int) -> ResponseReturnValue:
    """Cancel a handover that was not carried out."""
    cancel(session(), page_authority(), handover_id)
    session().commit()
    flash(gettext("Đã hủy biên bản bàn giao."), "success")
    return redirect(url_for("handovers.handover_page", handover_id=handover_id))


def _form(school_id: int, giver: uuid.UUID) -> HandoverForm:
    return HandoverForm(takes_effect_on=today()).offer(staff_of(session(), school_id), giver)


def _page(
    school_id: int, giver: uuid.UUID, form: HandoverForm | None = None, refusal: Refused | None = None
) -> str:
    named = {each.user_id: each.called for each in givers_of(session(), school_id)}
    if giver not in named:
        raise NotFound
    error, hint = sentences(refusal) if refusal else ("", "")
    return render_template(
        "handovers/draw_up.html",
        form=form or _form(school_id, giver),
        giver_id=giver,
        giver=named[giver],
        records=records_of(session(), school_id, giver),
        duties=duties_of(session(), school_id, giver),
        ticked=ticked() if request.method == "POST" else None,
        box=TICKED,
        error=error,
        hint=hint,
    )
