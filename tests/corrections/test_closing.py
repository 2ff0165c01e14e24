"""How corrections close, what stands in the tree meanwhile, and what goes on after the time is over."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.approvals.actions import Decision, act
from app.audit.chain import verify
from app.context import Context
from app.corrections.closing import ask_for_expired
from app.corrections.deciding import consent
from app.corrections.models import Correction
from app.corrections.queries import correction_view
from app.corrections.refusals import AlreadyConfirmed, CorrectionMoved, NothingToCorrect
from app.corrections.requesting import request_correction
from app.corrections.slips import changes_of, slip_of
from app.corrections.summaries import summary_of
from app.corrections.witnessing import confirm
from app.db import now
from app.errors import NotNow
from app.locks.locking import Closing, lock
from app.locks.refusals import Locked
from app.people.authority import Authority
from app.proof.queries import Verdict, find_proof, judge
from app.records.models import OfficialFile, Record
from app.running.worker import run_worker
from app.schools.models import School
from app.tree.checking import differences
from app.tree.stores import store_of
from tests.conftest import Cast
from tests.handing_in import decide, hand_in_again
from tests.tree.steps import file_one
from tests.waiting import until_somebody_waits
from workflows.model import Action

Pdf = Callable[..., bytes]
TERM = "2026-2027/HK1"
SOON = 20


def correcting(context: Context, cast: Cast, record: Record) -> int:
    """Ask and consent."""
    with context.database.transaction() as session:
        made = request_correction(session, cast.teacher, record.id, "Ghi nhầm ngày dạy").id
    with context.database.transaction() as session:
        consent(session, cast.principal, made, now() + timedelta(days=1))
    return made


def sign_again(context: Context, cast: Cast, record: Record) -> None:
    decide(context, cast.head, record, Action.APPROVE)
    decide(context, cast.principal, record, Action.SIGN_OFF)


def witness(context: Context, correction: int, *people: Authority) -> None:
    for person in people:
        with context.database.transaction() as session:
            confirm(session, person, correction)


def let_time_pass(context: Context, correction: int) -> None:
    with context.database.transaction() as session:
        session.get_one(Correction, correction).until = now() - timedelta(seconds=1)


def ended(context: Context, cast: Cast, correction: int) -> tuple[str, str, int | None]:
    """Return where it stands, as whoever reads it is told."""
    with context.database.transaction() as session:
        view = correction_view(session, cast.teacher, correction)
        return view.state.value, view.ending, view.correction.new_version


def slip_note(context: Context, cast: Cast, correction: int) -> str:
    """Return what the slip says below its title of how the correction ended."""
    with context.database.transaction() as session:
        return slip_of(session, correction_view(session, cast.teacher, correction)).note


def written(context: Context, correction: int) -> str:
    """Return the state as it is written down."""
    with context.database.transaction() as session:
        return session.get_one(Correction, correction).state


def lock_school(context: Context, cast: Cast, record: Record) -> None:
    with context.database.transaction() as session:
        lock(session, cast.principal, record.school_id, Closing(TERM, "Hết học kỳ"))


def test_the_old_file_stays_until_the_new_one_is_filed_and_as_a_version_after(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("bản một"))
    correction = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    assert len(_files(context)) == 1
    sign_again(context, cast, record)
    run_worker(context, wait=False)
    witness(context, correction, cast.teacher, cast.vice_principal, cast.records_admin)
    assert ended(context, cast, correction) == ("closed", "witnessed", 2)

    first, second = _files(context)
    assert (first.version, second.version) == (1, 2)
    assert second.path == (first.path or "").replace(".pdf", " bản 2.pdf")
    with context.database.transaction() as session:
        school = session.get_one(School, record.school_id)
        assert list(differences(session, store_of(context, school.code), school)) == []
        proof = find_proof(session, record.code)
        assert proof is not None
        assert judge(session, proof, first.sha256) is Verdict.REPLACED
        (before,) = proof.before
        assert before.as_logged
        assert before.signatures[-1].at < proof.signatures[-1].at
        assert before.version < proof.version
        assert judge(session, proof, second.sha256) is Verdict.OFFICIAL
        assert verify(session) == []


def test_what_was_handed_in_in_time_goes_on_after_the_time_is_over(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("bản một"))
    lock_school(context, cast, record)
    correction = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    let_time_pass(context, correction)
    assert (written(context, correction), ended(context, cast, correction)) == (
        "open",
        ("closed", "expired", None),
    )
    sign_again(context, cast, record)
    run_worker(context, wait=False)
    assert ended(context, cast, correction) == ("closed", "expired", 2)
    assert len(_files(context)) == 2
    with pytest.raises(Locked):
        hand_in_again(context, cast.teacher, pdf("bản ba"), record)


def test_confirmations_are_still_shown_when_the_time_ran_out_before_it_was_filed(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("bản một"))
    correction = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    witness(context, correction, cast.teacher, cast.principal)
    let_time_pass(context, correction)
    with context.database.transaction() as session:
        view = correction_view(session, cast.teacher, correction)
        assert (view.ending, view.version, set(view.valid)) == ("expired", 2, {"requester", "leader"})


@pytest.mark.parametrize("written_down", [True, False])
def test_what_was_handed_in_in_time_is_confirmed_after_the_time_is_over(
    context: Context, cast: Cast, pdf: Pdf, written_down: bool
) -> None:
    record = file_one(context, cast, pdf("bản một"))
    correction = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    let_time_pass(context, correction)
    if written_down:
        ask_for_expired(context)
        run_worker(context, wait=False)
    witness(context, correction, cast.teacher)
    assert slip_note(context, cast, correction).endswith("chưa đủ ba xác nhận)")
    sign_again(context, cast, record)
    run_worker(context, wait=False)
    witness(context, correction, cast.principal)
    with pytest.raises(AlreadyConfirmed):
        witness(context, correction, cast.vice_principal)
    witness(context, correction, cast.records_admin)
    assert ended(context, cast, correction) == ("closed", "expired", 2)
    assert slip_note(context, cast, correction) == ""
    with context.database.transaction() as session:
        summary = str(summary_of(session, record.school_id, TERM, now()).blocks)
        assert "đã sửa, đủ ba xác nhận" in summary
        assert verify(session) == []


def test_the_slip_says_when_what_all_three_confirmed_is_not_filed_yet(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("bản một"))
    correction = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    let_time_pass(context, correction)
    witness(context, correction, cast.teacher, cast.principal, cast.records_admin)
    assert slip_note(context, cast, correction).endswith("phiên bản mới chưa được lưu)")


def test_nothing_is_confirmed_when_nothing_was_handed_in_in_time(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("bản một"))
    first = correcting(context, cast, record)
    let_time_pass(context, first)
    with pytest.raises(CorrectionMoved):
        witness(context, first, cast.teacher)
    second = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    with pytest.raises(CorrectionMoved):
        witness(context, first, cast.teacher)
    let_time_pass(context, second)
    decide(context, cast.head, record, Action.RETURN, "Vẫn sai")
    with pytest.raises(CorrectionMoved):
        witness(context, second, cast.teacher)


@pytest.mark.parametrize("locked", [True, False])
def test_what_is_returned_after_the_time_is_over_waits_for_another_correction(
    context: Context, cast: Cast, pdf: Pdf, locked: bool
) -> None:
    record = file_one(context, cast, pdf("bản một"))
    if locked:
        lock_school(context, cast, record)
    correction = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    let_time_pass(context, correction)
    decide(context, cast.head, record, Action.RETURN, "Vẫn sai")
    with pytest.raises(Locked if locked else NotNow):
        hand_in_again(context, cast.teacher, pdf("bản ba"), record)
    another = correcting(context, cast, record)
    assert written(context, correction) == "closed"
    third = hand_in_again(context, cast.teacher, pdf("bản ba"), record)
    assert third.record.version == 3
    witness(context, another, cast.teacher, cast.principal, cast.records_admin)
    sign_again(context, cast, record)
    run_worker(context, wait=False)
    assert ended(context, cast, another) == ("closed", "witnessed", 3)
    assert ended(context, cast, correction) == ("closed", "expired", None)


def test_the_clock_writes_down_what_is_over_and_nothing_the_second_time(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    correction = correcting(context, cast, file_one(context, cast, pdf()))
    ask_for_expired(context)
    run_worker(context, wait=False)
    assert written(context, correction) == "open"
    let_time_pass(context, correction)
    ask_for_expired(context)
    run_worker(context, wait=False)
    assert written(context, correction) == "closed"
    with context.database.transaction() as session:
        closed_at = session.get_one(Correction, correction).closed_at
    ask_for_expired(context)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        again = session.get_one(Correction, correction)
        assert (again.closed_at, again.until) == (closed_at, closed_at)
        assert verify(session) == []


def test_a_filing_that_is_rolled_back_closes_nothing_and_the_next_one_does(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("bản một"))
    correction = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    witness(context, correction, cast.teacher, cast.principal, cast.records_admin)
    sign_again(context, cast, record)
    with context.database.sessions() as killed:
        _file(killed, record)
        killed.rollback()
    assert ended(context, cast, correction) == ("open", "", None)
    run_worker(context, wait=False)
    assert ended(context, cast, correction) == ("closed", "witnessed", 2)


def test_the_last_witness_and_the_filing_at_once_close_it(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = file_one(context, cast, pdf("bản một"))
    correction = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    witness(context, correction, cast.teacher, cast.principal)
    sign_again(context, cast, record)
    filing = threading.Event()

    def confirm_last() -> None:
        filing.wait(SOON)
        witness(context, correction, cast.records_admin)

    with ThreadPoolExecutor(1) as pool:
        confirming = pool.submit(confirm_last)
        with context.database.transaction() as session:
            _file(session, record)
            filing.set()
            with pytest.raises(TimeoutError):
                confirming.result(0.3)
        confirming.result(SOON)
    assert ended(context, cast, correction) == ("closed", "witnessed", 2)


def test_slip_and_summary_name_what_changed_and_who_confirmed(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = file_one(context, cast, pdf("bản một"))
    correction = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    witness(context, correction, cast.teacher, cast.principal, cast.records_admin)
    with context.database.transaction() as session:
        view = correction_view(session, cast.principal, correction)
        (change,) = changes_of(session, view)
        assert ("một" in change.before, "hai" in change.after) == (True, True)
        open_slip = slip_of(session, view)
        assert "Chưa hoàn tất" in open_slip.note
        assert open_slip.number == f"Số: {correction}"
        assert [each.name for each in open_slip.signatures] == [
            cast.teacher.name,
            cast.records_admin.name,
            cast.principal.name,
        ]
    sign_again(context, cast, record)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        view = correction_view(session, cast.principal, correction)
        slip = slip_of(session, view)
        assert (slip.note, slip.made_at) == ("", slip_of(session, view).made_at)
        assert record.sha256[:8] in str(slip.blocks)
        assert (view.correction.new_sha256 or "?")[:8] in str(slip.blocks)
        in_term = summary_of(session, record.school_id, TERM, now())
        elsewhere = summary_of(session, record.school_id, "2026-2027/HK2", now())
        assert record.code in str(in_term.blocks)
        assert record.code not in str(elsewhere.blocks)


def _file(session: Session, record: Record) -> None:
    """Call the record filed, as the job does once the bytes are compared."""
    seen = session.get_one(Record, record.id)
    act(session, None, Decision(record.id, Action.FILE, seen.turn, seen.sha256))


def _official(record: Record) -> OfficialFile:
    """Return what sealing and filing leave of a record that was signed off."""
    return OfficialFile(
        record_id=record.id,
        turn=record.turn,
        school_id=record.school_id,
        version=record.version,
        sha256=record.sha256,
        size=record.size,
        pages=record.pages,
        blob="official/2",
        pdfa="",
        path="official/2",
        filed_at=now(),
    )


def _files(context: Context) -> list[OfficialFile]:
    with context.database.transaction() as session:
        filed = select(OfficialFile).where(OfficialFile.filed_at.is_not(None))
        found = list(session.scalars(filed.order_by(OfficialFile.turn)))
        places = session.scalar(select(func.count(func.distinct(OfficialFile.path))))
    assert places == len(found)
    return found


def test_a_correction_that_waits_for_the_filing_of_the_last_one_opens_what_was_filed(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("bản một"))
    first = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    sign_again(context, cast, record)
    witness(context, first, cast.teacher, cast.principal, cast.records_admin)

    def ask() -> int:
        with context.database.transaction() as session:
            return request_correction(session, cast.teacher, record.id, "Còn nhầm").id

    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            signed = session.get_one(Record, record.id, with_for_update=True)
            asking = pool.submit(ask)
            until_somebody_waits(context)
            session.add(_official(signed))
            _file(session, record)
        second = asking.result(SOON)
    with context.database.transaction() as session:
        assert session.get_one(Correction, first).state == "closed"
        assert session.get_one(Correction, second).old_version == 2


def test_a_record_that_was_read_before_it_moved_on_is_judged_as_it_is_now(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("bản một"))
    with context.database.transaction() as session:
        read_before = session.get_one(Record, record.id)
        with context.database.transaction() as meanwhile:
            meanwhile.get_one(Record, record.id).state = "signed_off"
        with pytest.raises(NothingToCorrect):
            request_correction(session, cast.teacher, read_before.id, "Còn nhầm")
