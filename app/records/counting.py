"""How many records stand in each state, counted now and then for whoever watches the product."""

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.context import Context
from app.records.models import Record, RecordCount

GAUGES = text(
    """
    SELECT 'kyduyet_records{state="' || state || '"}', count::float FROM record_counts
    UNION ALL
    SELECT 'kyduyet_records_counted_seconds_ago', extract(epoch FROM now() - min(counted_at))::float
    FROM record_counts HAVING count(*) > 0
    """
)
"""What was counted last, and how long ago: to count a million records takes too long for every look."""


def count_records(context: Context) -> None:
    """Count all records anew by their states; a state in which none is left keeps its row."""
    counted = select(Record.state, func.count(), func.now()).group_by(Record.state)
    with context.database.transaction() as session:
        found = insert(RecordCount).from_select(["state", "count", "counted_at"], counted)
        values = {"count": found.excluded.count, "counted_at": found.excluded.counted_at}
        session.execute(text("UPDATE record_counts SET count = 0, counted_at = now()"))
        session.execute(found.on_conflict_do_update(index_elements=["state"], set_=values))
