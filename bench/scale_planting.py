"""A province of records, put straight into the database: `python -m bench.scale_planting DIR --records N`.

Every row is what the product would have written, as far as lists, search, decisions, boards and chores read
it; bytes, trees and audit chains are left out. One school has three of twenty records, the others share the
rest.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg.sql import SQL, Identifier

from app.database.embedded import embedded_database

SCHOOLS = 201
RECORDS = 1_000_000
LARGE = "truong-a"
"""The demo's school that is given three of twenty records."""
ELSEWHERE, COMMON, PAST = "khacbiet", "kehoach", "ngayxua"
"""Words that no record of the large school has, that half of all have, and that only old records have."""

_PARTS: tuple[tuple[str, LiteralString], ...] = (
    (
        "schools",
        """
        INSERT INTO schools (code, name, levels, office_id)
        SELECT 'mau-' || n, 'Trường mẫu ' || n, '{primary}', o.id
        FROM offices o, generate_series(1, %(schools)s - (SELECT count(*) FROM schools)) AS n
        WHERE o.code = 'phong'
        """,
    ),
    (
        "departments",
        """
        INSERT INTO departments (school_id, code, name)
        SELECT s.id, 'T' || n, 'Tổ ' || n
        FROM schools s, generate_series(1, CASE s.code WHEN %(large)s THEN 12 ELSE 4 END) AS n
        ON CONFLICT DO NOTHING
        """,
    ),
    (
        "people",
        """
        CREATE TEMP TABLE people ON COMMIT PRESERVE ROWS AS
        SELECT gen_random_uuid() AS id, s.id AS school_id, d.id AS department_id, n,
            row_number() OVER (PARTITION BY s.id ORDER BY n, d.id) - 1 AS place,
            lower(s.code || '-' || d.code || '-' || n) || '@mau.example' AS email,
            'Giáo viên ' || d.code || n AS name
        FROM schools s JOIN departments d ON d.school_id = s.id,
            generate_series(0, CASE s.code WHEN %(large)s THEN 24 ELSE 7 END) AS n
        """,
    ),
    (
        "accounts",
        """
        INSERT INTO users (id, email, name, password_hash, created_at)
        SELECT id, email, name, '', now() FROM people
        """,
    ),
    (
        "posts",
        """
        INSERT INTO memberships (user_id, role, school_id, department_id, began_at)
        SELECT id, CASE WHEN n = 0 THEN 'head' ELSE 'teacher' END, school_id, department_id, now() FROM people
        UNION ALL
        SELECT id, 'principal', school_id, NULL, now() FROM people
        WHERE place = 6 AND school_id IN (SELECT id FROM schools WHERE code LIKE 'mau-%%')
        """,
    ),
    (
        "plan",
        """
        CREATE TEMP TABLE planned ON COMMIT PRESERVE ROWS AS
        WITH crowd AS (
            SELECT school_id, array_agg(id ORDER BY place) AS ids, array_agg(name ORDER BY place) AS names,
                array_agg(department_id ORDER BY place) AS departments
            FROM people GROUP BY school_id
        ), sized AS (
            SELECT s.id, s.code, c.ids, c.names, c.departments,
                CASE s.code WHEN %(large)s THEN %(records)s * 3 / 20
                ELSE (%(records)s - %(records)s * 3 / 20) / (%(schools)s - 1) END AS count
            FROM schools s JOIN crowd c ON c.school_id = s.id
        ), types AS (
            SELECT array_agg(id ORDER BY code) AS ids, array_agg(code ORDER BY code) AS codes,
                array_agg(period_kind ORDER BY code) AS kinds
            FROM record_types
            WHERE last_year IS NULL AND school_id IS NULL AND owner_kind = 'teacher'
                AND code IN ('KHBD', 'KHGDGV', 'PBG', 'SCN', 'SCTD', 'SGCDG', 'STDGV')
        ), numbered AS (
            SELECT s.id AS school_id, s.code AS school, s.ids, s.names, s.departments, n, s.count,
                1 + (n * 7919) %% cardinality(s.ids) AS person,
                CASE WHEN n %% 10 < 7 THEN array_position(t.codes, 'KHBD')
                    ELSE 1 + n %% cardinality(t.ids) END AS kind,
                t.ids AS type_ids, t.kinds, (n::bigint * 5 / (s.count + 1))::int AS year, 1 + n %% 35 AS week
            FROM sized s, types t, generate_series(1, s.count) AS n
        )
        SELECT gen_random_uuid() AS id, n, school_id, school, ids[person] AS owner_id, names[person] AS owner,
            departments[person] AS department_id, type_ids[kind] AS record_type_id,
            (2022 + year) || '-' || (2023 + year) || CASE kinds[kind]
                WHEN 'week' THEN '/W' || lpad(week::text, 2, '0')
                WHEN 'month' THEN '/M' || lpad((1 + n %% 12)::text, 2, '0')
                WHEN 'term' THEN '/HK' || 1 + n %% 2
                ELSE '' END AS period,
            'Bài ' || n || ' ' || (1 + n %% 5) || chr(97 + n %% 4) AS title,
            (1 + n %% 5) || chr(97 + n %% 4) AS class,
            now() - make_interval(secs => (s.count - n) * 126144000.0 / s.count) AS at, year,
            CASE
                WHEN n %% 97 = 0 THEN 'withdrawn'
                WHEN year < 4 OR n %% 20 < 15 THEN 'filed'
                ELSE ('{submitted,department_approved,returned,submitted,filed}'::text[])[n %% 20 - 14]
            END AS state
        FROM numbered s
        """,
    ),
    (
        "records",
        """
        INSERT INTO records (
            id, code, school_id, department_id, owner_id, record_type_id, period, class_name, subject,
            slot_title, title, route, route_version, state, turn, waiting_for, waiting_since,
            handed_in_by_id, version, sha256, size, pages, created_at, updated_at
        )
        SELECT id, 'M' || school_id || '-' || n, school_id, department_id, owner_id, record_type_id, period,
            class, '', title, title, 'teacher', 1, state,
            CASE state WHEN 'filed' THEN 2 WHEN 'submitted' THEN 1 ELSE 2 END,
            CASE state WHEN 'submitted' THEN 'head' WHEN 'department_approved' THEN 'principal' END,
            CASE WHEN state IN ('submitted', 'department_approved') THEN at END,
            owner_id, 1, encode(sha256(id::text::bytea), 'hex'), 118000, 3, at, at
        FROM planned ORDER BY at
        """,
    ),
    (
        "versions",
        """
        INSERT INTO versions (record_id, number, sha256, size, pages, signed, blob, file_name, text,
            uploaded_by_id, created_at)
        SELECT p.id, 1, r.sha256, 118000, 3, false, 'planted/' || left(p.id::text, 2) || '/' || p.id, '',
            p.title, p.owner_id, p.at
        FROM planned p JOIN records r ON r.id = p.id
        """,
    ),
    (
        "events",
        """
        INSERT INTO events (record_id, turn, at, actor_id, role, action, from_state, to_state, version,
            sha256)
        SELECT p.id, step, p.at, p.owner_id, 'owner',
            CASE WHEN step = 1 THEN 'submit' WHEN p.state = 'filed' THEN 'sign_off'
                WHEN p.state = 'department_approved' THEN 'approve' ELSE 'return' END,
            CASE WHEN step = 2 THEN 'submitted' END,
            CASE WHEN step = 1 THEN 'submitted' ELSE p.state END, 1, r.sha256
        FROM planned p JOIN records r ON r.id = p.id, generate_series(1, r.turn) AS step
        """,
    ),
    (
        "search_entries",
        """
        INSERT INTO search_entries (record_id, words)
        SELECT id, array_to_tsvector(ARRAY(
            SELECT school_id || '/' || lower(word) FROM unnest(string_to_array(concat_ws(' ', 'bai', n,
                'so' || school || n, class, 'giao vien', right(owner, 3),
                CASE WHEN n %% 2 = 0 THEN 'kehoach' END,
                CASE WHEN school <> %(large)s AND n %% 3 = 0 THEN 'khacbiet' END,
                CASE WHEN year = 0 THEN 'ngayxua' END,
                'tu' || n %% 89, 'van' || n %% 113, 'cau' || n %% 211, 'doan' || n %% 307, 'y' || n %% 1009,
                'muc tieu nang luc pham chat luyen tap tuan', right(period, 2), 'hoat' || n %% 53,
                'dong' || n %% 31), ' ')) AS word
        ))
        FROM planned ORDER BY at
        """,
    ),
    (
        "official_files",
        """
        INSERT INTO official_files (record_id, turn, school_id, version, sha256, size, pages, blob, pdfa,
            path, sealed_at, filed_at)
        SELECT id, 2, school_id, 1, encode(sha256(id::text::bytea), 'hex'), 130000, 4,
            'sealed/' || left(id::text, 2) || '/' || id,
            'PDF/A-2b', left(period, 9) || '/' || department_id || '/' || n || '.pdf', at, at
        FROM planned WHERE state = 'filed'
        """,
    ),
    (
        "obligations",
        """
        INSERT INTO obligations (school_id, year, record_type_id, party, owner_id, department_id, period,
            title, due_at)
        SELECT school_id, left(period, 9), record_type_id, 'u:' || owner_id, owner_id, department_id, period,
            title, at
        FROM planned WHERE year = 4 AND n %% 5 = 0
        """,
    ),
)
_EMPTIED = ("records", "versions", "events", "search_entries", "official_files", "obligations")
"""The large tables: their foreign keys and indexes are made anew once the rows are in, which is quicker."""

