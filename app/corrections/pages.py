"""The pages of corrections: what waits for whom, one correction with what it changed, and its steps."""

import unicodedata
from collections.abc import Callable, Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import fields
from app.calendar.queries import calendar_of
from app.catalogue.models import PeriodKind
from app.catalogue.periods import present_year, year_after
from app.clock import local_day
from app.corrections.blueprint import corrections
from app.corrections.confirmable import can_confirm_as, could_confirm_as
from app.corrections.deciding import LONGEST, consent, may_decide, refuse
from app.corrections.models import CorrectionState
from app.corrections.moments import on_a_form, proposed_until, read_until
from app.corrections.queries import correction_view, corrections_known_to
from app.corrections.refusals import WitnessPasswordGiven
from app.corrections.slips import changes_of
from app.corrections.standstills import standstill_of
from app.corrections.witnessing import confirm, refuse_given
from app.corrections.words import PARTS
from app.db import now
from app.errors import NotAllowed, Refused
from app.page import answered, sentences, session
from app.people.authority import SCHOOL_WIDE, Authority
from app.people.current import page_authority
from app.people.mending import advice_on
from app.people.which_school import schools_among
from app.records.page_images import picture_name
from app.records.queries import is_answerable, version_of
from app.schools.models import School
from app.text import N_

_MOST_CLOSED = 50
_MOST_PAGES = 20
"""Pages shown side by side."""


@corrections.get("/sua-chua")
def corrections_page() -> ResponseReturnValue:
    """Show the corrections by what they wait for."""
    authority = page_authority()
    views = corrections_known_to(session(), authority)
    to_confirm = [view for view in views if can_confirm_as(authority, view)]
    return render_template(
        "corrections/corrections.html",
        requested=[view for view in views if view.state is CorrectionState.REQUESTED],
        to_confirm=to_confirm,
        opened=[view for view in views if view.state is CorrectionState.OPEN and view not in to_confirm],
        closed=[view for view in views if view.state in _OVER and view not in to_confirm][:_MOST_CLOSED],
        may_decide=lambda view: may_decide(authority, view.correction, view.record),
        parts=PARTS,
        summaries={school: _terms(school) for school in _summarised(authority)},
    )


@corrections.get("/sua-chua/<int(max=2147483647):correction_id>")
def correction_page(correction_id: int) -> ResponseReturnValue:
    """Show one correction with the pages that changed, side by side."""
    return _correction_page(correction_id)


@corrections.post("/sua-chua/<int(max=2147483647):correction_id>/quyet-dinh")
def decide_correction(correction_id: int) -> ResponseReturnValue:
    """Consent until a moment, or refuse."""
    authority = page_authority()
    view = correction_view(session(), authority, correction_id)
    if not may_decide(authority, view.correction, view.record):
        raise NotAllowed

    def decide() -> None:
        if fields.choice(request.form, "action", ("consent", "refuse")) == "consent":
            consent(session(), authority, correction_id, read_until(_said("until"), LONGEST.days))
        else:
            refuse(session(), authority, correction_id, _said("comment"))

    return _done(correction_id, decide, N_("Đã ghi quyết định; người đề nghị được báo qua thư."))


@corrections.post("/sua-chua/<int(max=2147483647):correction_id>/xac-nhan")
def confirm_correction(correction_id: int) -> ResponseReturnValue:
    """Confirm the version that the page showed."""
    authority = page_authority()
    if not could_confirm_as(authority, correction_view(session(), authority, correction_id)):
        raise NotAllowed

    def confirm_seen() -> None:
        seen = (fields.number(request.form, "version"), fields.line(request.form, "sha256"))
        confirm(session(), authority, correction_id, seen)

    return _done(correction_id, confirm_seen, N_("Đã ghi xác nhận của bạn."))


def _done(correction_id: int, step: Callable[[], None], said: str) -> ResponseReturnValue:
    return answered(
        step,
        lambda refusal: _correction_page(correction_id, refusal),
        url_for("corrections.correction_page", correction_id=correction_id),
        said,
    )


def _correction_page(correction_id: int, refusal: Refused | None = None) -> str:
    authority = page_authority()
    view = correction_view(session(), authority, correction_id)
    standstill = standstill_of(session(), correction_id)
    record_id, old, new = view.record.id, view.correction.old_version, view.version
    return render_template(
        "corrections/correction.html",
        view=view,
        correction=view.correction,
        record=view.record,
        old=version_of(session(), record_id, old),
        new=version_of(session(), record_id, new) if new else None,
        changes=changes_of(session(), view),
        standstill=standstill,
        advice=advice_on(session(), standstill.lack, standstill.school_id, None) if standstill else None,
        most_pages=_MOST_PAGES,
        picture_name=picture_name,
        parts=PARTS,
        part=can_confirm_as(authority, view),
        given=_told_as_given(authority),
        may_decide=may_decide(authority, view.correction, view.record),
        may_hand_in=view.state is CorrectionState.OPEN and is_answerable(authority, view.record),
        longest=LONGEST.days,
        until=fields.text(request.form, "until") or on_a_form(proposed_until(now())),
        earliest=on_a_form(now()),
        latest=on_a_form(now() + LONGEST),
        comment=fields.text(request.form, "comment"),
        refused=sentences(refusal) if refusal else None,
    )


def _told_as_given(authority: Authority) -> tuple[str, str] | None:
    """Return why the person does not confirm anything yet, where that is so."""
    try:
        refuse_given(session(), authority)
    except WitnessPasswordGiven as refusal:
        return sentences(refusal)
    return None


def _summarised(authority: Authority) -> Sequence[School]:
    """List the schools of whose terms the person may print a summary."""
    return schools_among(session(), authority.school_ids(SCHOOL_WIDE))


def _terms(school: School) -> Sequence[str]:
    """List the terms of a school that have begun, the latest first."""
    year = present_year()
    calendars = [calendar_of(session(), school.id, each) for each in (year, year_after(year, -1))]
    terms = [days for calendar in calendars for days in reversed(calendar.of_kind(PeriodKind.TERM))]
    return [days.period for days in terms if days.starts_on <= local_day(now())]


def _said(field: str) -> str:
    return unicodedata.normalize("NFC", fields.text(request.form, field)).strip()


_OVER = frozenset({CorrectionState.REFUSED, CorrectionState.CLOSED})
