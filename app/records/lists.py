"""Lists of records, newest first, and their counts: what each costs is that of the page, not of the province.

A list is first narrowed to what it asks of the rows at this moment: which schools, types and words. Then it
is walked along an index, or, where few records hold the words, looked up by their ids.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.db import now, planned_anew
from app.people.authority import Authority
from app.records.models import Record
from app.records.queries import RecordView, list_views, overseen, ways_of
from app.records.search import found_in, holds, words_of
from app.schools.models import School
from app.schools.queries import overseen_schools

Cursor = tuple[datetime, uuid.UUID]

MOST_FOUND = 1000
"""Up to as many records that hold the words of a search are looked up by id; more are not always counted."""
_MOST_READ = 5000
"""Records that are looked into for words which many hold, before the index is asked for all of them."""
_SPANS = (*(timedelta(hours=6 * 4**step) for step in range(7)), None)
"""How far back a search for such words reads, further each time: six hours to three years, then all."""
_NEWEST_FIRST = (Record.created_at.desc(), Record.id.desc())


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; None where anything goes."""

    state: str | None = None
    record_type: str | None = None
    owner: uuid.UUID | None = None
    period: str | None = None
    school: str | None = None
    q: str | None = None


@dataclass(frozen=True)
class Narrowed:
    """A list as it is asked for, with the values of this moment."""

    ways: Sequence[ColumnElement[bool]]
    """Each is one walk along an index; none where nothing can be found."""
    overseen: Sequence[int]
    """The schools of which an officer knows what is filed: a walk in each."""
    conditions: Sequence[ColumnElement[bool]]
    state: str | None
    is_looked_up: bool = False
    """The conditions name the few records that hold the words of a search."""
    words: Sequence[str] = ()
    """Words that have yet to be looked for, because too many records hold them to be conditions."""
    schools: Sequence[int] = ()
    """Those in which they are looked for."""

    @property
    def everything(self) -> list[ColumnElement[bool]]:
        """All ways, the schools overseen together as one."""
        together = and_(*overseen(), Record.school_id == _among(self.overseen))
        return [*self.ways, together] if self.overseen else [*self.ways]

    @property
    def within(self) -> list[ColumnElement[bool]]:
        """The conditions with that of the state."""
        return [*self.conditions] + ([] if self.state is None else [Record.state == self.state])


def narrow(session: Session, authority: Authority, filters: Filters) -> Narrowed:
    """Find out what a list asks for at this moment, within what the person may know of."""
    ways, schools = ways_of(authority), _overseen_by(session, authority)
    if filters.school is not None:
        only = session.scalar(select(School.id).where(School.code == filters.school))
        ways = [way for way in ways if way.school_id == only]
        schools = [school for school in schools if school == only]
    conditions = _conditions(session, filters)
    whole = Narrowed([way.condition for way in ways], schools, conditions, filters.state)
    reached = sorted({way.school_id for way in ways} | set(schools))
    query = (filters.q or "").strip()
    return _searched(session, whole, query, reached) if reached and query else whole


def _searched(session: Session, whole: Narrowed, query: str, schools: Sequence[int]) -> Narrowed:
    """Narrow a list further to the records that hold the words of a query."""
    words = words_of(query)
    found = _found(session, words, schools) if words else []
    if found is None:
        return replace(whole, words=words, schools=schools)
    if not found:
        return replace(whole, ways=[], overseen=[])
    return replace(whole, conditions=[*whole.conditions, Record.id.in_(found)], is_looked_up=True)


def list_records(
    session: Session, authority: Authority, filters: Filters, *, limit: int, after: Cursor | None = None
) -> list[RecordView]:
    """List up to `limit` records, newest first, after the cursor of the last one seen."""
    return list_narrowed(session, narrow(session, authority, filters), limit=limit, after=after)


def list_narrowed(
    session: Session, narrowed: Narrowed, *, limit: int, after: Cursor | None = None
) -> list[RecordView]:
    """List what a narrowed list holds, as `list_records` does."""
    if not narrowed.everything:
        return []
    with planned_anew(session):
        ids = _newest(session, narrowed, limit, after)
    return list_views(session, Record.id.in_(ids), _NEWEST_FIRST, limit) if ids else []


def count_states(session: Session, narrowed: Narrowed, most: int) -> Mapping[str, int] | None:
    """Count a narrowed list by state, within every filter but that of the state; None for too many.

    These are more than `most`, or, of words that many records hold, more to look into than is worth it.
    """
    if not narrowed.everything:
        return {}
    read = _MOST_READ if narrowed.words else most
    with planned_anew(session):
        rows = _rows(narrowed, narrowed.conditions, read + 1).subquery()
        if narrowed.words and (session.scalar(select(func.count()).select_from(rows)) or 0) > read:
            return None
        held = holds(narrowed.words, rows.c.id, rows.c.school_id) if narrowed.words else true()
        counted = select(rows.c.state, func.count()).where(held).group_by(rows.c.state)
        counts: dict[str, int] = dict(session.execute(counted).all())
    return None if sum(counts.values()) > most else counts


def _overseen_by(session: Session, authority: Authority) -> list[int]:
    offices = authority.office_ids()
    return sorted(session.scalars(overseen_schools(offices))) if offices else []


