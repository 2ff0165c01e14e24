"""Records as an older gate took them: its number, and bytes that today's gate refuses."""

import hashlib
import io

from sqlalchemy import update

from app.context import Context
from app.pdf.gate import GATE_NUMBER
from app.records.intake import Document, add_version
from app.records.models import Record
from app.staging.store import new_key

OLDER = GATE_NUMBER - 1


def taken_by_an_older_gate(context: Context, record: Record) -> None:
    """Let the present version be one that another gate took."""
    with context.database.transaction() as session:
        session.execute(update(Record).where(Record.id == record.id).values(gate=OLDER))


def brought_past_the_gate(context: Context, record: Record, content: bytes) -> None:
    """Add a version of one page that no gate has seen."""
    sha256 = hashlib.sha256(content).hexdigest()
    document = Document(sha256, len(content), 1, False, new_key("uploads", sha256), "tep.pdf", "")
    context.staging.keep(document.blob, io.BytesIO(content))
    with context.database.transaction() as session:
        present = session.get_one(Record, record.id)
        add_version(session, present, document, present.owner_id)


def now_in(context: Context, record: Record) -> Record:
    """Return the record as it is in the database."""
    with context.database.transaction() as session:
        return session.get_one(Record, record.id)
