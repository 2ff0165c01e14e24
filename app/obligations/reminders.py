"""Reminders by mail: one letter a school, person and day at the most, written down before it is sent."""

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.calendar.queries import calendar_of
from app.catalogue.periods import label_parts, school_year_of
from app.clock import today
from app.context import Context
from app.db import now
from app.jobs import LEISURELY, Arguments, defer
from app.notices.letters import Letter, write
from app.notices.mail import post
from app.obligations.models import Reminder, ReminderPlan
from app.obligations.queries import views_of
from app.obligations.reach import Scope
from app.obligations.reminding import Digest, Plan, Superiors, digests, is_quiet, today_of
from app.people.authority import HEADS
from app.people.leading import holders_of, principals_now
from app.people.models import Membership, Role, User
from app.people.namesakes import told_apart
from app.schools.letterheads import shown
from app.schools.models import School

MOST_NAMED = 20
"""Records named in one part of a letter; the rest is only counted."""


def plan_of(session: Session, school_id: int) -> Plan:
    """Return how a school reminds its people."""
    row = session.get(ReminderPlan, school_id)
    return Plan() if row is None else Plan(row.enabled, row.days_before, row.days_after, row.head_told_after)


def ask_for_reminders(context: Context) -> None:
    """Queue today's reminders of every school; without a mail server there is nothing to do."""
    if not context.settings.mail_url:
        return
    day = today().isoformat()
    with context.database.transaction() as session:
        orders: list[Arguments] = [
            {"school_id": school_id, "day": day} for school_id in session.scalars(select(School.id))
        ]
        defer(session, "remind_school", orders, priority=LEISURELY)


def remind_school(context: Context, school_id: int, day: str) -> None:
    """Write down who is to get a letter on a day, and queue it, all in one transaction."""
    with context.database.transaction() as session:
        letters = digests_of(session, school_id, date.fromisoformat(day), now())
        if not letters:
            return
        rows = [
            {"user_id": person, "day": date.fromisoformat(day), "school_id": school_id} for person in letters
        ]
        new = upsert(Reminder).values(rows).on_conflict_do_nothing().returning(Reminder.user_id)
        orders: list[Arguments] = [
            {"user_id": str(person), "school_id": school_id, "day": day} for person in session.scalars(new)
        ]
        defer(session, "send_reminder", orders, priority=LEISURELY)


def send_reminder(context: Context, user_id: str, school_id: int, day: str) -> None:
    """Send one letter, unless it was sent or says nothing any more; raises `OSError`, `MailRefused`.

    It is noted as sent before it is: a worker killed in between loses it rather than sending it twice.
    """
    person, on = uuid.UUID(user_id), date.fromisoformat(day)
    letter = _claim(context, person, school_id, on)
    if letter is None:
        return
    try:
        post(context.settings, *letter)
    except Exception:
        with context.database.transaction() as session:
            session.get_one(Reminder, (person, on, school_id)).sent_at = None
        raise


def digests_of(session: Session, school_id: int, day: date, moment: datetime) -> Mapping[uuid.UUID, Digest]:
    """Work out the letters of a school on a day; none on a quiet one, or where it reminds nobody."""
    plan, calendar = plan_of(session, school_id), calendar_of(session, school_id, school_year_of(day))
    if not plan.enabled or is_quiet(day, calendar.free_days):
        return {}
    views = views_of(session, Scope(school_id), calendar.year, moment)
    return digests(views, _superiors(session, school_id), today_of(day, plan, calendar.free_days))


def _claim(context: Context, person: uuid.UUID, school_id: int, day: date) -> tuple[str, Letter] | None:
    """Note a letter as sent and return address and letter; None when there is none to send."""
    with context.database.transaction() as session:
        reminder = session.get(Reminder, (person, day, school_id), with_for_update=True)
        if reminder is None or reminder.sent_at is not None:
            return None
        reminder.sent_at = now()
        reader = session.get_one(User, person)
        digest = digests_of(session, school_id, day, now()).get(person)
        if digest is None or reader.disabled_at is not None:
            return None
        named = told_apart(session, school_id, {*digest.others, *digest.heads})
        school = session.get_one(School, school_id)
        return reader.email, _letter(context, reader, school, digest, named)


def _letter(
    context: Context, reader: User, school: School, digest: Digest, named: Mapping[uuid.UUID, str]
) -> Letter:
    return write(
        "obligations_due",
        reader.language,
        reader=reader.name,
        school=school.name,
        soon=digest.soon,
        late=digest.late,
        others=_counts(digest.others, named),
        heads=_counts(digest.heads, named),
        most=MOST_NAMED,
        shown=shown,
        label_parts=label_parts,
        address=f"{context.settings.base_url}/viec-cua-toi",
        board=f"{context.settings.base_url}/theo-doi?school={school.code}",
    )


def _counts(numbers: Counter[uuid.UUID], named: Mapping[uuid.UUID, str]) -> list[tuple[str, int]]:
    return [(named[person], number) for person, number in numbers.most_common()]


def _superiors(session: Session, school_id: int) -> Superiors:
    return Superiors(
        _heads(session, school_id),
        frozenset(holders_of(session, school_id, tuple(HEADS))),
        principals_now(session, school_id),
    )


def _heads(session: Session, school_id: int) -> dict[int, uuid.UUID]:
    rows = session.execute(
        select(Membership.department_id, Membership.user_id)
        .where(
            Membership.school_id == school_id,
            Membership.role == Role.HEAD,
            Membership.department_id.is_not(None),
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.id.desc())
    )
    return {department: person for department, person in rows if department is not None}