def _conditions(session: Session, filters: Filters) -> list[ColumnElement[bool]]:
    """Return what the filters ask of a record itself, so that no other table has to be joined."""
    conditions: list[ColumnElement[bool]] = []
    if filters.owner is not None:
        conditions.append(Record.owner_id == filters.owner)
    if filters.period is not None:
        conditions.append(Record.period == filters.period)
    if filters.record_type is not None:
        types = session.scalars(select(RecordType.id).where(RecordType.code == filters.record_type)).all()
        conditions.append(Record.record_type_id.in_(types))
    return conditions


def _found(session: Session, words: Sequence[str], schools: Sequence[int]) -> Sequence[uuid.UUID] | None:
    with planned_anew(session, by_index=True):
        found = session.scalars(found_in(words, schools, MOST_FOUND + 1)).all()
    return None if len(found) > MOST_FOUND else found


def _newest(session: Session, narrowed: Narrowed, limit: int, after: Cursor | None) -> Sequence[uuid.UUID]:
    conditions = narrowed.within
    if after is not None:
        conditions.append(tuple_(Record.created_at, Record.id) < after)
    if narrowed.is_looked_up:
        return _looked_up(session, narrowed, conditions, limit)
    if not narrowed.words:
        return _walked(session, narrowed, conditions, limit)
    recent = _recent(session, narrowed, conditions, limit, after[0] if after else now())
    if recent is not None:
        return recent
    found = found_in(narrowed.words, narrowed.schools).cte("found").prefix_with("MATERIALIZED")
    with planned_anew(session, by_index=True):
        return _looked_up(session, narrowed, [*conditions, Record.id.in_(select(found.c.record_id))], limit)


def _looked_up(
    session: Session, narrowed: Narrowed, conditions: Sequence[ColumnElement[bool]], limit: int
) -> Sequence[uuid.UUID]:
    """Take the newest of records whose ids are told by the conditions."""
    own = select(Record.id).where(or_(*narrowed.everything), *conditions)
    return session.scalars(own.order_by(*_NEWEST_FIRST).limit(limit)).all()


def _walked(
    session: Session, narrowed: Narrowed, conditions: Sequence[ColumnElement[bool]], limit: int
) -> Sequence[uuid.UUID]:
    """Walk along the index of each way, in each school overseen, and take the newest of all."""
    columns = (Record.id, Record.created_at)

    def walk(*of: ColumnElement[bool]) -> Select[uuid.UUID, datetime]:
        return select(*columns).where(*of, *conditions).order_by(*_NEWEST_FIRST).limit(limit)

    walks = [walk(way).subquery() for way in narrowed.ways]
    chosen = [select(each.c.id, each.c.created_at) for each in walks]
    if narrowed.overseen:
        schools = (
            func.unnest(literal(narrowed.overseen, ARRAY(Integer)))
            .table_valued("id", name="schools")
            .render_derived()
        )
        filed = walk(Record.school_id == schools.c.id, *overseen()).lateral()
        chosen.append(select(filed.c.id, filed.c.created_at).select_from(schools).join(filed, true()))
    found = union(*chosen).subquery()
    first = select(found.c.id).order_by(found.c.created_at.desc(), found.c.id.desc())
    return session.scalars(first.limit(limit)).all()


def _recent(
    session: Session,
    narrowed: Narrowed,
    conditions: Sequence[ColumnElement[bool]],
    limit: int,
    before: datetime,
) -> Sequence[uuid.UUID] | None:
    """Look for words that many records hold in the newest records; None where it takes too many."""
    read, found, until = 0, [], None
    for span in _SPANS:
        since = None if span is None else before - span
        more, held = _between(session, narrowed, [*conditions, *_within(since, until)], _MOST_READ - read)
        read, until = read + more, since
        found += held
        if read > _MOST_READ:
            return None
        if len(found) >= limit:
            break
    return found[:limit]


def _within(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    newer = [] if since is None else [Record.created_at > since]
    return newer if until is None else [*newer, Record.created_at <= until]


def _between(
    session: Session, narrowed: Narrowed, conditions: Sequence[ColumnElement[bool]], most: int
) -> tuple[int, list[uuid.UUID]]:
    """Return how many records were looked into, up to one more than `most`, and which hold the words."""
    rows = _rows(narrowed, conditions, most + 1).subquery()
    order = (rows.c.created_at.desc(), rows.c.id.desc())
    held = func.array_agg(aggregate_order_by(rows.c.id, *order)).filter(
        holds(narrowed.words, rows.c.id, rows.c.school_id)
    )
    read, found = session.execute(select(func.count(), held).select_from(rows)).one()
    return read, [*(found or ())]


def _rows(
    narrowed: Narrowed, conditions: Sequence[ColumnElement[bool]], most: int
) -> Select[*tuple[Any, ...]]:
    """Select up to `most` records of a list, each once, in no order."""
    columns = (Record.id, Record.created_at, Record.state, Record.school_id)
    ways = [select(*columns).where(way, *conditions).limit(most) for way in narrowed.everything]
    if len(ways) == 1:
        return ways[0]
    together = union(*(select(way.subquery()) for way in ways)).subquery()
    return select(together).limit(most)


def _among(ids: Sequence[int]) -> ColumnElement[Any]:
    return any_(literal(ids, ARRAY(Integer)))
