"""The minutes of a handover, "biên bản bàn giao" (Nghị định 30/2020/NĐ-CP, Điều 31).

Official papers are in Vietnamese, so the sentences here are not translated.
"""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.clock import VIETNAM
from app.handovers.models import Handover, HandoverItem
from app.handovers.queries import HandoverView, Stage, codes_of, items_of
from app.labels import ROLES
from app.papers.paper import (
    Align,
    Block,
    Column,
    Fields,
    Heading,
    OfficialPaper,
    Signature,
    Table,
    Text,
    numbered,
)
from app.people.models import Membership, User
from app.schools.letterheads import dated_line, letterhead_of, shown
from app.schools.models import Department

_NUMBER = Column("STT", 0.5, Align.CENTRE)
_CODE_SHARE = 2.5
"""Of the width: enough for a code like KD-7F3K-9Q2M-X4TB to stay in one line."""
_UNCONFIRMED = "(Dự thảo: chưa đủ xác nhận của hai bên)"
_CANCELLED = "(Không có hiệu lực: biên bản đã được hủy)"
_CLOSING = (
    "Bên giao đã giao đủ, bên nhận đã nhận đủ những hồ sơ và nhiệm vụ nêu trên; bên nhận chịu trách nhiệm "
    "quản lý và tiếp tục hoàn thành kể từ ngày bàn giao có hiệu lực. Hồ sơ đã ký duyệt giữ nguyên tên "
    "người lập và vẫn nằm trong thư mục của nhà trường."
)


def minutes_of(session: Session, view: HandoverView) -> OfficialPaper:
    """Describe the minutes of a handover; once both parties agreed they stay the same."""
    handover = view.handover
    moment = _last_word(handover)
    return OfficialPaper(
        letterhead=letterhead_of(session, handover.school_id, moment.date()),
        title="BIÊN BẢN",
        subject=f"Bàn giao hồ sơ, nhiệm vụ – năm học {handover.year}",
        note=_note(view),
        number=numbered(None, "BB"),
        dated=dated_line(session, handover.school_id, moment),
        made_at=moment,
        blocks=tuple(_blocks(session, view)),
        signatures=_signatures(view),
        recipients=("Bên giao, bên nhận", "Lưu: VT"),
        code=f"Bàn giao số {handover.id}",
    )


def minutes_name(view: HandoverView) -> str:
    """Return the name under which the minutes are downloaded."""
    return f"bien-ban-ban-giao-{view.handover.id}.pdf"


def remark_on(session: Session, handover: Handover) -> str:
    """Return what the history of a record says of its handover: who gave, who took, by which minutes."""
    giver, taker = (
        session.get_one(User, person).name for person in (handover.from_user_id, handover.to_user_id)
    )
    day = _last_word(handover).strftime("%d/%m/%Y")
    return f"{giver} giao, {taker} nhận theo biên bản bàn giao số {handover.id} ngày {day}."


def _blocks(session: Session, view: HandoverView) -> Iterator[Block]:
    handover = view.handover
    items = items_of(session, handover.id)
    yield Heading("I. Thành phần và lý do")
    yield Fields(
        (
            ("Bên giao", _party(session, handover, handover.from_user_id, view.giver_called)),
            ("Bên nhận", _party(session, handover, handover.to_user_id, view.taker_called)),
            ("Người lập biên bản", view.prepared_by),
            ("Lý do", handover.reason),
            ("Hiệu lực từ ngày", handover.takes_effect_on.strftime("%d/%m/%Y")),
            ("Bên giao rời trường", "có" if handover.leaves else "không"),
        )
    )
    yield Heading("II. Hồ sơ bàn giao")
    yield from _records(session, handover, [item for item in items if item.record_id is not None])
    yield Heading("III. Nhiệm vụ bàn giao")
    duties = [item for item in items if item.assignment_id is not None]
    rows = [(str(number), item.title, item.detail) for number, item in enumerate(duties, 1)]
    yield Table((_NUMBER, Column("Nhiệm vụ", 3), Column("Thời gian", 3)), rows)
    yield Heading("IV. Xác nhận")
    yield Text(_CLOSING)
    if view.given_in_stead:
        yield Text(
            f"Bên giao không thể tự xác nhận; {view.given_by} xác nhận thay lúc {shown(handover.given_at)}."
        )


def _records(session: Session, handover: Handover, items: Sequence[HandoverItem]) -> Iterator[Block]:
    codes = codes_of(session, handover.id)
    columns = (
        _NUMBER,
        Column("Mã hồ sơ", _CODE_SHARE),
        Column("Tên hồ sơ", 2.5),
        Column("Tình trạng khi lập biên bản", 2.5),
    )
    rows = [
        (str(number), codes[item.record_id], item.title, item.detail)
        for number, item in enumerate(items, 1)
        if item.record_id is not None
    ]
    yield Table(columns, rows)
    yield Text(f"Tổng số: {len(rows)} hồ sơ.")


def _party(session: Session, handover: Handover, person: uuid.UUID, name: str) -> str:
    """Return a name with what the person was in the school when the minutes were drawn up."""
    rows = session.execute(
        select(Membership.role, Department.name)
        .outerjoin(Department, Department.id == Membership.department_id)
        .where(
            Membership.user_id == person,
            Membership.school_id == handover.school_id,
            Membership.began_at <= handover.prepared_at,
            or_(Membership.ended_at.is_(None), Membership.ended_at > handover.prepared_at),
        )
        .order_by(Membership.id)
    )
    posts = (" ".join(filter(None, [ROLES[role].lower(), unit])) for role, unit in rows)
    return ", ".join([name, *posts])


def _signatures(view: HandoverView) -> tuple[Signature, ...]:
    handover = view.handover
    giver = Signature(("BÊN GIAO",), view.giver, mark=_mark(handover.given_at))
    if view.given_in_stead:
        giver = Signature(("XÁC NHẬN THAY BÊN GIAO",), view.given_by, mark=_mark(handover.given_at))
    taker = Signature(("BÊN NHẬN",), view.taker, mark=_mark(handover.taken_at))
    return giver, taker, Signature(("HIỆU TRƯỞNG",))


def _mark(moment: datetime | None) -> str:
    if moment is None:
        return ""
    at = moment.astimezone(VIETNAM).strftime("%H:%M ngày %d/%m/%Y")
    return f"Đã xác nhận từ tài khoản của mình\nlúc {at}"


def _note(view: HandoverView) -> str:
    return {Stage.TO_CONFIRM: _UNCONFIRMED, Stage.CANCELLED: _CANCELLED}.get(view.stage, "")


def _last_word(handover: Handover) -> datetime:
    """Return when the minutes last became other ones, in Vietnam's time."""
    moments = (handover.prepared_at, handover.given_at, handover.taken_at, handover.cancelled_at)
    return max(filter(None, moments)).astimezone(VIETNAM)