_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %(table)s::regclass AND contype = 'f'
"""
_INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %(table)s::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
"""


@dataclass(frozen=True)
class Size:
    """How much is planted."""

    records: int = RECORDS
    schools: int = SCHOOLS


def plant_province(database: psycopg.Connection, size: Size) -> None:
    """Plant a province as the owner of the tables, beside the demo's schools; once only."""
    database.execute("SET synchronous_commit = off")
    database.execute("SET maintenance_work_mem = '256MB'")
    database.execute("SET work_mem = '64MB'")
    values = {"records": size.records, "schools": size.schools, "large": LARGE}
    for name, statement in _PARTS:
        started = time.monotonic()
        with _bare(database, name if name in _EMPTIED else ""):
            database.execute(statement, values)
        print(f"{name}: {time.monotonic() - started:.1f} s", flush=True)
    database.execute("DROP TABLE people, planned")
    database.execute("VACUUM ANALYZE")
    for setting in ("synchronous_commit", "maintenance_work_mem", "work_mem"):
        database.execute(SQL("RESET {}").format(Identifier(setting)))


@contextmanager
def _bare(database: psycopg.Connection, table: str) -> Iterator[None]:
    """Take a table's foreign keys and plain indexes away while the block lasts, then make them anew."""
    if not table:
        yield
        return
    keys = database.execute(_KEYS, {"table": table}).fetchall()
    indexes = database.execute(_INDEXES, {"table": table}).fetchall()
    for name, _ in keys:
        database.execute(SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(Identifier(table), Identifier(name)))
    for name, _ in indexes:
        database.execute(SQL("DROP INDEX {}").format(Identifier(name)))
    yield
    for _, definition in indexes:
        database.execute(definition)
    for name, definition in keys:
        made = SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(Identifier(table), Identifier(name))
        database.execute(made + SQL(definition))


def main() -> None:
    """Plant into the data folder of a demo that was made with `kyduyet demo --empty`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--schools", type=int, default=SCHOOLS)
    asked = parser.parse_args()
    with embedded_database(asked.data) as urls, psycopg.connect(urls.owner, autocommit=True) as database:
        plant_province(database, Size(asked.records, asked.schools))


if __name__ == "__main__":
    main()
