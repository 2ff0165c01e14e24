"""The page on which a second person confirms deciders' posts and accounts, or says why not."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import fields
from app.bodies import MOST_FIELDS
from app.errors import Refused
from app.page import answered, sentences, session
from app.people.blueprint import people
from app.people.confirming import LONGEST_REASON, confirm_all, refuse
from app.people.current import page_authority
from app.people.request_queries import requests_known_to, views_of
from app.text import N_

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
        confirmed = confirm_all(session(), page_authority(), numbers)
    except Refused:
        session().rollback()
        raise
    session().commit()
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


def _page(
    halves: Mapping[int, str] = _NONE, refusal: Refused | None = None, typed: Mapping[int, str] = _NONE
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
        longest=LONGEST_REASON,
    )
