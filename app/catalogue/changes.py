"""What every change of a school's catalogue leaves behind: an audit entry, and obligations to count anew."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.jobs import Arguments, defer
from app.people.authority import Authority
from app.schools.models import School


def note_change(
    session: Session, authority: Authority, school: School, what: str, code: str, facts: Mapping[str, Any]
) -> None:
    """Write to the school's audit log what was done to a record type; call it last."""
    happening = Happening(f"record_type.{what}", str(authority.user_id), code, facts)
    append(session, school.code, [happening])


def rebuild_obligations(session: Session, school: School, years: set[str]) -> None:
    """Have what is owed in these school years worked out anew, one year after the other."""
    orders: list[Arguments] = [{"school_id": school.id, "year": year} for year in sorted(years)]
    defer(session, "build_obligations", orders, lock=f"obligations:{school.id}")
