"""Who waits for whom: the records that need the caller's decision, oldest first."""

import uuid
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_, union_all
from sqlalchemy.orm import Session

from app.people.authority import HEADS, Authority
from app.people.models import Role
from app.records.models import Record
from app.records.queries import RecordView, list_views

Cursor = tuple[datetime, uuid.UUID]


def waiting_for(
    session: Session, authority: Authority, *, limit: int, after: Cursor | None = None
) -> list[RecordView]:
    """List up to `limit` records that wait for the person's decision, the longest waiting first.

    Each post is one walk along its own index, so the cost is that of the page, not of the pile.
    """
    walks = [_walk(condition, authority, limit, after) for condition in _piles(authority)]
    if not walks:
        return []
    merged = union_all(*walks).subquery()
    ids = session.scalars(
        select(merged.c.id).order_by(merged.c.waiting_since, merged.c.id).limit(limit)
    ).all()
    return list_views(session, Record.id.in_(ids), (Record.waiting_since, Record.id), limit)


def count_waiting(
    session: Session, authority: Authority, *, most: int = 1000, besides: uuid.UUID | None = None
) -> int:
    """Count what waits for the person, up to `most`, without the record `besides`."""
    others = Record.id.is_distinct_from(besides)
    walks = [_walk(and_(condition, others), authority, most, None) for condition in _piles(authority)]
    if not walks:
        return 0
    return session.scalar(select(func.count()).select_from(union_all(*walks).subquery())) or 0


def _piles(authority: Authority) -> list[ColumnElement[bool]]:
    schools = sorted({p.school_id for p in authority.posts if p.role is Role.PRINCIPAL and p.school_id})
    led = [and_(Record.school_id == each, Record.waiting_for == "principal") for each in schools]
    headed = [
        and_(Record.department_id == each, Record.waiting_for == "head")
        for each in authority.department_ids(HEADS)
    ]
    return led + headed


def _walk(
    condition: ColumnElement[bool], authority: Authority, limit: int, after: Cursor | None
) -> Select[tuple[uuid.UUID, datetime | None]]:
    statement = select(Record.id, Record.waiting_since).where(
        condition,
        Record.owner_id != authority.user_id,
        Record.keeper_id.is_distinct_from(authority.user_id),
        Record.slot_owner_id.is_distinct_from(authority.user_id),
        Record.handed_in_by_id.is_distinct_from(authority.user_id),
        Record.approved_by_id.is_distinct_from(authority.user_id),
    )
    if after is not None:
        statement = statement.where(tuple_(Record.waiting_since, Record.id) > after)
    walk = statement.order_by(Record.waiting_since, Record.id).limit(limit).subquery()
    return select(walk.c.id, walk.c.waiting_since)
