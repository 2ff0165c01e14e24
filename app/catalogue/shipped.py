"""Bringing the catalogue that ships with the product into the database."""

import tomllib
from pathlib import Path

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.catalogue.models import RecordType

_FILE = Path(__file__).with_name("record_types.toml")


def load_shipped_types(session: Session) -> None:
    """Add the entries that are new; those a school may already use stay as they are."""
    entries = tomllib.loads(_FILE.read_text(encoding="utf-8"))["record_type"]
    rows = [{"version": 1, **entry, "position": place} for place, entry in enumerate(entries, 1)]
    session.execute(insert(RecordType).on_conflict_do_nothing(index_elements=["school_id", "code", "version"]), rows)
