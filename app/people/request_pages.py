"""The page on which a second person confirms deciders' posts and accounts, or says why not."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app import fields
from app.bodies import MOST_FIELDS
from app.errors import InvalidRequest, NotAllowed, NotFound, Refused
from app.page import answered, context, sentences, session
from app.people.blueprint import people
from app.people.confirming import LONGEST_REASON, confirm_all, refuse
from app.people.current import page_authority
from app.people.request_queries import requests_known_to, views_of
from app.text import N_


class NothingTicked(InvalidRequest):
    """The button to confirm was pressed, and no request was ticked."""

    detail = N_("Chưa chọn đề nghị nào.")
    hint = N_("Đánh dấu ít nhất một đề nghị rồi bấm xác nhận.")


_NONE: Mapping[int, str] = MappingProxyType({})


@people.get("/tai-khoan/xac-nhan")
def account_requests() -> ResponseReturnValue:
    """Show what waits for a second person, and what was answered."""
    return _page()


@people.post("/tai-khoan/xac-nhan")
def confirm_requests() -> ResponseReturnValue:
    """Confirm what was ticked, all of it or nothing, and show the halves of new passwords once."""
    ticked = fields.several(request.form, "request", MOST_FIELDS)
    numbers = sorted({fields.number_of(each, "request") for each in ticked})
    try:
        confirmed = confirm_all(session(), page_authority(), _some(numbers))
    except (NotAllowed, NotFound):
        raise
    except Refused as refusal:
        session().rollback()
        return _page(refusal=refusal, ticked=numbers), refusal.status
    session().commit()
    count = len(confirmed)
    flash(ngettext("Đã xác nhận %(num)s đề nghị.", "Đã xác nhận %(num)s đề nghị.", count), "success")
    return _page({each.request.id: each.half for each in confirmed if each.half})


@people.post("/tai-khoan/xac-nhan/<int(max=2147483647):request_id>/tu-choi")
def refuse_request(request_id: int) -> ResponseReturnValue:
    """Refuse a request, or take one's own back."""
    reason = fields.text(request.form, "reason")
    return answered(
        lambda: refuse(session(), page_authority(), request_id, reason),
        lambda refusal: _page(refusal=refusal, typed={request_id: reason}),
        url_for("people.account_requests"),
        N_("Đã ghi nhận."),
    )


def _some(numbers: Sequence[int]) -> Sequence[int]:
    """Return what was ticked; raises `NothingTicked`."""
    if not numbers:
        raise NothingTicked(fields="request")
    return numbers


def _page(
    halves: Mapping[int, str] = _NONE,
    refusal: Refused | None = None,
    typed: Mapping[int, str] = _NONE,
    ticked: Sequence[int] = (),
) -> str:
    authority = page_authority()
    answered = views_of(session(), halves) if halves else []
    return render_template(
        "people/account_requests.html",
        views=requests_known_to(session(), authority),
        given=[(view.person, halves[view.request.id]) for view in answered],
        own_id=authority.user_id,
        refused=sentences(refusal) if refusal else None,
        typed=typed,
        ticked=ticked,
        days=context().settings.temporary_password_days,
        longest=LONGEST_REASON,
    )
