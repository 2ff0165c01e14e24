"""The page of what is stuck, as people see it in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.context import Context
from app.jobs import defer
from app.notices.mail import MailRefused
from app.records.models import Record, Version
from app.running.worker import run_worker
from app.stuck import queries
from app.stuck.kinds import KINDS
from app.stuck.models import StuckJob
from app.stuck.noting import FailedJob, note_stuck
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


DAYS = ("2026-11-02", "2026-11-03")


def letters_to(context: Context, person: Any, days: tuple[str, ...] = DAYS) -> int:
    """Let a reminder of each day to a person be refused, and return the one line that there is of them."""
    (school_id,) = person.own_schools()
    for day in days:
        arguments = {"school_id": school_id, "user_id": str(person.user_id), "day": day}
        note_stuck(context, FailedJob("send_reminder", arguments, None, 1), MailRefused("550"))
    with context.database.transaction() as session:
        return session.scalars(select(StuckJob.id).where(StuckJob.task == "send_reminder")).one()


def test_letters_that_are_refused_day_by_day_are_one_line_which_names_the_reader(
    context: Context, cast: Cast
) -> None:
    letters_to(context, cast.teacher)
    page = signed_in(application_on(context), cast.clerk.email).get("/viec-bi-ket").text
    assert page.count("/bo-qua") == 1
    assert f"Người nhận: {cast.teacher.name}" in page


def test_what_somebody_waits_for_is_never_hidden_behind_letters(
    context: Context, cast: Cast, pdf: Pdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_SHOWN", 2)
    letters_to(context, cast.teacher)
    record = sign_off(context, cast, pdf("Bài 1"))
    build = {"school_id": record.school_id, "year": "2026-2027"}
    note_stuck(context, FailedJob("build_obligations", build, None, 1), ZeroDivisionError())
    note_stuck(context, FailedJob("seal", {"record_id": str(record.id)}, None, 4), ZeroDivisionError())
    page = signed_in(application_on(context), cast.clerk.email).get("/viec-bi-ket").text
    seal, list_of_duties = (page.index(KINDS[task].says) for task in ("seal", "build_obligations"))
    assert seal < list_of_duties
    assert KINDS["send_reminder"].says not in page
    assert "Còn 1 việc nữa" in page


def test_a_letter_is_done_without_at_a_click_which_the_audit_log_keeps(context: Context, cast: Cast) -> None:
    stuck = letters_to(context, cast.teacher)
    with context.database.transaction() as session:
        arguments = session.get_one(StuckJob, stuck).arguments
        defer(session, "send_reminder", [{**arguments, "day": day} for day in DAYS])
    app = application_on(context)
    for who, status in (("teacher", 403), ("b_principal", 404), ("clerk", 302)):
        browser = signed_in(app, getattr(cast, who).email)
        assert send(browser, f"/viec-bi-ket/{stuck}/bo-qua", "/cay-thu-muc/").status_code == status
    with context.database.transaction() as session:
        assert session.scalars(select(StuckJob)).all() == []
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
        entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "job.drop")).one()
    assert (entry.actor, entry.facts["code"]) == (str(cast.clerk.user_id), "letter_refused")


def test_nothing_but_a_letter_is_done_without(context: Context, cast: Cast) -> None:
    (school_id,) = cast.clerk.own_schools()
    build = {"school_id": school_id, "year": "2026-2027"}
    note_stuck(context, FailedJob("build_obligations", build, None, 1), ZeroDivisionError())
    browser = signed_in(application_on(context), cast.clerk.email)
    assert "/bo-qua" not in browser.get("/viec-bi-ket").text
    with context.database.transaction() as session:
        stuck = session.scalars(select(StuckJob.id)).one()
    assert send(browser, f"/viec-bi-ket/{stuck}/bo-qua", "/viec-bi-ket").status_code == 404
