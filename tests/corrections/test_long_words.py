"""What somebody says of a correction is kept whole, or refused with its bound: the certificate prints it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.context import Context
from app.corrections.deciding import refuse
from app.corrections.models import Correction
from app.corrections.requesting import LONGEST_REASON, request_correction
from app.errors import TextTooLong
from tests.browsing import send, signed_in
from tests.conftest import Cast
from tests.tree.steps import file_one

Pdf = Callable[..., bytes]
WHOLE, LONGER = "đ" * LONGEST_REASON, "đ" * (LONGEST_REASON + 1)


def kept(context: Context) -> list[tuple[str, str | None]]:
    with context.database.transaction() as session:
        return [
            (reason, said) for reason, said in session.execute(select(Correction.reason, Correction.comment))
        ]


def test_reason_and_refusal_are_kept_whole_or_not_at_all(
    context: Context, app: Flask, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("bản một"))
    owner, page = signed_in(app, cast.teacher.email), f"/ho-so/{record.id}"
    answer = send(owner, f"/sua-chua/ho-so/{record.id}", page, reason=LONGER)
    assert answer.status_code == 422
    assert str(LONGEST_REASON) in answer.text
    assert kept(context) == []
    with context.database.transaction() as session:
        made = request_correction(session, cast.teacher, record.id, f" {WHOLE}\n").id
    with context.database.transaction() as session, pytest.raises(TextTooLong):
        refuse(session, cast.principal, made, LONGER)
    with context.database.transaction() as session:
        refuse(session, cast.principal, made, WHOLE)
    assert kept(context) == [(WHOLE, WHOLE)]
