"""Handing in: from a spooled upload through the gate to a record, or to its next version."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.approvals.actions import Decision, act, begin
from app.approvals.deciders import put_right
from app.approvals.judging import judge
from app.approvals.standing import standing_of
from app.audit.chain import append
from app.calendar.queries import check_in_calendar
from app.catalogue.models import RecordType
from app.context import Context
from app.corrections.letters import tell_witnesses
from app.errors import NotAllowed, Refused
from app.jobs import LEISURELY, defer
from app.locks.closures import closure_over
from app.pdf.gate import inspect
from app.people.authority import Authority
from app.people.holding import caller_now, keep_posts
from app.records.intake import (
    Description,
    Document,
    Slot,
    check_free,
    find_slot,
    make_findable,
    new_record,
    slot_of,
)
from app.records.models import Record
from app.records.queries import RecordView, view_of
from app.records.refusals import SameAsPresent
from app.schools.models import School
from app.staging.store import Spool, new_key
from workflows.engine import Request
from workflows.model import Action, State

ROUTE_VERSION = 1
"""The version of the routes that new records start with."""


@dataclass(frozen=True)
class Upload:
    """A file as it arrived: spooled, with the name that its sender's machine gave it."""

    spool: Spool
    file_name: str


def submit(context: Context, authority: Authority, upload: Upload, description: Description) -> RecordView:
    """Take a document in as a new record and return it.

    The gate runs between two transactions, so none is open while a foreign document is looked at. What the
    person is by then counts. The calendar is asked again once the record is there: dropping a week and adding
    to it wait for each other. Raises the refusals of `find_slot`, `check_free` and the gate, and `Locked`.
    """
    with context.database.transaction() as session:
        slot = find_slot(session, authority, description)
        _check_open(session, slot)
        check_free(session, slot, upload.spool.sha256)
    document = _accept(context, upload)
    with _stored(context, document, slot) as session:
        present, slot = _present(session, authority, description, slot)
        _check_open(session, slot)
        check_free(session, slot, document.sha256)
        record = new_record(session, slot, ROUTE_VERSION)
        _begin(session, present, record, document, slot)
        return view_of(session, present, record.id)


def resubmit(context: Context, authority: Authority, upload: Upload, view: RecordView) -> RecordView:
    """Take a document in as the next version of a record that was returned, withdrawn or is corrected.

    Raises `NotAllowed`, `Locked`, `NotNow`, `Duplicate` when the bytes are those that it would replace,
    `SlotTaken` when another record took the place of a withdrawn one, and the gate's refusals.
    """
    record = view.record
    with context.database.transaction() as session:
        _check_may_resubmit(session, authority, record, upload.spool.sha256)
        slot = slot_of(session, record)
        _check_still_free(session, slot, record, upload.spool.sha256)
    document = _accept(context, upload)
    decision = Decision(record.id, Action.RESUBMIT, record.turn, record.sha256, document=document)
    with _stored(context, document, slot, besides=record.id) as session:
        keep_posts(session, [record.school_id])
        _check_still_free(session, slot, record, document.sha256)
        put_right(session, record.id)
        # Before the decision, which ends with the audit chain: a long text takes its time.
        make_findable(session, record, view.owner_name, view.type_name, document.text)
        act(session, authority, decision)
        current = session.get_one(Record, record.id)
        tell_witnesses(session, current.id)
        _draw_pages(session, current)
        return view_of(session, authority, record.id)


@contextmanager
def _stored(
    context: Context, document: Document, slot: Slot, *, besides: uuid.UUID | None = None
) -> Iterator[Session]:
    """Write a document's rows in one transaction; whoever else took its slot meanwhile is told of.

    The database lets only one record hold a slot, and says so when both are written at once.
    """
    try:
        with _kept(context, document), context.database.transaction() as session:
            yield session
    except IntegrityError:
        with context.database.transaction() as session:
            check_free(session, slot, document.sha256, besides=besides)
        raise


@contextmanager
def _kept(context: Context, document: Document) -> Iterator[None]:
    """Let go of the document's bytes when the database refuses its rows.

    After any other failure the rows may have been committed, so the bytes stay; if nothing speaks
    of them a day later, the sweep removes them.
    """
    try:
        yield
    except (IntegrityError, Refused):
        context.staging.discard(document.blob)
        raise


def _present(
    session: Session, authority: Authority, description: Description, seen: Slot
) -> tuple[Authority, Slot]:
    """Return the person as he is now with the slot that is his by now; it is found anew where he changed.

    Raises as `find_slot`, or `NotAllowed` for who has left the school of the slot `seen`.
    """
    keep_posts(session, [seen.school_id])
    present = caller_now(session, authority)
    slot = seen if present == authority else find_slot(session, present, description)
    if slot.school_id != seen.school_id:
        raise NotAllowed
    return present, slot


def _check_open(session: Session, slot: Slot) -> None:
    closure = closure_over(session, slot.school_id, slot.record_type.code, slot.period)
    if closure is not None:
        raise closure.refusal()


def _check_still_free(session: Session, slot: Slot, record: Record, sha256: str) -> None:
    """A record that was withdrawn has left its slot, which another one may hold since."""
    if record.state == State.WITHDRAWN:
        check_free(session, slot, sha256, besides=record.id)


def _check_may_resubmit(session: Session, authority: Authority, record: Record, sha256: str) -> None:
    request = Request(Action.RESUBMIT, record.turn, record.sha256)
    verdict = judge(authority, record, standing_of(session, record), request)
    if isinstance(verdict, Refused):
        raise verdict
    if record.state != State.WITHDRAWN and record.sha256 == sha256:
        raise SameAsPresent(version=record.version)


def _accept(context: Context, upload: Upload) -> Document:
    """Open the document in the sandbox and, when it passes, keep its bytes in staging."""
    spool = upload.spool
    inspection = inspect(context.sandbox, spool.file, spool.size, max_pages=context.settings.max_pages)
    blob = new_key("uploads", spool.sha256)
    context.staging.keep(blob, spool.file)
    return Document(
        sha256=spool.sha256,
        size=spool.size,
        pages=inspection.pages,
        signed=inspection.signed,
        blob=blob,
        file_name=upload.file_name,
        text=inspection.text,
        signature_traces=inspection.resembles_signed,
    )


def _begin(session: Session, owner: Authority, record: Record, document: Document, slot: Slot) -> None:
    own_type = RecordType.id == slot.record_type.id
    named = select(School.code, RecordType).join(RecordType, own_type).where(School.id == slot.school_id)
    school, record_type = session.execute(named).one()
    begun = begin(session, owner, record, document)
    make_findable(session, record, owner.name, record_type.name, document.text)
    _draw_pages(session, record)
    check_in_calendar(session, slot.school_id, slot.period)
    append(session, school, [begun])


def _draw_pages(session: Session, record: Record) -> None:
    """Have the page images drawn ahead of the first reader, when nothing else is to be done."""
    pages: dict[str, str | int] = {"record_id": str(record.id), "version": record.version}
    defer(session, "prepare_pages", [pages], priority=LEISURELY)
