"""Noticing what waits for nobody, once for each incident, and telling who can mend it."""

import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.approvals.deciders import find_anew, schools_on_another_route, write_down
from app.approvals.models import StandstillNoticed
from app.approvals.standstills import TOLD, Place, places_at_a_stand
from app.context import Context
from app.corrections.standstills import corrections_at_a_stand, schools_with_corrections
from app.db import now
from app.jobs import Arguments, ask_for_each, defer
from app.notices.mail import write_to
from app.people.consequences import deciders_lock, end_unfounded, schools_with_unfounded
from app.people.lacks import Lack
from app.people.leading import holders_of
from app.people.mending import advice_on
from app.people.models import User
from app.records.models import Record
from app.schools.models import Department, School


def find_deciders(context: Context, school_id: int) -> None:
    """Find anew who decides on what waits in a school: the job of that name, after its posts changed."""
    with context.database.transaction() as session:
        end_unfounded(session, school_id)
    with context.database.transaction() as session:
        found = find_anew(session, Record.school_id == school_id)
        _notice(session, school_id, _places(session, school_id))
        write_down(session, found)


def ask_for_deciders(context: Context) -> None:
    """Queue that job for the schools where something has changed without it, each by itself.

    Delegations begin and end by the clock, and a job may have been lost.
    """
    with context.database.transaction() as session:
        changed = schools_with_unfounded(session) | schools_on_another_route(session)
        changed |= schools_with_corrections(session) | _schools_that_stand_otherwise(session)
        ask_for_each(session, "find_deciders", "school_id", sorted(changed), lock=deciders_lock)


def mail_about_standstill(context: Context, standstill_id: int, user_id: str) -> None:
    """Write to one person, unless somebody can decide by now; raises `OSError`, `MailRefused`."""
    with context.database.transaction() as session:
        noticed = session.get_one(StandstillNoticed, standstill_id)
        reader = session.get_one(User, uuid.UUID(user_id))
        school = session.get_one(School, noticed.school_id).name
        department = session.get(Department, noticed.department_id) if noticed.department_id else None
        advice = advice_on(session, Lack(noticed.lack), noticed.school_id, noticed.department_id)
    if noticed.ended_at is not None or reader.disabled_at is not None:
        return
    write_to(
        context.settings,
        reader,
        "standstill",
        "/cho-duyet",
        school=school,
        unit=department.name if department else school,
        detail=advice.detail,
        hint=advice.hint,
        more=advice.more,
    )


def _places(session: Session, school_id: int) -> set[Place]:
    """Return where somebody is lacking for records or corrections of a school."""
    corrections = corrections_at_a_stand(session, [school_id])
    return places_at_a_stand(session, Record.school_id == school_id, [school_id]) | {
        Place(each.school_id, None, each.lack) for each in corrections
    }


def _schools_that_stand_otherwise(session: Session) -> set[int]:
    """Return the schools whose records, or nothing any more, are at a stand where it is not noted, or is."""
    noticed = session.scalars(select(StandstillNoticed).where(StandstillNoticed.ended_at.is_(None)))
    at_a_stand = places_at_a_stand(session, Record.waiting_for.is_not(None), None)
    return {place.school_id for place in at_a_stand ^ {_place(each) for each in noticed}}


def _notice(session: Session, school_id: int, present: set[Place]) -> None:
    """Write down what has come to a stand in a school and what goes on again; tell of the former."""
    own = (StandstillNoticed.school_id == school_id, StandstillNoticed.ended_at.is_(None))
    living = session.scalars(select(StandstillNoticed).where(*own).with_for_update()).all()
    known = {_place(each): each for each in living}
    for place in known.keys() - present:
        known[place].ended_at = now()
    for place in sorted(present - known.keys(), key=str):
        _begin(session, place)


def _begin(session: Session, place: Place) -> None:
    """Note a standstill unless another worker just has, and queue a letter to whose task it is."""
    begun = session.scalar(
        insert(StandstillNoticed)
        .values(school_id=place.school_id, department_id=place.department_id, lack=place.lack.value)
        .on_conflict_do_nothing()
        .returning(StandstillNoticed.id)
    )
    if begun is None:
        return
    readers = holders_of(session, place.school_id, sorted(TOLD))
    letters: list[Arguments] = [{"standstill_id": begun, "user_id": str(reader)} for reader in readers]
    defer(session, "mail_about_standstill", letters)


def _place(noticed: StandstillNoticed) -> Place:
    return Place(noticed.school_id, noticed.department_id, Lack(noticed.lack))
