"""What a record and its versions say in their rows: nobody changes it unseen, and signed means as signed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.approvals.as_signed import as_signed
from app.approvals.describing import DESCRIBED_BEFORE
from app.audit.chain import Happening, append
from app.audit.models import AuditEntry
from app.context import Context
from app.db import Base, Database
from app.records.models import Record, Version
from app.running.worker import run_worker
from app.stuck.reasons import RecordChanged
from app.tree.sealing import seal_record
from tests.browsing import sign_in
from tests.conftest import Cast
from tests.handing_in import decide, hand_in
from tests.handovers.giving import carried_out
from tests.proof.test_every_step import found, found_in, rewritten
from tests.proof.test_logged import again
from tests.tree.steps import file_one, sign_off
from workflows.model import Action, State

Pdf = Callable[..., bytes]

NO_CLAIM: Mapping[str, Mapping[str, str]] = {
    "records": {
        "created_at": "sorts lists; the moment is that of the first event",
        "updated_at": "sorts lists; the moments are those of events",
        "waiting_since": "sorts queues; the moment is that of the last event",
        "gate": "says by which rules the bytes were read, not what they are",
        "gate_refusal": "says the same",
    },
    "versions": {
        "blob": "whoever reads the bytes compares their hash",
        "file_name": "what the sender's machine called the file; nothing rests on it",
        "text": "is searched only",
        "created_at": "the moment is that of the event that brought it",
    },
}
"""Columns that may be changed unseen, and why nothing is claimed by them."""

HELD = {"records": {"id", "school_id"}, "versions": {"record_id"}}
"""Columns that point elsewhere: their change is refused, or tears the events off."""

CHANGES: Mapping[str, str] = {
    "id": "id = gen_random_uuid()",
    "record_id": "record_id = (SELECT id FROM records WHERE id <> record_id LIMIT 1), number = 90",
    "school_id": "school_id = (SELECT id FROM schools WHERE id <> school_id LIMIT 1)",
    "department_id": "department_id = (SELECT id FROM departments WHERE id <> department_id LIMIT 1)",
    "record_type_id": "record_type_id = (SELECT id FROM record_types WHERE id <> record_type_id LIMIT 1)",
    "route": "route = 'school'",
}


@pytest.fixture
def owned(context: Context) -> Iterator[Database]:
    """The database as its owner comes to it: the roles of web and worker may not even change versions."""
    database = Database(context.settings.owner_database_url)
    yield database
    database.engine.dispose()


def how(column: Any) -> str:
    """Say how to change a column to something else that is possible."""
    name, kind = column.name, column.type.python_type.__name__
    by_kind = {
        "str": f"{name} = coalesce({name}, '') || 'x'",
        "int": f"{name} = {name} + 1",
        "bool": f"{name} = NOT {name}",
        "datetime": f"{name} = coalesce({name}, now()) + interval '1 day'",
        "UUID": f"{name} = (SELECT id FROM users WHERE id IS DISTINCT FROM {name} LIMIT 1)",
    }
    return CHANGES.get(name) or by_kind[kind]


def lines_after(database: Database, table: str, record: Record, change: str) -> list[str]:
    """Change a record's row, return what the verification says, and take it back."""
    own = "id" if table == "records" else "record_id"
    with database.sessions() as session:
        try:
            session.execute(text(f"UPDATE {table} SET {change} WHERE {own} = :id"), {"id": record.id})
            return found_in(session)
        finally:
            session.rollback()


@pytest.mark.parametrize("model", [Record, Version])
def test_no_column_of_a_filed_record_changes_unseen_but_those_that_claim_nothing(
    context: Context, cast: Cast, pdf: Pdf, owned: Database, model: type[Base]
) -> None:
    hand_in(context, cast.teacher2, pdf("khác"), period="2026-2027/W20")
    record = file_one(context, cast, pdf("lưu"))
    assert found(context) == []
    table, unseen, refused = model.__tablename__, set(), set()
    for column in model.__table__.columns:
        try:
            if not lines_after(owned, table, record, how(column)):
                unseen.add(column.name)
        except IntegrityError:
            refused.add(column.name)
    assert unseen == set(NO_CLAIM[table])
    assert refused <= HELD[table]


def test_a_title_changed_before_the_next_step_is_found_after_it(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf("đã nộp")).record
    with context.database.transaction() as session:
        session.execute(text("UPDATE records SET title = 'Tên khác'"))
    decide(context, cast.head, record, Action.APPROVE)
    lines = found(context)
    assert any("otherwise than before: title" in line for line in lines), lines


