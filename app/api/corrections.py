"""Corrections: asked for, decided on, confirmed, and their slip."""

import hashlib
import io
import unicodedata
import uuid
from datetime import UTC, datetime

from flask import Response

from app.api import correction_representations as shown
from app.api.answers import PDF, answer, stream
from app.api.paging import page_of_all
from app.api.reading import body_of, choice, end_reading
from app.corrections.deciding import LONGEST, consent, may_decide, refuse
from app.corrections.models import CorrectionState, Part
from app.corrections.moments import read_until
from app.corrections.queries import CorrectionView, correction_view, corrections_known_to
from app.corrections.requesting import request_correction
from app.corrections.slips import slip_name, slip_of
from app.corrections.witnessing import confirm
from app.errors import NotAllowed
from app.fields import as_identity
from app.page import session
from app.papers.printing import as_pdf
from app.people.authority import Authority

_STATES = frozenset(CorrectionState)
_NO_RECORD = uuid.UUID(int=0)


def list_corrections(authority: Authority) -> Response:
    """List the corrections that the caller may know of, newest first."""
    state = choice("state", _STATES)
    views = corrections_known_to(session(), authority, CorrectionState(state) if state else None)
    items, following = page_of_all(views, lambda view: str(view.correction.id))
    return answer(shown.Corrections([_shown(view) for view in items], following))


def show_correction(authority: Authority, correction_id: int) -> Response:
    """Show one correction."""
    return answer(_shown(correction_view(session(), authority, correction_id)))


def ask_correction(authority: Authority) -> Response:
    """Ask for the correction of one's own filed record."""
    given = body_of(shown.CorrectionRequest)
    record_id = as_identity(given.record) or _NO_RECORD
    made = request_correction(session(), authority, record_id, _composed(given.reason)).id
    session().commit()
    return answer(_shown(correction_view(session(), authority, made)), 201)


def decide_correction(authority: Authority, correction_id: int) -> Response:
    """Consent until a moment, or refuse."""
    view = correction_view(session(), authority, correction_id)
    if not may_decide(authority, view.correction, view.record):
        raise NotAllowed
    given = body_of(shown.CorrectionWord)
    if given.action == "consent":
        consent(session(), authority, correction_id, read_until(given.until or "", LONGEST.days))
    else:
        refuse(session(), authority, correction_id, _composed(given.comment or ""))
    session().commit()
    return show_correction(authority, correction_id)


def confirm_correction(authority: Authority, correction_id: int) -> Response:
    """Confirm the new version, as requester, leader or administrator."""
    given = body_of(shown.Confirmation)
    seen = None if given.version is None else (given.version, given.sha256 or "")
    confirm(session(), authority, correction_id, seen)
    session().commit()
    return show_correction(authority, correction_id)


def show_slip(authority: Authority, correction_id: int) -> Response:
    """Answer with the slip of a correction as it stands."""
    view = correction_view(session(), authority, correction_id)
    slip = as_pdf(slip_of(session(), view))
    end_reading()
    response = stream(io.BytesIO(slip), hashlib.sha256(slip).hexdigest(), PDF)
    response.headers["Content-Disposition"] = f'inline; filename="{slip_name(view)}"'
    return response


def _shown(view: CorrectionView) -> shown.Correction:
    row, record = view.correction, view.record
    return shown.Correction(
        id=row.id,
        state=view.state,
        record=record.id,
        title=record.title,
        school=view.school_code,
        record_type=view.type_code,
        period=record.period,
        reason=row.reason,
        requested_by=row.requested_by_id,
        requested_by_name=view.requested_by,
        requested_at=row.requested_at.astimezone(UTC),
        old_version=row.old_version,
        old_sha256=row.old_sha256,
        decided_by=row.decided_by_id,
        decided_by_name=view.decided_by or None,
        decided_at=_utc(row.decided_at),
        capacity=row.capacity,
        comment=row.comment,
        until=_utc(row.until),
        closed_at=_utc(row.closed_at),
        ending=view.ending,
        new_version=row.new_version,
        new_sha256=row.new_sha256,
        witnesses=[
            shown.Witness(
                Part(each.witness.part),
                each.witness.user_id,
                each.name,
                each.witness.at.astimezone(UTC),
                each.witness.version,
                each.witness.sha256,
            )
            for each in view.confirmed
        ],
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(UTC)


def _composed(written: str) -> str:
    return unicodedata.normalize("NFC", written)
