"""What follows elsewhere when people come to a school, change their places there, or leave it."""

from sqlalchemy.orm import Session

from app.jobs import defer


def rebuild_what_is_owed(session: Session, school_id: int) -> None:
    """Have it worked out anew who owes which record, after the caller's transaction."""
    defer(session, "rebuild_school", [{"school_id": school_id}], lock=f"obligations:{school_id}")
