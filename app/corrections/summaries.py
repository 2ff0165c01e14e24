"""The summary of a term's corrections ("tổng hợp sửa chữa"), printed for the archive.

Official papers are in Vietnamese, so the sentences here are not translated.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.calendar.queries import calendar_of
from app.catalogue.models import PeriodKind
from app.catalogue.periods import parse_period, vietnamese_label, year_in
from app.clock import local_day
from app.corrections.queries import CorrectionView, corrections_of_school
from app.papers.paper import Align, Column, OfficialPaper, Signature, Table, Text
from app.schools.letterheads import dated_line, letterhead_of, shown

_RESULTS = {
    "requested": "chờ quyết định",
    "open": "đang mở",
    "refused": "không đồng ý",
    "witnessed": "đã sửa, đủ ba xác nhận",
    "expired": "đóng khi hết hạn",
}


def summary_of(session: Session, school_id: int, term: str, made_at: datetime) -> OfficialPaper:
    """Describe the list of all corrections of records of a term; yearly records belong to the second.

    Raises `BadPeriod` for what is no term.
    """
    parse_period(term, PeriodKind.TERM)
    views = [view for view in corrections_of_school(session, school_id) if _in_term(session, view, term)]
    return OfficialPaper(
        letterhead=letterhead_of(session, school_id, local_day(made_at)),
        title="TỔNG HỢP SỬA CHỮA DỮ LIỆU",
        subject=vietnamese_label(term),
        dated=dated_line(session, school_id, made_at),
        made_at=made_at,
        landscape=True,
        blocks=(_summary_table(views), Text(f"Tổng số: {len(views)} đề nghị sửa chữa.")),
        signatures=(Signature(("BAN QUẢN TRỊ",)), Signature(("HIỆU TRƯỞNG",))),
    )


def _summary_table(views: Sequence[CorrectionView]) -> Table:
    columns = (
        Column("STT", 0.5, Align.CENTRE),
        Column("Phiếu số", 0.7, Align.CENTRE),
        Column("Đề nghị lúc", 1.3, Align.CENTRE),
        Column("Người đề nghị", 1.8),
        Column("Hồ sơ", 3),
        Column("Lý do", 2.6),
        Column("Người quyết định", 1.8),
        Column("Kết quả", 2),
        Column("Phiên bản cũ, mới", 2.2),
    )
    return Table(columns, [_summary_row(number, view) for number, view in enumerate(views, start=1)])


def _summary_row(number: int, view: CorrectionView) -> tuple[str, ...]:
    correction, record = view.correction, view.record
    old = f"{correction.old_version} ({correction.old_sha256[:8]})"
    new = f"{correction.new_version} ({(correction.new_sha256 or '')[:8]})" if correction.new_version else "–"
    return (
        str(number),
        str(correction.id),
        shown(correction.requested_at),
        view.requested_by,
        f"{record.title} ({record.code})",
        correction.reason,
        view.decided_by or "–",
        _RESULTS["witnessed" if view.is_complete else view.ending or view.state.value],
        f"cũ: {old}; mới: {new}",
    )


def _in_term(session: Session, view: CorrectionView, term: str) -> bool:
    year = year_in(term)
    if year_in(view.record.period) != year:
        return False
    calendar = calendar_of(session, view.record.school_id, year)
    terms = [each.period for each in calendar.of_kind(PeriodKind.TERM)]
    within = calendar.within(view.record.period)
    return next((each for each in terms if each in within), terms[-1]) == term
