"""The list of teachers who may teach from lesson plans on a computer.

Official papers are in Vietnamese, so the sentences here are not translated.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import VIETNAM, local_day
from app.laptops.queries import LaptopView, departments_of_people, permitted_of
from app.papers.paper import Align, Column, OfficialPaper, Signature, Table, Text, numbered
from app.schools.letterheads import dated_line, letterhead_of

_COLUMNS = (
    Column("STT", 0.5, Align.CENTRE),
    Column("Họ và tên", 2.2),
    Column("Tổ chuyên môn", 1.5),
    Column("Ngày cho phép", 1.2, Align.CENTRE),
    Column("Người cho phép", 2.4),
)
_CONDITIONS = (
    "Các giáo viên có tên đã tự nguyện đăng ký, có máy tính mang đến lớp, sử dụng thành thạo và được hiệu "
    "trưởng cho phép."
)


def laptop_list(session: Session, school_id: int, year: str, made_at: datetime) -> OfficialPaper:
    """Describe the list of a school year as it stands at a moment."""
    views = permitted_of(session, school_id, year)
    units = departments_of_people(session, school_id, [view.permission.user_id for view in views])
    rows = [
        (str(number), view.teacher, units.get(view.permission.user_id, ""), _day(view), _decider(view))
        for number, view in enumerate(views, 1)
    ]
    return OfficialPaper(
        letterhead=letterhead_of(session, school_id, local_day(made_at)),
        title="DANH SÁCH",
        subject=f"Giáo viên được sử dụng kế hoạch bài dạy trên máy tính, năm học {year}",
        number=numbered(None, "DS"),
        dated=dated_line(session, school_id, made_at),
        made_at=made_at,
        blocks=(
            Table(_COLUMNS, rows, empty="Chưa có giáo viên nào."),
            Text(f"Danh sách có {len(rows)} giáo viên."),
            Text(_CONDITIONS),
        ),
        signatures=(Signature(("HIỆU TRƯỞNG",)),),
        recipients=("Các tổ chuyên môn", "Lưu: VT"),
    )


def _day(view: LaptopView) -> str:
    moment = view.permission.decided_at
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y") if moment else ""


def _decider(view: LaptopView) -> str:
    capacity = view.permission.capacity
    return f"{capacity} HIỆU TRƯỞNG, {view.decided_by}" if capacity else f"Hiệu trưởng, {view.decided_by}"
