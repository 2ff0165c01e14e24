"""The cast's usual steps, so that a test can begin where it becomes interesting."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.approvals.actions import Decision, act
from app.approvals.submissions import Upload, resubmit, submit
from app.context import Context
from app.people.authority import Authority
from app.records.intake import Description
from app.records.models import Record
from app.records.queries import RecordView, view_of
from workflows.model import Action


@contextmanager
def uploaded(context: Context, content: bytes, name: str = "tep.pdf") -> Iterator[Upload]:
    """Spool `content` as a request would, and close it as a request would."""
    spool = context.staging.spool(context.settings.max_upload_mb)
    try:
        spool.write(content)
        yield Upload(spool, name)
    finally:
        spool.close()


def hand_in(
    context: Context,
    owner: Authority,
    content: bytes,
    *,
    record_type: str = "KHBD",
    period: str = "2026-2027/W12",
    title: str = "",
) -> RecordView:
    """Submit a document as its owner would."""
    with uploaded(context, content) as upload:
        return submit(context, owner, upload, Description(record_type, period, title))


def hand_in_again(context: Context, owner: Authority, content: bytes, record: Record) -> RecordView:
    """Submit the next version of a record, as its owner sees it now."""
    with context.database.transaction() as session:
        view = view_of(session, owner, record.id)
    with uploaded(context, content) as upload:
        return resubmit(context, owner, upload, view)


def decide(
    context: Context, actor: Authority | None, record: Record, action: Action, comment: str = ""
) -> None:
    """Decide on the record as it is now in the database."""
    with context.database.transaction() as session:
        now = session.get_one(Record, record.id)
        act(session, actor, Decision(record.id, action, now.turn, now.sha256, comment))
