"""Whether periods that a change of the calendar would drop are in use.

Records lie above this room, so their models are not imported: their tables are named here, with the few
columns that tell which periods hold any.
"""

from collections.abc import Mapping

from sqlalchemy import DateTime, Integer, String, Uuid, column, exists, func, or_, select, table
from sqlalchemy.orm import Session

from app.calendar.checks import Fault
from app.calendar.days import Calendar
from app.text import N_

_RECORDS = table(
    "records",
    column("id", Uuid),
    column("school_id", Integer),
    column("period", String),
    column("state", String),
)
_FILES = table("official_files", column("record_id", Uuid), column("filed_at", DateTime(timezone=True)))
_WITHDRAWN = "withdrawn"


def faults_of_dropping(session: Session, school_id: int, present: Calendar, meant: Calendar) -> list[Fault]:
    """List the periods that a changed calendar has no more though the school holds records of them.

    What was handed in for a week that is not there would count for nothing, and would be in no board.
    """
    dropped = {each.period for each in present.periods} - {each.period for each in meant.periods}
    held = _records_in(session, school_id, dropped) if dropped else {}
    return [
        Fault(
            period,
            N_("Tuần này đang có %(count)s hồ sơ nên không bỏ được."),
            N_("Giữ tuần này trong lịch; chỉ bỏ được tuần không có hồ sơ nào."),
            {"count": count},
        )
        for period, count in sorted(held.items())
    ]


def _records_in(session: Session, school_id: int, periods: set[str]) -> Mapping[str, int]:
    """Count the school's records that were not withdrawn, or were filed before, by period."""
    filed = exists().where(_FILES.c.record_id == _RECORDS.c.id, _FILES.c.filed_at.is_not(None))
    rows = session.execute(
        select(_RECORDS.c.period, func.count())
        .where(
            _RECORDS.c.school_id == school_id,
            _RECORDS.c.period.in_(periods),
            or_(_RECORDS.c.state != _WITHDRAWN, filed),
        )
        .group_by(_RECORDS.c.period)
    )
    return dict(rows.all())
