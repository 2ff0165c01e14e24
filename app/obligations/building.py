"""Working out what a school's people owe in a year, and bringing the table of obligations to it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.calendar.queries import calendar_of
from app.catalogue.models import PeriodKind, RecordType
from app.catalogue.queries import kept_since, record_types_of
from app.context import Context
from app.jobs import Arguments, defer
from app.obligations.expected import Slot, expected
from app.obligations.models import Obligation, ObligationCount
from app.obligations.reading import deadlines_of, staffing_of
from app.obligations.standing import filled, hashed_joins
from app.obligations.summaries import keep_count
from app.obligations.years import years_to_build
from app.schools.models import School

_DIFF = text(
    """
    WITH expected AS (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS expected (
            record_type_id int, party text, period text, class_name text, subject text, title text,
            owner_id uuid, department_id int, opens_at timestamptz, due_at timestamptz
        )
    ),
    owed AS (
        SELECT id, record_type_id, party, period, class_name, subject, title
        FROM obligations WHERE school_id = :school_id AND year = CAST(:year AS text)
    ),
    meeting AS MATERIALIZED (
        SELECT * FROM owed FULL JOIN expected
        USING (record_type_id, party, period, class_name, subject, title)
    ),
    added AS (
        INSERT INTO obligations (school_id, year, record_type_id, party, period, class_name, subject, title,
            owner_id, department_id, opens_at, due_at)
        SELECT :school_id, CAST(:year AS text), record_type_id, party, period, class_name, subject, title,
            owner_id, department_id, opens_at, due_at
        FROM meeting WHERE id IS NULL
        RETURNING id
    ),
    changed AS (
        UPDATE obligations AS old SET owner_id = meeting.owner_id, department_id = meeting.department_id,
            opens_at = meeting.opens_at, due_at = meeting.due_at
        FROM meeting WHERE old.id = meeting.id AND meeting.due_at IS NOT NULL
            AND (old.owner_id, old.department_id, old.opens_at, old.due_at)
            IS DISTINCT FROM (meeting.owner_id, meeting.department_id, meeting.opens_at, meeting.due_at)
        RETURNING old.id
    )
    SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM changed),
        ARRAY(SELECT id FROM meeting WHERE due_at IS NULL)
    """
)
"""Meets what is owed with what is expected, once: only expected is new, only owed is surplus."""


_ALWAYS = datetime.min.replace(tzinfo=UTC)


def build(session: Session, school_id: int, year: str) -> int:
    """Make a school's obligations of a year those that are expected, and return how many rows changed.

    What is no longer expected goes, unless a record has been handed in for it. Running it again changes
    nothing. Two runs for one school wait for each other until the end of the caller's transaction.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"obligations:{school_id}"))))
    keep_count(session, school_id, year)
    slots = _expected(session, school_id, year)
    values = {"school_id": school_id, "year": year, "rows": _rows(slots)}
    with hashed_joins(session):
        added, changed, gone = session.execute(_DIFF, values).one()
    removed = _drop(session, school_id, year, gone)
    if added or changed or removed:
        _note(session, school_id, year, {"added": added, "changed": changed, "removed": removed})
    return int(added + changed + removed)


def build_obligations(context: Context, school_id: int, year: str) -> None:
    """Build one school's obligations of one year: the job of that name."""
    with context.database.transaction() as session:
        build(session, school_id, year)


def rebuild_school(context: Context, school_id: int) -> None:
    """Build a school's obligations of each year that is worked on now: the job of that name."""
    for year in years_to_build():
        build_obligations(context, school_id, year)


def ask_for_obligations(context: Context) -> None:
    """Queue the building of every school's obligations, of each year that is worked on now."""
    with context.database.transaction() as session:
        for school_id in session.scalars(select(School.id).order_by(School.id)):
            rebuild(session, school_id, years_to_build())


def rebuild_where_never_built(session: Session) -> None:
    """Have obligations built that never were, as after an update or the founding of a school."""
    for year in years_to_build():
        built = select(ObligationCount.school_id).where(ObligationCount.year == year)
        never = select(School.id).where(School.id.not_in(built)).order_by(School.id)
        for school_id in session.scalars(never).all():
            rebuild(session, school_id, [year])


def rebuild(session: Session, school_id: int, years: Iterable[str]) -> None:
    """Have a school's obligations built after the caller's transaction."""
    orders: list[Arguments] = [{"school_id": school_id, "year": year} for year in years]
    defer(session, "build_obligations", orders, lock=f"obligations:{school_id}")


def _expected(session: Session, school_id: int, year: str) -> list[Slot]:
    calendar = calendar_of(session, school_id, year)
    taught = [period for kind in PeriodKind for period in calendar.taught(kind)]
    types = record_types_of(session, school_id, year)
    deadline = deadlines_of(session, school_id, calendar)
    slots = expected(staffing_of(session, school_id, year), types, taught, deadline)
    return _since_taken_up(slots, types, kept_since(session, school_id, year))


def _since_taken_up(
    slots: Sequence[Slot], types: Sequence[RecordType], since: Mapping[str, datetime]
) -> list[Slot]:
    """Leave out what was due before the school took the type up: nobody had asked for it then."""
    begun = {each.id: since[each.code] for each in types if each.code in since}
    return [slot for slot in slots if slot.deadline.due_at >= begun.get(slot.record_type_id, _ALWAYS)]


def _drop(session: Session, school_id: int, year: str, gone: Sequence[int]) -> int:
    if not gone:
        return 0
    empty = Obligation.id.not_in(filled(school_id, year))
    dropped = delete(Obligation).where(Obligation.id.in_(gone), empty).returning(Obligation.id)
    with hashed_joins(session):
        return len(session.scalars(dropped).all())


def _rows(slots: Sequence[Slot]) -> str:
    return json.dumps([_row(slot) for slot in slots], ensure_ascii=False)


def _row(slot: Slot) -> dict[str, Any]:
    claim, deadline = slot.claim, slot.deadline
    return {
        "record_type_id": slot.record_type_id,
        "period": slot.period,
        "party": claim.party,
        "class_name": claim.class_name,
        "subject": claim.subject,
        "title": claim.title,
        "owner_id": None if claim.owner_id is None else str(claim.owner_id),
        "department_id": claim.department_id,
        "opens_at": None if deadline.opens_at is None else deadline.opens_at.isoformat(),
        "due_at": deadline.due_at.isoformat(),
    }


def _note(session: Session, school_id: int, year: str, facts: dict[str, int]) -> None:
    school = session.get_one(School, school_id)
    append(session, school.code, [Happening("obligations.build", "system", year, facts)])
