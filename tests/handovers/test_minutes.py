"""The minutes of a handover: what they name, who confirmed, and that they stay as agreed."""

from collections.abc import Callable
from types import SimpleNamespace

import pypdfium2
from sqlalchemy import update

from app.context import Context
from app.handovers.carrying_out import carry_out_handover
from app.handovers.confirming import confirm_giving, confirm_taking
from app.handovers.minutes import minutes_of
from app.handovers.queries import handover_view
from app.papers.printing import as_pdf
from app.people.accounts import disable
from app.people.models import User
from app.records.models import Record
from tests.handing_in import hand_in
from tests.handovers.giving import agreed, drawn_up
from tests.people.test_lapsing import account, change

Cast = SimpleNamespace


def printed(context: Context, cast: Cast, handover_id: int) -> bytes:
    with context.database.transaction() as session:
        return as_pdf(minutes_of(session, handover_view(session, cast.clerk, handover_id)))


def words(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pages)


def test_the_minutes_name_parties_records_and_duties(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = hand_in(context, cast.teacher, pdf("chờ"), title="Bài thơ của tôi").record
    with context.database.transaction() as session:
        session.execute(update(User).where(User.id == cast.teacher.user_id).values(staff_code="GV-01"))
        place = {"class_name": "1A", "subject": "Toán", "code": "KD-H96H-XMM6-NCWS"}
        session.execute(update(Record).values(place))
    said = words(printed(context, cast, drawn_up(context, cast)))
    assert cast.teacher.name in said
    assert cast.teacher2.name in said
    assert f"{cast.teacher.name} (GV-01), giáo viên" in said
    assert "Kế hoạch bài dạy, lớp 1A, môn Toán: Bài thơ của tôi" in said
    assert "KD-H96H-XMM6-NCWS" in said
    assert record.sha256[:16] in said.replace(" ", "")
    assert "Chủ nhiệm lớp 1A" in said
    assert "Tổng số: 1 hồ sơ." in said
    assert "Dự thảo" in said


def test_the_minutes_stay_the_same_once_agreed_whatever_happens_to_the_records(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    hand_in(context, cast.teacher, pdf("chờ"))
    handover_id = drawn_up(context, cast, leaves=True)
    agreed(context, cast, handover_id)
    before = printed(context, cast, handover_id)
    carry_out_handover(context, handover_id)
    assert printed(context, cast, handover_id) == before


def test_the_minutes_say_who_confirmed_for_the_giver(context: Context, cast: Cast) -> None:
    handover_id = drawn_up(context, cast)
    change(context, cast, account(disable, "teacher"))
    with context.database.transaction() as session:
        confirm_giving(session, cast.clerk, handover_id)
        confirm_taking(session, cast.teacher2, handover_id)
    said = words(printed(context, cast, handover_id))
    assert f"{cast.clerk.name} xác nhận thay" in said
    assert "XÁC NHẬN THAY BÊN GIAO" in said
    assert "Dự thảo" not in said
