"""The certificate names everybody who decided, with his own position and in whose place he signed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, update

from app.approvals.history import history_of
from app.approvals.ownership import Passing, pass_on
from app.clock import today
from app.context import Context
from app.corrections.models import Correction, CorrectionState
from app.db import now
from app.pdf.orders import SealOrder
from app.people.authority import authority_of
from app.people.models import Delegation, Membership, Role, User
from app.proof.queries import find_proof
from app.records.models import Record
from app.schools.models import Department, Office, School
from app.schools.names import Naming, name_school
from app.tree.seal_orders import seal_order
from tests.handing_in import decide, hand_in, hand_in_again
from workflows.model import Action

Cast = Any
Pdf = Callable[..., bytes]


def lines(context: Context, record: Record) -> list[tuple[str, str, str]]:
    with context.database.transaction() as session:
        order = seal_order(session, session.get_one(Record, record.id), "https://kd.example")
    return [(one.action_label, one.name, one.position) for one in order.decisions]


def deciders(context: Context, record: Record) -> list[tuple[str, str]]:
    with context.database.transaction() as session:
        order = seal_order(session, session.get_one(Record, record.id), "https://kd.example")
    return [(one.decider, one.name) for one in order.decisions]


def test_head_and_principal_sign_in_their_own_right(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1")).record
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)
    assert lines(context, record) == [
        ("Đã duyệt", "Tổ trưởng Một A", "Tổ trưởng Tổ 1"),
        ("Đã ký duyệt", "Hiệu trưởng A", "Hiệu trưởng"),
    ]
    assert deciders(context, record) == [("head", "Tổ trưởng Một A"), ("principal", "Hiệu trưởng A")]


def test_a_vice_principal_signs_in_the_principals_place(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.head, pdf("Tổ"), record_type="KHTCM", period="2026-2027").record
    with context.database.transaction() as session:
        lent = Delegation(
            school_id=record.school_id,
            from_user_id=cast.principal.user_id,
            to_user_id=cast.vice_principal.user_id,
            role=Role.PRINCIPAL,
            capacity="KT.",
            starts_at=now() - timedelta(hours=1),
            ends_at=now() + timedelta(days=1),
        )
        session.add(lent)
    with context.database.transaction() as session:
        deputy = authority_of(session, cast.vice_principal.user_id)
    decide(context, deputy, record, Action.SIGN_OFF)
    assert lines(context, record) == [
        ("Đã ký duyệt", "Phó Hiệu trưởng A", "KT. HIỆU TRƯỞNG, Phó Hiệu trưởng")
    ]
    assert deciders(context, record) == [("principal", "Phó Hiệu trưởng A")]


def test_a_deputy_head_signs_in_the_heads_place(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1")).record
    with context.database.transaction() as session:
        post = Membership(
            user_id=cast.teacher2.user_id,
            role=Role.DEPUTY_HEAD,
            school_id=record.school_id,
            department_id=record.department_id,
        )
        session.add(post)
    with context.database.transaction() as session:
        deputy = authority_of(session, cast.teacher2.user_id)
    decide(context, deputy, record, Action.APPROVE)
    assert lines(context, record) == [("Đã duyệt", "Giáo viên Hai A", "KT. TỔ TRƯỞNG TỔ 1, Tổ phó Tổ 1")]
    assert deciders(context, record) == [("head", "Giáo viên Hai A")]


def test_decisions_on_an_earlier_version_are_left_out(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1")).record
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.RETURN, "Thiếu mục tiêu")
    hand_in_again(context, cast.teacher, pdf("Bài 1, đã sửa"), record)
    decide(context, cast.head, record, Action.APPROVE)
    assert len(lines(context, record)) == 1


def test_the_order_tells_what_the_check_page_needs(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1"), title="Phép cộng").record
    decide(context, cast.head, record, Action.APPROVE)
    with context.database.transaction() as session:
        order = seal_order(session, session.get_one(Record, record.id), "https://kd.example")
    assert order.check_url == f"https://kd.example/kiem-tra/{record.code}"
    assert (order.approved_sha256, order.approved_pages) == (record.sha256, 1)
    assert (order.title, order.period) == ("Phép cộng", "Tuần 12, năm học 2026-2027")
    assert (order.school, order.department) == ("Trường Tiểu học A", "Tổ 1")


def order_of(context: Context, record: Record) -> SealOrder:
    with context.database.transaction() as session:
        return seal_order(session, session.get_one(Record, record.id), "https://kd.example")


def rename_everything(context: Context, record: Record) -> None:
    """Call everybody, the department, the school and the office above it by other names."""
    with context.database.transaction() as session:
        for table in (User, Department, School, Office):
            session.execute(update(table).values(name=func.concat(table.name, " (tên mới)")))
        naming = Naming(today() - timedelta(days=400), "Trường tên khác", "Cơ quan khác")
        name_school(session, session.get_one(School, record.school_id), "system", naming, today())


def test_who_and_what_is_renamed_later_changes_nothing_that_was_signed(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1")).record
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)
    before = order_of(context, record)
    with context.database.transaction() as session:
        told = [(entry.event.turn, entry.actor) for entry in history_of(session, record.id)]

    rename_everything(context, record)

    assert order_of(context, record) == before
    assert (before.school, before.superior, before.department) == ("Trường Tiểu học A", "UBND xã Mẫu", "Tổ 1")
    with context.database.transaction() as session:
        assert [(entry.event.turn, entry.actor) for entry in history_of(session, record.id)] == told
        proof = find_proof(session, record.code)
    assert proof is not None
    assert proof.school == "Trường Tiểu học A"
    assert [each.name for each in proof.signatures] == ["Tổ trưởng Một A", "Hiệu trưởng A"]


def test_between_two_decisions_each_name_is_that_of_its_own_day(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1")).record
    decide(context, cast.head, record, Action.APPROVE)
    rename_everything(context, record)
    decide(context, cast.principal, record, Action.SIGN_OFF)

    order = order_of(context, record)
    assert [(one.name, one.role_label) for one in order.decisions] == [
        ("Tổ trưởng Một A", "Tổ trưởng Tổ 1"),
        ("Hiệu trưởng A (tên mới)", "Hiệu trưởng"),
    ]
    assert [one.name for one in order.versions] == ["Giáo viên Một A"]
    assert (order.school, order.maker) == ("Trường tên khác", "Giáo viên Một A")


def test_each_version_has_its_hand_also_after_a_handover(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1")).record
    decide(context, cast.head, record, Action.RETURN, "Thiếu mục tiêu")
    with context.database.transaction() as session:
        given = Passing(cast.teacher.user_id, cast.teacher2.user_id, [record.id], [], "Bàn giao")
        assert pass_on(session, given).record_ids == [record.id]
    hand_in_again(context, cast.teacher2, pdf("Bài 1, đã sửa"), record)
    decide(context, cast.head, record, Action.APPROVE)

    order = order_of(context, record)
    assert (order.maker, order.handovers) == ("Giáo viên Hai A", ("Bàn giao",))
    assert [(one.number, one.name, one.position) for one in order.versions] == [
        (1, "Giáo viên Một A", "Giáo viên"),
        (2, "Giáo viên Hai A", "Giáo viên"),
    ]


def test_who_takes_a_record_over_while_it_waits_did_not_make_it(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1")).record
    said = "Giáo viên Một A giao, Giáo viên Hai A nhận theo biên bản bàn giao số 1 ngày 01/12/2026."
    with context.database.transaction() as session:
        pass_on(session, Passing(cast.teacher.user_id, cast.teacher2.user_id, [record.id], [], said))
    decide(context, cast.head, record, Action.APPROVE)

    order = order_of(context, record)
    assert (order.maker, order.handovers) == ("Giáo viên Một A", (said,))


def test_the_correction_of_a_version_is_named_with_who_asked_and_who_consented(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1")).record
    for who, action in ((cast.head, Action.APPROVE), (cast.principal, Action.SIGN_OFF), (None, Action.FILE)):
        decide(context, who, record, action)
    with context.database.transaction() as session:
        correction = Correction(
            school_id=record.school_id,
            record_id=record.id,
            state=CorrectionState.OPEN,
            reason="Sai số liệu ở trang 2",
            requested_by_id=cast.teacher.user_id,
            requester_name=cast.teacher.name,
            old_turn=3,
            old_version=1,
            old_sha256=record.sha256,
            decided_by_id=cast.principal.user_id,
            decider_name=cast.principal.name,
            decided_at=now(),
            until=now() + timedelta(days=3),
        )
        session.add(correction)
        session.flush()
        number = correction.id
    hand_in_again(context, cast.teacher, pdf("Bài 1, đã sửa"), record)
    decide(context, cast.head, record, Action.APPROVE)
    rename_everything(context, record)

    order = order_of(context, record)
    assert [(one.number, one.correction) for one in order.versions] == [(1, 0), (2, number)]
    (under,) = order.corrections
    assert (under.requested_by, under.consented_by) == ("Giáo viên Một A", "Hiệu trưởng A")
    assert under.reason == "Sai số liệu ở trang 2"
