"""The one statement that moves records and writes their events."""

import uuid
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    String,
    Table,
    Uuid,
    any_,
    bindparam,
    case,
    insert,
    null,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from app.approvals.models import Event
from app.approvals.naming import logged, names_kept
from app.records.models import Record
from workflows.model import Action

_RECORDS, _EVENTS = cast("Table", Record.__table__), cast("Table", Event.__table__)


def _moving(which: ColumnElement[bool]) -> ReturningInsert[uuid.UUID, Mapping[str, str]]:
    records, events = _RECORDS, _EVENTS
    done, who = bindparam("done", type_=String), bindparam("who", type_=Uuid)
    begins_anew, approves = done == Action.RESUBMIT, done == Action.APPROVE
    moved = (
        update(records)
        .where(which)
        .values(
            state=bindparam("new_state"),
            turn=records.c.turn + 1,
            waiting_for=bindparam("new_waiting_for"),
            waiting_since=bindparam("new_waiting_since"),
            updated_at=bindparam("now"),
            handed_in_by_id=case((begins_anew, who), else_=records.c.handed_in_by_id),
            approved_by_id=case((begins_anew, null()), (approves, who), else_=records.c.approved_by_id),
        )
        .returning(
            *(records.c[name] for name in ("id", "turn", "version", "sha256", "state")),
            *(records.c[name] for name in ("school_id", "department_id", "owner_id")),
        )
        .cte("moved")
    )
    at = bindparam("now", type_=events.c.at.type)
    event: dict[str, ColumnElement[Any]] = {
        "record_id": moved.c.id,
        "turn": moved.c.turn,
        "at": at,
        "actor_id": who,
        "role": bindparam("post_role", type_=String),
        "capacity": bindparam("post_capacity", type_=String),
        "action": done,
        "from_state": bindparam("source", type_=String),
        "to_state": moved.c.state,
        "version": moved.c.version,
        "sha256": moved.c.sha256,
        "comment": bindparam("remark", type_=String),
        **names_kept(
            at=at,
            school_id=moved.c.school_id,
            department_id=moved.c.department_id,
            owner_id=moved.c.owner_id,
            actor_id=who,
            title=bindparam("post_title", type_=String),
            unit_id=bindparam("post_unit_id", type_=Integer),
        ),
    }
    written = insert(events).from_select(list(event), select(*event.values()))
    return written.returning(events.c.record_id, logged().label("logged"))


MOVE = _moving(_RECORDS.c.id == any_(bindparam("record_ids", type_=ARRAY(Uuid))))
"""Takes `record_ids`, `new_state`, `new_waiting_for`, `new_waiting_since`, `now`, `who`, `post_role`,
`post_capacity`, `post_title`, `post_unit_id`, `done`, `source` and `remark`; returns the id
of each record and, as `logged`, what `naming.LOGGED` says of its event."""

MOVE_ONE = _moving(_RECORDS.c.id == bindparam("record_id", type_=Uuid))
"""The same with a single `record_id`: PostgreSQL keeps its plan, where it plans anew for each list of ids."""
