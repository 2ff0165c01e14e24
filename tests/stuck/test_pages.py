"""The page of what is stuck, as people see it in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.context import Context
from app.records.models import Record, Version
from app.running.worker import run_worker
from app.stuck.models import StuckJob
from tests.browsing import application_on, send, signed_in
from tests.tree.steps import sign_off
from workflows.model import State

Cast = Any
Pdf = Callable[..., bytes]


def test_what_fails_for_good_is_on_the_page_and_goes_on_after_a_click(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = sign_off(context, cast, pdf("Bài 1"))
    with context.database.transaction() as session:
        blob = session.get_one(Version, (record.id, 1)).blob
    place = context.settings.data_dir / "staging" / blob
    kept = place.read_bytes()
    place.write_bytes(kept + b" ")
    run_worker(context, wait=False)

    browser = signed_in(application_on(context), cast.clerk.email)
    page = browser.get("/viec-bi-ket").text
    assert record.title in page
    assert "không còn đúng từng byte" in page

    place.write_bytes(kept)
    with context.database.transaction() as session:
        stuck = session.scalars(select(StuckJob)).one().id
    assert send(browser, f"/viec-bi-ket/{stuck}/thu-lai", "/viec-bi-ket").status_code == 302
    run_worker(context, wait=False)
    assert record.title not in browser.get("/viec-bi-ket").text
    with context.database.transaction() as session:
        assert session.get_one(Record, record.id).state == State.FILED


@pytest.mark.parametrize(
    ("who", "status"), [("teacher", 403), ("head", 403), ("b_principal", 404), ("officer", 404)]
)
def test_others_cannot_retry_what_is_stuck_in_a_school(
    context: Context, cast: Cast, pdf: Pdf, who: str, status: int
) -> None:
    record = sign_off(context, cast, pdf("Bài 1"))
    with context.database.transaction() as session:
        about = {"subject": str(record.id), "arguments": {"record_id": str(record.id)}}
        stuck = StuckJob(school_id=record.school_id, task="seal", code="not_sealable", attempts=1, **about)
        session.add(stuck)
    browser = signed_in(application_on(context), getattr(cast, who).email)
    assert send(browser, f"/viec-bi-ket/{stuck.id}/thu-lai", "/cay-thu-muc/").status_code == status
    with context.database.transaction() as session:
        assert session.get(StuckJob, stuck.id) is not None
    assert record.title not in browser.get("/viec-bi-ket").text
