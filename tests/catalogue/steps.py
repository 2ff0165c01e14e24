"""What tests of the catalogue ask again and again."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.catalogue.models import OwnerKind, PeriodKind, RecordType, SlotFormat
from app.catalogue.own_drafts import OwnType
from app.catalogue.periods import present_year, year_after
from app.catalogue.queries import record_types_of
from app.catalogue.retention import Retention
from app.context import Context
from app.people.authority import Authority

YEAR = present_year()
NEXT = year_after(YEAR)
BEFORE = year_after(YEAR, -1)


def school_of(person: Authority) -> int:
    """The school somebody works in."""
    return next(post.school_id for post in person.posts if post.school_id)


def codes(found: Sequence[RecordType]) -> set[str]:
    """The codes of record types."""
    return {each.code for each in found}


def kept(context: Context, person: Authority, year: str = YEAR) -> set[str]:
    """The codes of what somebody's school keeps in a school year."""
    with context.database.transaction() as session:
        return codes(record_types_of(session, school_of(person), year))


def noted(context: Context) -> list[tuple[str, str, Mapping[str, Any]]]:
    """What the audit log says of record types, oldest first."""
    with context.database.transaction() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    return [(e.kind, e.subject, e.facts) for e in entries if e.kind.startswith("record_type.")]


def ordered(context: Context) -> list[tuple[str, int, str]]:
    """Lock, school and school year of every order to work out anew what is owed."""
    with context.database.transaction() as session:
        rows = session.execute(
            text(
                "SELECT lock, args FROM procrastinate_jobs WHERE task_name = 'build_obligations' ORDER BY id"
            )
        ).all()
    return [(row.lock, row.args["school_id"], row.args["year"]) for row in rows]


def journal(**changed: Any) -> OwnType:
    """A record type that a school might want for itself."""
    usual: dict[str, Any] = {
        "code": "NKTV",
        "name": "Nhật ký thư viện",
        "short_name": "NKTV Nhật ký thư viện",
        "owner_kind": OwnerKind.SCHOOL,
        "submitter": "office",
        "period_kind": PeriodKind.MONTH,
        "slot_format": SlotFormat.PERSON,
        "paper_required": False,
        "sensitive": False,
        "retention": Retention(5, "Quy chế của trường"),
    }
    return OwnType(**{**usual, **changed})
