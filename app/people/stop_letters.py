"""Letters about what one administrator did at once to a decider: lock him out, sign him out, rename him.

One person may do that, and end his posts, for it lets nobody sign; so whoever could undo it learns of it.
"""

import uuid
from enum import StrEnum

from sqlalchemy.orm import Session

from app.context import Context
from app.jobs import Arguments, defer
from app.notices.mail import write_to
from app.people.accounts import Administrator
from app.people.authority import LEADERS
from app.people.leading import holders_of, officers_over
from app.people.models import Role, User
from app.people.permissions import Permission, posts_for
from app.schools.models import School


class Stop(StrEnum):
    """What was taken from the person, or changed."""

    ACCOUNT = "account"
    POSTS = "posts"
    NAME = "name"
    """His name stands on the certificates that he signs from now on."""
    SESSIONS = "sessions"
    """He was signed out everywhere, and can sign in again."""


def tell_of_stop(
    session: Session, admin: Administrator, person: User, stop: Stop, former_name: str = ""
) -> None:
    """Queue letters about what was just done to a person, in the caller's transaction.

    They go to him, to the school's leaders and other administrators, and to the officers above.
    """
    _queue(session, admin.school.id, admin.authority.user_id, person.id, stop, former_name)


def tell_of_leave(session: Session, school_id: int, by: uuid.UUID, person: uuid.UUID) -> None:
    """Queue the same letters about somebody who left the school, and with it what he decided by."""
    _queue(session, school_id, by, person, Stop.POSTS)


def _queue(
    session: Session, school_id: int, by: uuid.UUID, person: uuid.UUID, stop: Stop, former_name: str = ""
) -> None:
    known = {*holders_of(session, school_id, [*sorted(LEADERS), Role.RECORDS_ADMIN])}
    readers = {person, *known, *officers_over(session, school_id)} - {by}
    step: Arguments = {
        "school_id": school_id,
        "person_id": str(person),
        "by_id": str(by),
    }
    letters: list[Arguments] = [
        {**step, "stop": stop.value, "user_id": str(reader), "former_name": former_name}
        for reader in sorted(readers)
    ]
    defer(session, "mail_about_stop", letters)


def mail_about_stop(
    context: Context,
    school_id: int,
    person_id: str,
    by_id: str,
    stop: str,
    user_id: str,
    former_name: str = "",
) -> None:
    """Write to one reader; raises `OSError`, `MailRefused`."""
    with context.database.transaction() as session:
        reader, person, by = (session.get_one(User, uuid.UUID(key)) for key in (user_id, person_id, by_id))
        school = session.get_one(School, school_id).name
        known = holders_of(session, school_id, sorted(posts_for(Permission.READ_ACCOUNTS)))
        leads_there = reader.id in known and reader.id != person.id
    write_to(
        context.settings,
        reader,
        "decider_stopped",
        f"/tai-khoan/{person.id}" if leads_there else None,
        school=school,
        person=person.name,
        by=by.name,
        stop=stop,
        former_name=former_name,
    )
