"""What the command line asks of the tree; each answer is a list of lines."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.context import Context
from app.schools.models import School
from app.schools.queries import school_by_code
from app.tree.arranging import apply, plan
from app.tree.checking import differences
from app.tree.stores import store_of


def tree_plan(context: Context, school_code: str) -> list[str]:
    """List the folders that are to be made, moved or renamed, changing nothing; raises `NotFound`."""
    with context.database.sessions() as session:
        school = school_by_code(session, school_code)
        lines = [str(change) for change in plan(session, store_of(context, school.code), school)]
        session.rollback()
    return lines


def tree_apply(context: Context, school_code: str) -> list[str]:
    """Make, move and rename the folders and list what was done; raises `NotFound` and `StorageError`."""
    with context.database.sessions() as session:
        school = school_by_code(session, school_code)
    return [str(change) for change in apply(context, store_of(context, school.code), school)]


def tree_check(context: Context, school_code: str | None = None) -> list[str]:
    """List what differs between the records and the stores, of one school or of all.

    Raises `NotFound` for an unknown school.
    """
    lines: list[str] = []
    with context.database.sessions() as session:
        for school in _schools(session, school_code):
            found = differences(session, store_of(context, school.code), school)
            lines.extend(f"{school.code}: {line}" for line in found)
    return lines


def _schools(session: Session, code: str | None) -> Sequence[School]:
    if code is not None:
        return [school_by_code(session, code)]
    return session.scalars(select(School).order_by(School.code)).all()
