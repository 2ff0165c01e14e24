"""The page of one record: its pages as pictures, the decisions open to the reader, history and files."""

import uuid
from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.approvals.actions import act
from app.approvals.archival_words import archival_note
from app.approvals.as_signed import AsSigned, as_signed
from app.approvals.blueprint import approvals
from app.approvals.facts import actions_for, reason_against
from app.approvals.forms import decision_from, uploads_from
from app.approvals.history import Entry, history_of, latest_step, steps_of, taken_since
from app.approvals.queue import count_waiting, waiting_for
from app.approvals.renditions import Stored, stored_of
from app.approvals.standing import standing_of
from app.approvals.standstills import lack_of, schools_to_mend, told_in
from app.approvals.submissions import resubmit
from app.corrections.queries import latest_correction
from app.corrections.requesting import LONGEST_REASON, hindrance_to, may_ask, request_correction
from app.corrections.words import PARTS
from app.errors import NotAllowed, NotFound, Refused, ServiceUnavailable, Stale
from app.labels import DONE
from app.page import answered, context, picture, sentences, session
from app.pdf.pages import DEFAULT_WIDTH
from app.people.authority import Authority
from app.people.current import page_authority
from app.records.models import Record
from app.records.page_images import WIDTHS, picture_name
from app.records.page_images import page_image as picture_of
from app.records.queries import RecordView, officials_of, view_of
from app.records.rereading import NoLongerSealed, refusal_by_gate
from app.text import N_
from workflows.model import Action, State

PAGES_AT_ONCE = 40
"""Pages of a long document shown on one page; the next ones are a link away."""


@approvals.get("/ho-so/<uuid:record_id>")
def record_page(record_id: uuid.UUID) -> ResponseReturnValue:
    """Show a record; a page that waits for a change names the state it shows and is told to load again."""
    seen = fields.line(request.args, "unless")
    if not seen:
        return _record_page(page_authority(), record_id)
    is_unchanged = view_of(session(), page_authority(), record_id).record.state == seen
    return Response(status=204, headers={} if is_unchanged else {"HX-Refresh": "true"})


@approvals.post("/ho-so/<uuid:record_id>/quyet-dinh")
def decide(record_id: uuid.UUID) -> ResponseReturnValue:
    """Carry out a decision about the turn and the bytes that the page showed."""
    authority = page_authority()
    try:
        decision = decision_from(request.form, record_id)
        act(session(), authority, decision)
    except (NotAllowed, NotFound):
        raise
    except Refused as refusal:
        session().rollback()
        return _record_page(authority, record_id, refusal), refusal.status
    session().commit()
    return _done(authority, record_id, decision.action)


@approvals.post("/ho-so/<uuid:record_id>/phien-ban", endpoint="resubmit")
def resubmit_version(record_id: uuid.UUID) -> ResponseReturnValue:
    """Take a file in as the next version."""
    authority = page_authority()
    view = view_of(session(), authority, record_id)
    session().commit()
    try:
        ((_, upload),) = uploads_from(request.files.getlist("file")[:1])
        resubmit(context(), authority, upload, view)
    except (NotAllowed, ServiceUnavailable):
        raise
    except Refused as refusal:
        return _record_page(authority, record_id, refusal), refusal.status
    session().expire_all()
    return _done(authority, record_id, Action.RESUBMIT)