def test_who_answers_for_a_filed_record_changes_by_a_handover_alone(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    file_one(context, cast, pdf("lưu"))
    carried_out(context, cast)
    with context.database.transaction() as session:
        assert session.scalar(select(func.count()).where(Record.keeper_id.is_not(None))) == 1
    assert found(context) == []
    with context.database.transaction() as session:
        session.execute(text("UPDATE records SET keeper_id = NULL"))
    assert any("otherwise than its row: keeper" in line for line in found(context))


def undescribed(told: Happening) -> list[Happening]:
    """An entry of the days when none described its record."""
    facts = {name: fact for name, fact in told.facts.items() if name not in ("record", "documents")}
    return [Happening(told.kind, told.actor, told.subject, facts)]


def test_what_no_entry_described_is_described_when_the_product_is_upgraded(
    context: Context, cast: Cast, pdf: Pdf, owner: psycopg.Connection, client: FlaskClient
) -> None:
    record = file_one(context, cast, pdf("lưu"))
    rewritten(context, owner, undescribed)
    assert any("no entry describes record" in line for line in found(context))
    again(context, "_described_records.py")
    again(context, "_described_records.py")
    assert found(context) == []
    with context.database.transaction() as session:
        stand_ins = select(func.count()).where(AuditEntry.kind == DESCRIBED_BEFORE)
        assert session.scalar(stand_ins) == 1
    page = client.get(f"/kiem-tra/{record.code}").text
    assert "sau khi ký, không phải lúc ký" in page
    with context.database.transaction() as session:
        session.execute(text("UPDATE records SET period = '2026-2027/W01'"))
    assert any("otherwise than its row: period" in line for line in found(context))


def test_a_second_description_makes_no_other_record_of_a_signed_one(
    context: Context, cast: Cast, pdf: Pdf, client: FlaskClient
) -> None:
    record = file_one(context, cast, pdf("lưu"))
    with context.database.transaction() as session:
        own = select(AuditEntry).where(AuditEntry.kind == "record.file")
        told = session.scalars(own).one().facts
        forged = {**told, "record": {**told["record"], "period": "2026-2027/W01"}}
        for kind in ("record.sign_off", DESCRIBED_BEFORE):
            append(session, "truong-a", [Happening(kind, "system", str(record.id), forged)])
        session.execute(text("UPDATE records SET period = '2026-2027/W01'"))
    assert found(context)
    assert "Thông tin của hồ sơ trong phần mềm hôm nay đã khác" in client.get(f"/kiem-tra/{record.code}").text


def test_a_signing_written_into_the_log_before_it_takes_place_is_not_the_one_that_counts(
    context: Context, cast: Cast, pdf: Pdf, client: FlaskClient
) -> None:
    record = hand_in(context, cast.teacher, pdf("sắp ký")).record
    decide(context, cast.head, record, Action.APPROVE)
    with context.database.transaction() as session:
        own = select(AuditEntry).where(AuditEntry.kind == "record.approve")
        told = session.scalars(own).one()
        facts = {
            **told.facts,
            "turn": told.facts["turn"] + 1,
            "record": {**told.facts["record"], "period": "2026-2027/W01"},
        }
        forged = Happening("record.sign_off", str(cast.principal.user_id), str(record.id), facts)
        append(session, "truong-a", [forged])
    decide(context, cast.principal, record, Action.SIGN_OFF)
    run_worker(context, wait=False)
    assert client.get(f"/kiem-tra/{record.code}").status_code == 200
    with context.database.transaction() as session:
        kept = session.get_one(Record, record.id)
        assert kept.state == State.FILED
        signed = as_signed(session, kept, told.facts["turn"] + 1)
    assert signed is not None
    assert (signed["period"], signed.differs) == (record.period, False)


OTHERWISE: Mapping[str, str] = {
    "record_type_id": "(SELECT id FROM record_types WHERE id <> record_type_id LIMIT 1)",
    "period": "'2026-2027/W01'",
    "title": "'Tên khác hẳn'",
    "owner_id": "(SELECT id FROM users WHERE id <> owner_id LIMIT 1)",
    "class_name": "'9Z'",
    "subject": "'Môn khác'",
}


def test_the_check_page_and_the_records_page_tell_what_was_signed_and_that_the_row_differs(
    context: Context, cast: Cast, pdf: Pdf, client: FlaskClient
) -> None:
    record = file_one(context, cast, pdf("lưu"), title="Kế hoạch đã ký", period="2026-2027/W30")
    sign_in(client, cast.principal.email)

    def pages() -> tuple[str, str]:
        return client.get(f"/kiem-tra/{record.code}").text, client.get(f"/ho-so/{record.id}").text

    check, own = pages()
    assert "không khớp nhật ký" not in check
    assert "đã khác lúc ký" not in own
    for column, value in OTHERWISE.items():
        with context.database.transaction() as session:
            session.execute(text(f"UPDATE records SET {column} = {value} WHERE id = :id"), {"id": record.id})
        check, own = pages()
        assert "Tuần 30" in check, column
        assert "Hồ sơ dữ liệu không khớp nhật ký." in check, column
        assert "Thông tin của hồ sơ đã khác lúc ký." in own, column
        assert "Kế hoạch đã ký" in own.split("<h1", 1)[1].split("</h1>")[0]
        with context.database.transaction() as session:
            set_back = text(f"UPDATE records SET {column} = :was WHERE id = :id")
            session.execute(set_back, {"was": getattr(record, column), "id": record.id})
    assert "không khớp nhật ký" not in pages()[0]


def test_what_was_changed_after_the_signing_is_not_sealed(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = sign_off(context, cast, pdf("đã ký"))
    with context.database.transaction() as session:
        session.execute(text("UPDATE records SET title = 'Tên khác'"))
    with pytest.raises(RecordChanged):
        seal_record(context, str(record.id))
    with context.database.transaction() as session:
        session.execute(text("UPDATE records SET title = :was"), {"was": record.title})
    seal_record(context, str(record.id))


@pytest.mark.parametrize("action", ["hand_over", "approve", "submit"])
def test_a_step_that_was_only_added_to_the_rows_stands_on_no_certificate(
    context: Context, cast: Cast, pdf: Pdf, action: str
) -> None:
    record = sign_off(context, cast, pdf("bản thật"))
    columns = (
        "record_id, from_state, to_state, version, sha256, actor_id, role, capacity, at, actor_name,"
        " position, owner_name, department_name, school_name, superior_name"
    )
    with context.database.transaction() as session:
        session.execute(
            text(
                f"INSERT INTO events (turn, action, comment, {columns})"
                f" SELECT 50, :action, 'Bàn giao giả', {columns} FROM events WHERE action = 'approve'"
            ),
            {"action": action},
        )
    with pytest.raises(RecordChanged):
        seal_record(context, str(record.id))
