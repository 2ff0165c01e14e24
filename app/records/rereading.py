"""What an older gate took is read by today's before anybody decides on it, and before it is sealed.

Rules and readers change with the product. The number of the gate that took a version stands in its record;
the pages that people see always come from today's reading.
"""

import uuid
from typing import BinaryIO

from sqlalchemy import or_, select, update

from app.context import Context
from app.errors import Refused
from app.jobs import LEISURELY, ask_for_each, defer
from app.pdf.gate import GATE_NUMBER, inspect
from app.pdf.refusals import BY_CODE, RefusedFile
from app.pdf.sandbox import SandboxDied, SandboxUnavailable
from app.records.models import Record
from app.records.queries import version_of
from app.records.refusals import AcceptedBytesChanged
from app.staging.digests import sha256_of
from app.text import N_, Phrase

_OF_THE_MACHINE = frozenset({"crash", "machine"})
_AT_ONCE = 2000
"""Records asked for by one look of the chore, those that wait longest first."""


class BeingReadAgain(Refused):
    """Today's gate has not read it yet."""

    code, status = "being_read_again", 409
    detail = N_("Tệp này được nhận trước khi hệ thống nâng cấp và đang được kiểm tra lại.")
    hint = N_("Đợi vài phút rồi tải lại trang; chưa ai phải nộp lại.")


class NoLongerTaken(Refused):
    """Today's gate refuses what an older one took; it is returned or withdrawn and handed in anew."""

    code, status = "no_longer_taken", 409
    detail = N_(
        "Tệp này được nhận trước khi hệ thống nâng cấp; kiểm tra lại theo quy tắc hiện nay thì không nhận "
        "được. %(reason)s"
    )
    hint = N_("Trả lại, hoặc người nộp rút về, rồi nộp phiên bản mới; hệ thống sẽ nói cách sửa khi nộp.")


class NoLongerSealed(Refused):
    """The same of a record that was signed off, from where no step leads back; its page says why."""

    code, status = NoLongerTaken.code, 500
    detail = N_(
        "Tệp này được nhận trước khi hệ thống nâng cấp; kiểm tra lại theo quy tắc hiện nay thì không đóng "
        "dấu được. Trang của hồ sơ nói vì sao."
    )
    hint = N_(
        "Bấm thử lại không giúp được. Người nộp sửa tệp rồi nộp thành hồ sơ mới với tiêu đề khác; hồ sơ này "
        "giữ nguyên quyết định ký duyệt và không được lưu vào cây thư mục."
    )


def is_taken(record: Record) -> bool:
    """Tell whether today's gate has taken the present version."""
    return record.gate == GATE_NUMBER and not record.gate_refusal


def refusal_by_gate(record: Record) -> Refused | None:
    """Return why nobody may rely on the present version by today's rules; None where it is taken."""
    if is_taken(record):
        return None
    if record.gate != GATE_NUMBER:
        return BeingReadAgain()
    refused = BY_CODE[record.gate_refusal]
    reason = Phrase(refused.detail, {"pages": record.pages, "limit": record.pages})
    return NoLongerTaken(reason=reason)


def ask_to_read_again(context: Context) -> None:
    """Queue the reading of what waits for a decision and was taken by another gate, each by itself."""
    with context.database.transaction() as session:
        waiting = session.scalars(
            select(Record.id)
            .where(Record.waiting_for.is_not(None), or_(Record.gate < GATE_NUMBER, Record.gate > GATE_NUMBER))
            .order_by(Record.waiting_since)
            .limit(_AT_ONCE)
        ).all()
        ask_for_each(session, "read_again", "record_id", [str(record_id) for record_id in waiting])


def read_again(context: Context, record_id: str) -> None:
    """Let today's gate read the present version of a record, and note what it says; may run twice.

    Leaves quietly where it has. Raises `BytesMissing` or `AcceptedBytesChanged`, of which nothing is noted
    with the record: they come back with a backup.
    """
    with context.database.sessions() as session:
        record = session.get(Record, uuid.UUID(record_id))
        if record is None or record.gate == GATE_NUMBER:
            return
        version = version_of(session, record.id, record.version)
    with context.staging.open(version.blob) as document:
        if sha256_of(document) != version.sha256:
            raise AcceptedBytesChanged
        _note(context, record, _refusal(context, record, document))


def demand_taken(context: Context, record: Record, document: BinaryIO) -> None:
    """Let today's gate read what is to be sealed, unless it took it; raises `NoLongerSealed`."""
    if is_taken(record):
        return
    _note(context, record, _refusal(context, record, document))
    if record.gate_refusal:
        raise NoLongerSealed


def _refusal(context: Context, record: Record, document: BinaryIO) -> str:
    """Return the code of today's refusal, empty if there is none; a lower limit on pages is none.

    Raises `SandboxUnavailable` also where the sandbox ended of something that may be the machine's doing.
    """
    most = max(context.settings.max_pages, record.pages)
    try:
        inspect(context.sandbox, document, record.size, max_pages=most, background=True)
    except RefusedFile as refusal:
        death = refusal.__cause__
        if isinstance(death, SandboxDied) and death.reason in _OF_THE_MACHINE:
            raise SandboxUnavailable from death
        return refusal.code
    return ""


def _note(context: Context, record: Record, refusal: str) -> None:
    """Note what today's gate says of a version, and have its pages drawn as today's reading shows them."""
    record.gate, record.gate_refusal = GATE_NUMBER, refusal
    same = (Record.id == record.id, Record.version == record.version)
    with context.database.transaction() as session:
        session.execute(update(Record).where(*same).values(gate=GATE_NUMBER, gate_refusal=refusal))
        pages: dict[str, str | int] = {"record_id": str(record.id), "version": record.version}
        defer(session, "prepare_pages", [pages], priority=LEISURELY)
