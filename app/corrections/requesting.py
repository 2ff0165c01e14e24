"""Asking for a correction: whoever answers for a filed record says what is wrong in it."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.corrections.closing import close_over
from app.corrections.journal import write_down
from app.corrections.letters import Step, tell
from app.corrections.matching import check_witnesses
from app.corrections.models import Correction, CorrectionState
from app.corrections.queries import CorrectionView
from app.corrections.refusals import AlreadyAsked, NothingToCorrect, WitnessMissing
from app.errors import NotAllowed, NotFound, Refused
from app.people.authority import Authority
from app.people.holding import caller_now, keeping
from app.reasons import explanation_of
from app.records.models import OfficialFile, Record
from app.records.queries import RecordView, is_answerable, version_of, view_of, visible_to
from workflows.model import State

LONGEST_REASON = 2000

_RESTING = frozenset({State.FILED, State.RETURNED, State.WITHDRAWN})
"""Nobody has to decide on the record; what was returned or withdrawn needs a new correction to go on."""


def request_correction(
    session: Session, authority: Authority, record_id: uuid.UUID, reason: str
) -> Correction:
    """Ask the principal to open one filed record for a change, and tell him by mail.

    Raises `NotFound`, `NotAllowed` for anybody who does not answer for it, `ReasonRequired`, `TextTooLong`,
    `NothingToCorrect`, `AlreadyAsked`, or `WitnessMissing` when the school lacks the people to close it.
    """
    caller, view = _locked(session, authority, record_id)
    record = view.record
    said = explanation_of(reason, LONGEST_REASON)
    if view.official is None or record.state not in _RESTING:
        raise NothingToCorrect
    check_witnesses(session, record.school_id, caller.user_id)
    close_over(session, [record.id])
    if _living(session, record.id):
        raise AlreadyAsked
    made = _add(session, caller, record, view.official, said)
    tell(session, made, Step.REQUESTED)
    write_down(session, caller, made, "correction.requested")
    return made


def may_ask(authority: Authority, view: RecordView, latest: CorrectionView | None) -> bool:
    """Tell whether the person could ask for the correction of a record, given its latest one."""
    rests = view.official is not None and view.record.state in _RESTING
    is_living = latest is not None and latest.state in {CorrectionState.REQUESTED, CorrectionState.OPEN}
    return is_answerable(authority, view.record) and rests and not is_living


def hindrance_to(session: Session, authority: Authority, record: Record) -> Refused | None:
    """Return why the person's correction of a record could never be closed, as long as that is so."""
    try:
        check_witnesses(session, record.school_id, authority.user_id)
    except WitnessMissing as missing:
        return missing
    return None


def _locked(session: Session, authority: Authority, record_id: uuid.UUID) -> tuple[Authority, RecordView]:
    """Return the caller as he is now, and the record that he answers for, locked before it was read.

    Else what another filed meanwhile would go on as the new version of this correction.
    """
    session.execute(keeping(select(Record.school_id).where(Record.id == record_id)))
    caller = caller_now(session, authority)
    found = select(Record).where(Record.id == record_id, visible_to(caller)).with_for_update()
    if session.scalars(found.execution_options(populate_existing=True)).one_or_none() is None:
        raise NotFound
    view = view_of(session, caller, record_id)
    if not is_answerable(caller, view.record):
        raise NotAllowed
    return caller, view


def _living(session: Session, record_id: uuid.UUID) -> bool:
    living = select(Correction.id).where(
        Correction.record_id == record_id,
        Correction.state.in_([CorrectionState.REQUESTED, CorrectionState.OPEN]),
    )
    return session.scalars(living).first() is not None


def _add(
    session: Session, authority: Authority, record: Record, official: OfficialFile, reason: str
) -> Correction:
    made = Correction(
        school_id=record.school_id,
        record_id=record.id,
        state=CorrectionState.REQUESTED,
        reason=reason,
        requested_by_id=authority.user_id,
        requester_name=authority.name,
        old_turn=official.turn,
        old_version=official.version,
        old_sha256=version_of(session, record.id, official.version).sha256,
    )
    session.add(made)
    session.flush()
    return made
