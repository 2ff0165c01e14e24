"""Filing: the right bytes in the right place, once, whatever is in the way."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from app.approvals.submissions import submit
from app.audit.models import AuditEntry
from app.context import Context
from app.records.intake import Description
from app.records.models import OfficialFile, Record
from app.records.refusals import ClassRequired
from app.running.worker import run_worker
from app.storage.protocol import OccupiedError
from app.stuck.models import StuckJob
from app.tree.commands import tree_apply, tree_check
from app.tree.filing import file_record
from app.tree.sealing import seal_record
from tests.handing_in import decide, hand_in, uploaded
from tests.pdf.signing import Authority, sign_anew
from tests.tree.steps import file_one, sign_off
from workflows.model import Action, State

Cast = Any
Pdf = Callable[..., bytes]


def official_of(context: Context, record: Record) -> OfficialFile:
    with context.database.transaction() as session:
        return session.scalars(select(OfficialFile).where(OfficialFile.record_id == record.id)).one()


def proof_in_the_chain(context: Context, record: Record) -> dict[str, str]:
    filed = select(AuditEntry.facts).where(
        AuditEntry.kind == "record.file", AuditEntry.subject == str(record.id)
    )
    with context.database.transaction() as session:
        facts = session.scalars(filed).one()
    hashes = {name: value for name, value in facts.items() if name.endswith("sha256")}
    del hashes["names_sha256"]  # of the people named on the event; `tests/proof` holds it
    return hashes


def state_of(context: Context, record: Record) -> str:
    with context.database.transaction() as session:
        return session.get_one(Record, record.id).state


def test_a_lesson_plan_lies_under_year_tier_department_person_type_and_week(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = file_one(context, cast, pdf("Bài 1"), title="Toán 3A: phép cộng")
    assert official_of(context, record).path == (
        "2026-2027/3 Giáo viên/Tổ 1/Giáo viên Một A (GV01)/KHBD Kế hoạch bài dạy/Tuần 12/"
        f"KHBD Tuần 12 Toán 3A- phép cộng {record.code}.pdf"
    )


def test_a_departments_and_a_schools_records_lie_in_their_own_tiers(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    plan = hand_in(context, cast.head, pdf("Tổ"), record_type="KHTCM", period="2026-2027").record
    school = hand_in(context, cast.clerk, pdf("Trường"), record_type="KHGDNT", period="2026-2027").record
    for record in (plan, school):
        decide(context, cast.principal, record, Action.SIGN_OFF)
    run_worker(context, wait=False)
    assert (official_of(context, plan).path or "").startswith(
        "2026-2027/2 Tổ chuyên môn/Tổ 1/KHTCM Kế hoạch tổ/Cả năm/"
    )
    assert (official_of(context, school).path or "").startswith(
        "2026-2027/1 Nhà trường/KHGDNT Kế hoạch giáo dục/Cả năm/"
    )


def test_a_classs_record_lies_apart_and_is_told_by_its_class(context: Context, cast: Cast, pdf: Pdf) -> None:
    described = Description("SGDB", "2026-2027/M09", class_name="3A")
    with uploaded(context, pdf("Sổ đầu bài")) as upload:
        record = submit(context, cast.teacher, upload, described).record
    decide(context, cast.principal, record, Action.SIGN_OFF)
    run_worker(context, wait=False)
    assert official_of(context, record).path == (
        "2026-2027 – Hạn chế/4 Lớp học/SGDB Sổ ghi đầu bài/Tháng 09/"
        f"SGDB 3A Tháng 09 Sổ ghi đầu bài {record.code}.pdf"
    )


def test_a_classs_record_is_not_taken_without_its_class(context: Context, cast: Cast, pdf: Pdf) -> None:
    with pytest.raises(ClassRequired):
        hand_in(context, cast.teacher, pdf(), record_type="SGDB", period="2026-2027/M09")


def test_a_file_that_came_signed_is_filed_as_it_came_with_its_certificate_beside_it(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    authority = Authority.new()
    content = sign_anew(pdf("Bài 1"), authority.signer("Giáo viên Một A"))
    record = file_one(context, cast, content)
    official = official_of(context, record)
    tree = context.settings.data_dir / "tree/truong-a"
    filed = (tree / (official.path or "")).read_bytes()
    assert filed == content
    assert [status.intact and status.valid and status.trusted for status in authority.judge(filed)] == [True]
    certificate = tree / (official.certificate_path or "")
    assert certificate.parent == (tree / (official.path or "")).parent
    assert certificate.name.endswith(f"{record.code} phiếu ký duyệt.pdf")
    assert tree_check(context) == []


def test_what_an_older_gate_called_signed_is_stamped_if_it_is_not(
    context: Context, cast: Cast, pdf: Pdf, owner: psycopg.Connection
) -> None:
    record = sign_off(context, cast, pdf("Bài 1"))
    owner.execute("UPDATE versions SET signed = true WHERE record_id = %s", (record.id,))
    seal_record(context, str(record.id))
    official = official_of(context, record)
    assert official.certificate_sha256 is None
    assert official.sha256 != record.sha256
    assert official.pages == record.pages + 1


def test_the_chain_holds_the_hash_of_the_official_file(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = file_one(context, cast, pdf("Bài 1"))
    official = official_of(context, record)
    filed = (context.settings.data_dir / "tree/truong-a" / (official.path or "")).read_bytes()
    assert proof_in_the_chain(context, record) == {
        "sha256": record.sha256,
        "official_sha256": sha256(filed).hexdigest(),
    }


def test_the_chain_holds_the_hashes_of_a_signed_file_and_of_its_certificate(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    content = sign_anew(pdf("Bài 1"), Authority.new().signer("Giáo viên Một A"))
    record = file_one(context, cast, content)
    official = official_of(context, record)
    certificate = (
        context.settings.data_dir / "tree/truong-a" / (official.certificate_path or "")
    ).read_bytes()
    assert proof_in_the_chain(context, record) == {
        "sha256": sha256(content).hexdigest(),
        "official_sha256": sha256(content).hexdigest(),
        "certificate_sha256": sha256(certificate).hexdigest(),
    }


def test_both_jobs_run_twice_leave_one_file_and_one_event(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = sign_off(context, cast, pdf("Bài 1"))
    for job in (seal_record, seal_record, file_record, file_record, seal_record):
        job(context, str(record.id))
    run_worker(context, wait=False)
    assert state_of(context, record) == State.FILED
    assert len(list((context.settings.data_dir / "tree").rglob("*.pdf"))) == 1


def test_jobs_about_records_that_do_not_wait_for_them_do_nothing(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("Bài 1")).record
    seal_record(context, str(record.id))
    file_record(context, str(record.id))
    assert state_of(context, record) == State.SUBMITTED


def test_a_stranger_in_the_reserved_place_is_not_overwritten(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = sign_off(context, cast, pdf("Bài 1"))
    seal_record(context, str(record.id))
    tree_apply(context, "truong-a")
    week = (
        context.settings.data_dir
        / "tree/truong-a/2026-2027/3 Giáo viên/Tổ 1/Giáo viên Một A (GV01)/KHBD Kế hoạch bài dạy/Tuần 12"
    )
    week.mkdir(parents=True)
    stranger = week / f"KHBD Tuần 12 Kế hoạch bài dạy {record.code}.pdf"
    stranger.write_bytes(b"stranger")
    with pytest.raises(OccupiedError):
        file_record(context, str(record.id))
    run_worker(context, wait=False)
    assert stranger.read_bytes() == b"stranger"
    assert state_of(context, record) == State.SIGNED_OFF
    with context.database.transaction() as session:
        assert session.scalars(select(StuckJob.code)).all() == ["place_taken"]


def test_a_folder_removed_behind_our_back_is_made_again_for_the_next_file(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    first = file_one(context, cast, pdf("Bài 1"), title="Một")
    place = context.settings.data_dir / "tree/truong-a" / (official_of(context, first).path or "")
    content = place.read_bytes()
    place.unlink()
    place.parent.rmdir()
    second = sign_off(context, cast, pdf("Bài 2"), title="Hai")
    run_worker(context, wait=False)
    assert state_of(context, second) == State.SIGNED_OFF
    file_record(context, str(second.id))
    assert state_of(context, second) == State.FILED
    place.write_bytes(content)
    assert tree_check(context) == []
