"""Bringing the catalogue that ships with the product into the database."""

from sqlalchemy import case
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType
from app.catalogue.shipped_data import shipped_entries

_KEY = ("school_id", "code", "version")
_NEVER_CHANGED = {"code", "version", "name", "short_name", "tier", "owner_kind", "period_kind", "sensitive"}


def load_shipped_types(session: Session) -> None:
    """Add the versions that are new; what a school may already use says the same for ever.

    Two things of an older row do change. Its place follows the files, since a list has but one order.
    And a row from before the catalogue knew of legal bases, which is recognised by having no basis of
    its retention, is filled in: nobody can have used what was not there.
    """
    rows = [dict(entry) for entry in shipped_entries()]
    session.execute(_add_or_fill(sorted(rows[0])), rows)


def _add_or_fill(columns: list[str]) -> Insert:
    adding = insert(RecordType)
    unfilled = RecordType.retention_basis == ""
    filled = {
        name: case((unfilled, adding.excluded[name]), else_=getattr(RecordType, name))
        for name in columns
        if name not in _NEVER_CHANGED
    }
    return adding.on_conflict_do_update(
        index_elements=_KEY, set_={**filled, "position": adding.excluded.position}
    )
