"""The certificate names everybody who decided, with his own position and in whose place he signed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.context import Context
from app.db import now
from app.people.authority import authority_of
from app.people.models import Delegation, Membership, Role
from app.records.models import Record
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