@approvals.post("/sua-chua/ho-so/<uuid:record_id>")
def ask_correction(record_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for the correction of one's own filed record; what was written stays where it is refused."""
    authority = page_authority()
    return answered(
        lambda: request_correction(session(), authority, record_id, fields.text(request.form, "reason")),
        lambda refusal: _record_page(authority, record_id, refusal),
        lambda made: url_for("corrections.correction_page", correction_id=made.id),
        N_("Đã gửi đề nghị sửa chữa; hiệu trưởng sẽ trả lời."),
    )


@approvals.get("/ho-so/<uuid:record_id>/trang/<int:number>.png")
def page_image(record_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """Answer with one page of the record's present version as a picture."""
    view = view_of(session(), page_authority(), record_id)
    width = fields.number_or_none(request.args, "width", WIDTHS) or DEFAULT_WIDTH
    session().commit()
    is_named = fields.line(request.args, "v") == picture_name(view.record.sha256)
    return picture(picture_of(context(), view, number, width), is_named=is_named)


@approvals.get("/ho-so/<uuid:record_id>/tep/<rendition>.pdf")
def file(record_id: uuid.UUID, rendition: str) -> ResponseReturnValue:
    """Answer with the file handed in, the official one or its certificate, or an earlier version's."""
    view = view_of(session(), page_authority(), record_id)
    stored = stored_of(session(), view, rendition, fields.number_or_none(request.args, "version"))
    session().commit()
    return _send(stored)


def _send(stored: Stored) -> Response:
    response = send_file(
        context().staging.open(stored.blob),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=stored.name,
        etag=stored.sha256,
    )
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _done(authority: Authority, record_id: uuid.UUID, action: Action) -> ResponseReturnValue:
    view = view_of(session(), authority, record_id)
    flash(gettext(DONE[action]) % {"title": view.record.title, "owner": view.owner_name}, "success")
    return redirect(url_for("approvals.record_page", record_id=record_id))


def _record_page(authority: Authority, record_id: uuid.UUID, refusal: Refused | None = None) -> str:
    view = view_of(session(), authority, record_id)
    record, history = view.record, history_of(session(), record_id)
    first, standing = _first_page(view), standing_of(session(), record)
    latest = latest_correction(session(), authority, record_id)
    lack = lack_of(session(), record)
    asks = may_ask(authority, view, latest)
    hindrance = hindrance_to(session(), authority, record) if asks else None
    return render_template(
        "approvals/record.html",
        view=view,
        record=record,
        actions=[action.value for action in actions_for(authority, record, standing)],
        reason_against=reason_against(authority, record),
        history=history,
        signed=_as_signed(view, history),
        latest=latest_step(history),
        steps=steps_of(record, history),
        picture_name=picture_name(record.sha256),
        pages=range(first, min(first + PAGES_AT_ONCE, record.pages + 1)),
        following=_following(authority, view),
        waiting=count_waiting(session(), authority, besides=record_id),
        refused=sentences(refusal) if refusal else None,
        meanwhile=taken_since(history, _turn_seen()) if isinstance(refusal, Stale) else [],
        is_returning=fields.line(request.form, "action") == Action.RETURN,
        lack=lack,
        told=told_in(session(), record.school_id) if lack else [],
        mends=record.school_id in schools_to_mend(authority),
        closed=sentences(standing.closure.refusal()) if standing.closure else None,
        not_taken=_not_taken(record),
        archival=archival_note(view.official),
        correction=latest,
        correction_parts=PARTS,
        earlier=officials_of(session(), record_id)[1:] if record.version > 1 else (),
        may_ask_correction=asks,
        hindrance=sentences(hindrance) if hindrance else None,
        reason=fields.text(request.form, "reason"),
        longest_reason=LONGEST_REASON,
        comment=fields.text(request.form, "comment"),
        limit_mb=context().settings.max_upload_mb,
    )


def _not_taken(record: Record) -> tuple[str, str] | None:
    """Return why today's gate does not take what waits for a decision or for its seal, and what to do."""
    refusal = refusal_by_gate(record)
    if refusal is None or not (record.waiting_for or record.state == State.SIGNED_OFF):
        return None
    detail, hint = sentences(refusal)
    if record.state != State.SIGNED_OFF:
        return detail, hint
    return (detail, gettext(NoLongerSealed.hint)) if record.gate_refusal else None


def _as_signed(view: RecordView, history: Sequence[Entry]) -> AsSigned | None:
    """Return what the record was when its present version was signed, if it was and the log tells."""
    own = (entry.event for entry in reversed(history) if entry.event.version == view.record.version)
    turn = next((event.turn for event in own if event.action == Action.SIGN_OFF), None)
    return None if turn is None else as_signed(session(), view.record, turn)


def _turn_seen() -> int | None:
    """Return the turn of the record on the page from which a decision was sent."""
    return fields.number_or_none(request.form, "turn")


def _first_page(view: RecordView) -> int:
    return fields.number_or_none(request.args, "page", range(1, view.record.pages + 1)) or 1


def _following(authority: Authority, view: RecordView) -> RecordView | None:
    """Return what waits next for the reader: after this record while it waits, else from the beginning."""
    record = view.record
    here = (record.waiting_since, record.id) if record.waiting_since else None
    later = waiting_for(session(), authority, limit=1, after=here)
    others = later or waiting_for(session(), authority, limit=2)
    return next((each for each in others if each.record.id != record.id), None)
