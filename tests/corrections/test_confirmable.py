"""Who is to confirm a correction is told so, until each part is filled."""

from collections.abc import Callable
from types import SimpleNamespace

from flask import Flask

from app.context import Context
from app.corrections.confirmable import count_confirmable_corrections
from app.people.authority import Authority
from tests.browsing import signed_in
from tests.corrections.test_closing import correcting, witness
from tests.handing_in import hand_in_again
from tests.tree.steps import file_one

Cast = SimpleNamespace
Pdf = Callable[..., bytes]


def waiting_for(context: Context, who: Authority) -> int:
    with context.database.transaction() as session:
        return count_confirmable_corrections(session, who, 1000)


def test_each_of_the_three_is_told_until_they_have_confirmed(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = file_one(context, cast, pdf("bản một"))
    correction = correcting(context, cast, record)
    three = [cast.teacher, cast.principal, cast.records_admin]
    assert [waiting_for(context, who) for who in three] == [0, 0, 0]

    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    assert [waiting_for(context, who) for who in (*three, cast.head, cast.b_principal)] == [1, 1, 1, 0, 0]

    witness(context, correction, cast.principal)
    assert [waiting_for(context, who) for who in three] == [1, 0, 1]
    assert waiting_for(context, cast.vice_principal) == 0


def test_their_tasks_lead_there(app: Flask, context: Context, cast: Cast, pdf: Pdf) -> None:
    record = file_one(context, cast, pdf("bản một"))
    correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    page = signed_in(app, cast.teacher.email).get("/viec-cua-toi").text
    assert "1 sửa chữa chờ bạn xác nhận" in page
