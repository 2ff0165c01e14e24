"""Records put straight into the database, where a measurement needs many that only wait."""

from collections.abc import Iterable

import psycopg
from sqlalchemy.orm import Session

from app.db import raw_connection
from app.pdf.gate import GATE_NUMBER

_RECORDS = """
WITH slot AS (
    SELECT m.school_id, u.id AS owner_id, m.department_id, t.id AS record_type_id
    FROM users u
    JOIN memberships m ON m.user_id = u.id AND m.role = 'teacher'
    JOIN record_types t ON t.code = 'KHBD' AND t.last_year IS NULL
    WHERE u.email = %(owner)s
), made AS (
    INSERT INTO records (
        id, code, school_id, department_id, owner_id, record_type_id,
        period, class_name, subject, slot_title, title, route, route_version,
        state, turn, waiting_for, waiting_since,
        version, sha256, size, pages, gate, created_at, updated_at
    )
    SELECT
        gen_random_uuid(), %(batch)s || '-' || n, school_id, department_id, owner_id, record_type_id,
        '2026-2027/W20', '', '', %(batch)s || ' ' || n, %(batch)s || ' ' || n, 'teacher', 1,
        %(state)s, %(turn)s, %(waiting_for)s, now() - make_interval(secs => %(count)s - n),
        1, encode(sha256((%(batch)s || n)::bytea), 'hex'), 118000, 3, %(gate)s, now(), now()
    FROM slot, generate_series(1, %(count)s) AS n
    RETURNING id, sha256, owner_id
)
INSERT INTO versions (record_id, number, sha256, size, pages, signed, blob, file_name, text, uploaded_by_id,
    created_at)
SELECT id, 1, sha256, 118000, 3, false, 'planted/' || id, '', '', owner_id, now() FROM made
"""


def plant_waiting(database: psycopg.Connection, batch: str, count: int, waiting_for: str = "head") -> None:
    """Add `count` records of teacher 1 that wait for the head or, already approved, for the principal."""
    approved = waiting_for == "principal"
    values = {
        "owner": "gv1@truong-a.example",
        "batch": batch,
        "count": count,
        "state": "department_approved" if approved else "submitted",
        "turn": 2 if approved else 1,
        "waiting_for": waiting_for,
        "gate": GATE_NUMBER,
    }
    database.execute(_RECORDS, values)
    database.execute("ANALYZE records")


def planted(database: psycopg.Connection, batch: str) -> list[dict[str, object]]:
    """Return what a decision on each record of a batch has to name."""
    rows = database.execute(
        "SELECT id, turn, sha256 FROM records WHERE title LIKE %s ORDER BY waiting_since", [f"{batch} %"]
    )
    return [{"id": str(row[0]), "turn": row[1], "sha256": row[2]} for row in rows]


def remove(database: psycopg.Connection, batch: str) -> None:
    """Take a batch that nobody decided on away again."""
    pattern = [f"{batch} %"]
    database.execute(
        "DELETE FROM versions WHERE record_id IN (SELECT id FROM records WHERE title LIKE %s)", pattern
    )
    database.execute("DELETE FROM records WHERE title LIKE %s", pattern)
    database.execute("VACUUM ANALYZE records")


_SEALED = """
WITH owner AS (
    INSERT INTO users (id, email, name, password_hash, created_at)
    VALUES (gen_random_uuid(), %(code)s || '-bench@example', 'Người nộp', '', now())
    ON CONFLICT (email) DO UPDATE SET name = excluded.name
    RETURNING id
), made AS (
    INSERT INTO records (
        id, code, school_id, department_id, owner_id, record_type_id,
        period, class_name, subject, slot_title, title, route, route_version,
        state, turn, version, sha256, size, pages, created_at, updated_at
    )
    SELECT
        gen_random_uuid(), 'BENCH-' || %(code)s || '-' || n, s.id, d.id, owner.id, t.id,
        '2026-2027/W20', '', '', 'Bài ' || n, 'Bài ' || n, 'teacher', 1,
        'signed_off', 3, 1, %(sha256)s, %(size)s, 3, now(), now()
    FROM owner, schools s, departments d, record_types t, unnest(%(numbers)s::int[]) AS n
    WHERE s.code = %(code)s AND d.school_id = s.id AND d.code = 'T1'
        AND t.code = 'KHBD' AND t.last_year IS NULL
    RETURNING id, school_id
)
INSERT INTO official_files (
    record_id, turn, school_id, version, sha256, size, pages, blob, pdfa, sealed_at
)
SELECT id, 3, school_id, 1, %(sha256)s, %(size)s, 3, %(blob)s, '', now() FROM made
RETURNING record_id
"""


def plant_sealed(
    session: Session, school: str, numbers: Iterable[int], blob: str, sha256: str, size: int
) -> list[str]:
    """Add records that are signed off and sealed but not filed; returns their ids."""
    values = {"code": school, "numbers": list(numbers), "blob": blob, "sha256": sha256, "size": size}
    return [str(row[0]) for row in raw_connection(session).execute(_SEALED, values)]
