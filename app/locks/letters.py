"""Telling the principal by mail what the office locked or opened on his order."""

import uuid

from sqlalchemy.orm import Session

from app.catalogue.periods import label_parts
from app.catalogue.queries import record_types_ever_of
from app.context import Context
from app.jobs import Arguments, defer
from app.locks.models import Lock
from app.notices.letters import write
from app.notices.mail import post
from app.people.leading import principals_now
from app.people.models import User
from app.schools.models import School


def tell_of_lock(session: Session, done: Lock) -> None:
    """Queue a letter to everybody who holds the principal's authority, in the caller's transaction."""
    step = "set" if done.lifted_at is None else "lifted"
    readers = principals_now(session, done.school_id)
    letters: list[Arguments] = [
        {"lock_id": done.id, "step": step, "user_id": str(reader)} for reader in readers
    ]
    defer(session, "mail_about_lock", letters)


def mail_about_lock(context: Context, lock_id: int, step: str, user_id: str) -> None:
    """Write to one person what was done with a lock in his name; raises `OSError`, `MailRefused`."""
    with context.database.transaction() as session:
        done = session.get_one(Lock, lock_id)
        school = session.get_one(School, done.school_id).name
        type_name = _name_of(session, done)
        reader = session.get_one(User, uuid.UUID(user_id))
        actor = done.locked_by_id if step == "set" else done.lifted_by_id
        who = session.get_one(User, actor).name
    message, number, year = label_parts(done.period)
    letter = write(
        f"lock_{step}",
        reader.language,
        school=school,
        reader=reader.name,
        who=who,
        message=message,
        number=number,
        year=year,
        record_type=type_name,
        reason=done.reason if step == "set" else done.lift_reason,
        ordered=done.ordered,
        address=f"{context.settings.base_url}/khoa-so",
    )
    post(context.settings, reader.email, letter)


def _name_of(session: Session, done: Lock) -> str:
    """Return how the type that a lock names is called; empty where it is for all of them."""
    types = record_types_ever_of(session, [done.school_id])
    return next((each.name for each in types if each.code == done.record_type_code), "")
