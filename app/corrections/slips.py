"""The slip of one correction, "phiếu sửa chữa dữ liệu" of the provinces' rules on electronic books.

Official papers are in Vietnamese, so the sentences here are not translated.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.periods import vietnamese_label
from app.clock import VIETNAM
from app.corrections.comparing import PageChange, changed_pages
from app.corrections.models import CorrectionState, Part
from app.corrections.queries import CorrectionView
from app.papers.paper import (
    Align,
    Block,
    Bullets,
    Column,
    Fields,
    Heading,
    OfficialPaper,
    Signature,
    Table,
    Text,
)
from app.records.models import Version
from app.records.queries import version_of
from app.schools.letterheads import dated_line, letterhead_of, shown

_NUMBER = Column("STT", 0.5, Align.CENTRE)
_PARTS = {
    Part.REQUESTER: "NGƯỜI ĐỀ NGHỊ",
    Part.ADMINISTRATOR: "BAN QUẢN TRỊ",
    Part.LEADER: "LÃNH ĐẠO NHÀ TRƯỜNG",
}
_NOTES = {
    CorrectionState.REQUESTED: "(Chưa có hiệu lực: đề nghị chưa được hiệu trưởng quyết định)",
    CorrectionState.REFUSED: "(Không có hiệu lực: hiệu trưởng không đồng ý)",
    CorrectionState.OPEN: "(Chưa hoàn tất: hồ sơ đang được mở để sửa)",
}
_EXPIRED = "(Đóng khi hết thời hạn mở, chưa đủ ba xác nhận)"
_NOT_FILED = "(Đóng khi hết thời hạn mở, phiên bản mới chưa được lưu)"
_SCAN = "Chữ của hai phiên bản không khác nhau hoặc tệp là ảnh quét; đối chiếu bằng hình ảnh từng trang."
_MOST_PAGES = 40


def slip_of(session: Session, view: CorrectionView) -> OfficialPaper:
    """Describe the slip of one correction as it stands: who asked, consented, changed what and confirmed."""
    record = view.record
    return OfficialPaper(
        letterhead=letterhead_of(session, record.school_id, _last_change(view).date()),
        title="PHIẾU SỬA CHỮA DỮ LIỆU",
        number=f"Số: {view.correction.id}",
        subject=f"{view.type_name}, {vietnamese_label(record.period)}",
        note=_note(view),
        dated=dated_line(session, record.school_id, _last_change(view)),
        made_at=_last_change(view),
        blocks=tuple(_slip_blocks(session, view)),
        signatures=tuple(_signature(view, part) for part in _PARTS),
        code=f"{record.code} · {view.correction.old_sha256[:8]}",
    )


def slip_name(view: CorrectionView) -> str:
    """Return the name under which the slip is downloaded."""
    return f"phieu-sua-chua-{view.correction.id}-{view.record.code}.pdf"


def changes_of(session: Session, view: CorrectionView) -> list[PageChange]:
    """List the pages that differ between the old version and the new one, if there is one."""
    if view.version is None:
        return []
    texts = select(Version.number, Version.text).where(
        Version.record_id == view.record.id,
        Version.number.in_([view.correction.old_version, view.version]),
    )
    by_number: dict[int, str] = dict(session.execute(texts).all())
    return changed_pages(by_number[view.correction.old_version], by_number[view.version])


def _slip_blocks(session: Session, view: CorrectionView) -> Iterator[Block]:
    record, correction = view.record, view.correction
    yield Heading("I. Hồ sơ và người đề nghị")
    yield Fields(
        (
            ("Hồ sơ", record.title),
            ("Loại hồ sơ", view.type_name),
            ("Kỳ", vietnamese_label(record.period)),
            ("Lớp, môn", " · ".join(filter(None, [record.class_name, record.subject]))),
            ("Mã hồ sơ", record.code),
            ("Người đề nghị", view.requested_by),
            ("Đề nghị lúc", shown(correction.requested_at)),
            ("Lý do", correction.reason),
        )
    )
    yield Heading("II. Nội dung thay đổi")
    yield _versions_table(session, view)
    yield from _changes(session, view)
    yield Heading("III. Quá trình")
    course = sorted(_course(view), key=lambda step: step[0])
    yield Bullets(tuple(f"{shown(moment)}: {what}" for moment, what in course))


def _versions_table(session: Session, view: CorrectionView) -> Table:
    old = version_of(session, view.record.id, view.correction.old_version)
    new = None if view.version is None else version_of(session, view.record.id, view.version)
    rows = [
        ("1", "Phiên bản", str(old.number), str(new.number) if new else "chưa có"),
        ("2", "Nộp lúc", shown(old.created_at), shown(new.created_at) if new else ""),
        ("3", "Số trang", str(old.pages), str(new.pages) if new else ""),
        ("4", "SHA-256", _in_groups(old.sha256), _in_groups(new.sha256) if new else ""),
    ]
    columns = (_NUMBER, Column("Nội dung", 1.2), Column("Trước khi sửa", 2.8), Column("Sau khi sửa", 2.8))
    return Table(columns, rows)


def _changes(session: Session, view: CorrectionView) -> Iterator[Block]:
    if view.version is None:
        return
    changes = changes_of(session, view)
    if not changes:
        yield Text(_SCAN)
        return
    numbers = ", ".join(str(change.number) for change in changes)
    yield Text(f"Trang có chữ thay đổi: {numbers}.")
    columns = (Column("Trang", 0.6, Align.CENTRE), Column("Trước", 3), Column("Sau", 3))
    yield Table(columns, [(str(c.number), c.before, c.after) for c in changes[:_MOST_PAGES]])


def _course(view: CorrectionView) -> Iterator[tuple[datetime, str]]:
    correction = view.correction
    yield correction.requested_at, f"{view.requested_by} đề nghị sửa chữa."
    if correction.decided_at is not None:
        yield correction.decided_at, _word(view)
    for each in view.confirmed:
        what = f"xác nhận phiên bản {each.witness.version}, SHA-256 {each.witness.sha256[:16]}…"
        yield each.witness.at, f"{each.name} ({_PARTS[Part(each.witness.part)].lower()}) {what}"
    closed_at = correction.closed_at or correction.until
    if view.state is CorrectionState.CLOSED and closed_at is not None:
        why = (
            "đủ ba xác nhận, hồ sơ đóng lại." if view.ending == "witnessed" else "hết thời hạn, tự đóng lại."
        )
        yield closed_at, why


def _word(view: CorrectionView) -> str:
    correction = view.correction
    post = f"{correction.capacity} HIỆU TRƯỞNG" if correction.capacity else "hiệu trưởng"
    who = f"{post} {view.decided_by}"
    if correction.state == CorrectionState.REFUSED:
        return f"{who} không đồng ý: {correction.comment}"
    return f"{who} đồng ý, mở hồ sơ đến {shown(correction.until)}."


def _signature(view: CorrectionView, part: Part) -> Signature:
    confirmed = view.valid.get(part)
    if confirmed is None:
        return Signature((_PARTS[part],), view.requested_by if part is Part.REQUESTER else "")
    moment = confirmed.witness.at.astimezone(VIETNAM).strftime("%H:%M ngày %d/%m/%Y")
    return Signature((_PARTS[part],), confirmed.name, mark=f"Đã xác nhận từ tài khoản của mình\nlúc {moment}")


def _note(view: CorrectionView) -> str:
    if view.state is not CorrectionState.CLOSED:
        return _NOTES[view.state]
    if view.is_complete:
        return ""
    return _NOT_FILED if len(view.valid) == len(Part) else _EXPIRED


def _last_change(view: CorrectionView) -> datetime:
    """Return when the slip last became another one, in Vietnam's time, so that it is made the same again."""
    correction = view.correction
    closed_at = correction.closed_at or correction.until if view.state is CorrectionState.CLOSED else None
    moments = [correction.requested_at, correction.decided_at, closed_at]
    moments += [each.witness.at for each in view.confirmed]
    return max(filter(None, moments)).astimezone(VIETNAM)


def _in_groups(sha256: str) -> str:
    return " ".join(sha256[i : i + 8] for i in range(0, len(sha256), 8))
