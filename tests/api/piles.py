"""Piles of records that never went through the gate, for tests about many at once."""

import hashlib

from app.approvals.actions import begin
from app.audit.chain import append
from app.context import Context
from app.people.authority import Authority
from app.records.intake import Description, Document, find_slot, make_findable, new_record


def pile(context: Context, owner: Authority, count: int, school: str = "truong-a") -> None:
    """Put `count` lesson plans of `owner` on the head's desk; their bytes are in no staging."""
    with context.database.transaction() as session:
        for number in range(count):
            slot = find_slot(session, owner, Description("KHBD", "2026-2027/W12", f"Bài {number}"))
            record = new_record(session, slot, 1)
            digest = hashlib.sha256(f"{owner.email} {number}".encode()).hexdigest()
            document = Document(digest, 1000, 1, False, f"uploads/{digest}", "bai.pdf", "")
            begun = begin(session, owner, record, document)
            make_findable(session, record, owner.name, slot.record_type.name, "")
            append(session, school, [begun])
