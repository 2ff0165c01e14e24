"""The names that an event keeps: what people, department and school are called at the moment it happens."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    ScalarSelect,
    Uuid,
    and_,
    cast,
    func,
    insert,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from app.approvals.facts import ActingPost
from app.approvals.models import Event
from app.clock import VIETNAM
from app.db import now
from app.people.models import User
from app.records.models import Record
from app.schools.models import Department, Office, School, SchoolName
from app.schools.names import ADVISES, GOVERNS

_ZONE = VIETNAM.key

NAMES = ("actor_name", "position", "owner_name", "department_name", "school_name", "superior_name")
"""The columns of `events` that hold names, in the order in which they are hashed."""

NAMES_SHA256 = f"encode(sha256(convert_to(json_build_array({', '.join(NAMES)})::text, 'UTF8')), 'hex')"
"""The SHA-256 of an event's names, as SQL over its columns, so that no name goes into the audit log and none
is changed unseen. A JSON array tells apart what ends one name and begins the next."""

LOGGED = {
    "at": """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')""",
    "names_sha256": NAMES_SHA256,
}
"""What entries of the audit log hold of an event besides its plain fields, as SQL over its columns. Older
entries hold neither the moment nor, before that, the hash of the names."""

Id = ColumnElement[Any]


def names_kept(
    *, at: Id, school_id: Id, department_id: Id, owner_id: Id, actor_id: Id, title: Id, unit_id: Id
) -> Mapping[str, ColumnElement[str]]:
    """Return the names as expressions, by column of `Event`, for ids and a moment given as expressions.

    `title` is what the actor's post is called, `unit_id` the department it is in, if it names one.
    """
    return {
        "actor_name": func.coalesce(_name(User, actor_id), ""),
        "position": func.concat(title, literal(" ") + _name(Department, unit_id)),
        "owner_name": func.coalesce(_name(User, owner_id), ""),
        "department_name": func.coalesce(_name(Department, department_id), ""),
        "school_name": func.coalesce(_named_on(SchoolName.name, school_id, at), _name(School, school_id)),
        "superior_name": func.coalesce(
            func.nullif(_named_on(SchoolName.superior, school_id, at), ""), _superior(school_id), ""
        ),
    }


def names_at(
    record: Record, post: ActingPost, actor_id: uuid.UUID | None
) -> Mapping[str, ColumnElement[str]]:
    """Return the names for an event that is written by itself, of a record and whoever acts on it."""
    return names_kept(
        at=literal(now()),
        school_id=literal(record.school_id),
        department_id=literal(record.department_id, Integer),
        owner_id=literal(record.owner_id),
        actor_id=literal(actor_id, Uuid),
        title=literal(post.title),
        unit_id=literal(post.unit_id, Integer),
    )


def logged() -> ColumnElement[Mapping[str, str]]:
    """Return `LOGGED` of a statement's event, which has to be its only table of such columns."""
    pairs = ", ".join(f"'{name}', {value}" for name, value in LOGGED.items())
    return literal_column(f"jsonb_build_object({pairs})", JSONB)


def write_event(session: Session, record: Record, post: ActingPost, **step: Any) -> Mapping[str, str]:
    """Write an event by itself, of a record as it now stands; returns `LOGGED` of it.

    `step` gives `actor_id`, `action` and what else differs from the record's own.
    """
    session.flush()
    values = {
        "record_id": record.id,
        "turn": record.turn,
        "role": post.role,
        "to_state": record.state,
        "version": record.version,
        "sha256": record.sha256,
        **names_at(record, post, step["actor_id"]),
        **step,
    }
    return session.execute(insert(Event).values(values).returning(logged())).scalar_one()


def _name(table: type[User] | type[Department] | type[School], row_id: Id) -> ScalarSelect[str]:
    return select(table.name).where(table.id == row_id).scalar_subquery()


def _named_on(column: Any, school_id: Id, at: Id) -> ScalarSelect[str]:
    """What was kept of a school's name or letterhead for the day in Vietnam of a moment."""
    day = cast(func.timezone(_ZONE, at), Date)
    own = select(column).where(SchoolName.school_id == school_id, SchoolName.valid_from <= day)
    return own.order_by(SchoolName.valid_from.desc()).limit(1).scalar_subquery()


def _superior(school_id: Id) -> ScalarSelect[str]:
    """The office that oversees the school at present, or the committee in whose name it acts."""
    office, above = aliased(Office), aliased(Office)
    acts_for_it = and_(above.id == office.parent_id, office.kind == ADVISES, above.kind == GOVERNS)
    return (
        select(func.coalesce(above.name, office.name))
        .select_from(School)
        .join(office, office.id == School.office_id)
        .outerjoin(above, acts_for_it)
        .where(School.id == school_id)
        .scalar_subquery()
    )
