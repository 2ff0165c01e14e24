"""Telling the schools below an office, by mail, of a window that was laid over them."""

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.catalogue.queries import record_types
from app.context import Context
from app.db import now
from app.jobs import LEISURELY, Arguments, defer
from app.locks.models import OfficeWindow, WindowLetter
from app.notices.letters import Letter, write
from app.notices.mail import post
from app.people.leading import holders_of, principals_now
from app.people.models import Role, User
from app.schools.models import Office, School
from app.schools.queries import overseen_schools

SCHOOLS_AT_ONCE = 50
"""Schools whose people are looked up in one transaction."""


def tell_schools(session: Session, window: OfficeWindow) -> None:
    """Queue the letters about a window to all schools below its office, in the caller's transaction."""
    _tell_after(session, window.id, 0)


def tell_of_window(context: Context, window_id: int, after_school: int) -> None:
    """Write down who is told of a window in the next schools, queue the letters, and go on with the rest.

    Nothing happens where the window has been taken back, or the deployment sends no mail. Done again it
    queues no letter again.
    """
    if not context.settings.mail_url:
        return
    with context.database.transaction() as session:
        window = session.get_one(OfficeWindow, window_id)
        if window.ended_at is not None:
            return
        schools = _next_schools(session, window, after_school)
        _queue_letters(session, window, {each for school in schools for each in _told(session, school)})
        if len(schools) == SCHOOLS_AT_ONCE:
            _tell_after(session, window.id, schools[-1])


def mail_about_window(context: Context, window_id: int, user_id: str) -> None:
    """Write to one person of a window, unless that was done; raises `OSError`, `MailRefused`.

    It is noted as sent before it is: a worker killed in between loses it rather than sending it twice.
    """
    key = (window_id, uuid.UUID(user_id))
    claimed = _claim(context, key)
    if claimed is None:
        return
    try:
        post(context.settings, *claimed)
    except Exception:
        with context.database.transaction() as session:
            session.get_one(WindowLetter, key).sent_at = None
        raise


def _tell_after(session: Session, window_id: int, after_school: int) -> None:
    order = {"window_id": window_id, "after_school": after_school}
    defer(session, "tell_of_window", [order], priority=LEISURELY)


def _next_schools(session: Session, window: OfficeWindow, after: int) -> Sequence[int]:
    below = School.id.in_(overseen_schools([window.office_id]))
    ahead = select(School.id).where(below, School.id > after)
    return session.scalars(ahead.order_by(School.id).limit(SCHOOLS_AT_ONCE)).all()


def _told(session: Session, school_id: int) -> set[uuid.UUID]:
    """Return who acts as the school's principal, and its records administrators."""
    return {*principals_now(session, school_id), *holders_of(session, school_id, [Role.RECORDS_ADMIN])}


def _queue_letters(session: Session, window: OfficeWindow, people: Iterable[uuid.UUID]) -> None:
    rows = [{"window_id": window.id, "user_id": person} for person in people]
    if not rows:
        return
    new = upsert(WindowLetter).values(rows).on_conflict_do_nothing().returning(WindowLetter.user_id)
    orders: list[Arguments] = [
        {"window_id": window.id, "user_id": str(person)} for person in session.scalars(new)
    ]
    defer(session, "mail_about_window", orders, priority=LEISURELY)


def _claim(context: Context, key: tuple[int, uuid.UUID]) -> tuple[str, Letter] | None:
    """Note a letter as sent and return address and letter; None when there is none to send."""
    with context.database.transaction() as session:
        letter = session.get_one(WindowLetter, key, with_for_update=True)
        window, reader = session.get_one(OfficeWindow, key[0]), session.get_one(User, key[1])
        if letter.sent_at is not None or window.ended_at is not None or reader.disabled_at is not None:
            return None
        letter.sent_at = now()
        return reader.email, _letter(session, window, reader, context.settings.base_url)


def _letter(session: Session, window: OfficeWindow, reader: User, base_url: str) -> Letter:
    names = {each.code: each.name for each in record_types(session)}
    return write(
        "office_window",
        reader.language,
        reader=reader.name,
        window=window,
        office=session.get_one(Office, window.office_id).name,
        who=session.get_one(User, window.set_by_id).name,
        record_type=names.get(window.record_type_code or "", window.record_type_code),
        address=f"{base_url}/khoa-so",
    )
