"""Carrying out what both parties agreed on: records and duties change hands, posts end."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.approvals import deciders
from app.approvals.ownership import Passing, pass_on
from app.clock import today
from app.context import Context
from app.db import now
from app.handovers.journal import write_down
from app.handovers.minutes import remark_on
from app.handovers.models import Handover, HandoverItem
from app.handovers.queries import is_due, items_of, obstacle_to
from app.jobs import Arguments, ask_for_each, defer
from app.obligations.passing import HandedOver, slots_kept
from app.people.holding import hold_posts
from app.people.leaving import end_posts
from app.records.models import Record
from app.teaching.models import Assignment, SchoolClass, Subject

log = logging.getLogger(__name__)

_ONE_DAY = timedelta(days=1)


def carry_out_handover(context: Context, handover_id: int) -> None:
    """Carry out one handover whose day has come, all of it or nothing; done before, it leaves quietly."""
    with context.database.transaction() as session:
        hold_posts(session, session.get_one(Handover, handover_id).school_id)
        handover = session.get_one(Handover, handover_id, with_for_update=True, populate_existing=True)
        if not is_due(handover):
            return
        obstacle = obstacle_to(session, handover)
        if obstacle is not None:
            log.warning("handover %d waits: %s", handover_id, obstacle)
            return
        _carry_out(session, handover)


def ask_for_due_handovers(context: Context) -> None:
    """Queue the carrying out of every handover that both agreed on and whose day has come."""
    due = select(Handover.id).where(
        Handover.given_at.is_not(None),
        Handover.taken_at.is_not(None),
        Handover.done_at.is_(None),
        Handover.cancelled_at.is_(None),
        Handover.takes_effect_on <= today(),
    )
    with context.database.transaction() as session:
        ids = session.scalars(due.order_by(Handover.id)).all()
        ask_for_each(session, "carry_out_handover", "handover_id", ids)


def _carry_out(session: Session, handover: Handover) -> None:
    items = items_of(session, handover.id)
    passed = pass_on(session, _passing(session, handover, items))
    for item in items:
        _pass_duty_on(session, handover, item)
    if handover.leaves:
        end_posts(session, handover.school_id, handover.from_user_id, handover.prepared_by_id)
    handover.done_at = now()
    of_school: Arguments = {"school_id": handover.school_id, "year": handover.year}
    defer(session, "build_obligations", [of_school], lock=f"obligations:{handover.school_id}")
    deciders.write_down(session, passed.happenings)
    write_down(session, "system", handover, "handover.done", records=sorted(map(str, passed.record_ids)))


def _passing(session: Session, handover: Handover, items: Sequence[HandoverItem]) -> Passing:
    named = [item.record_id for item in items if item.record_id is not None]
    periods = session.scalars(select(Record.period).where(Record.id.in_(named))).all()
    handed = HandedOver(
        school_id=handover.school_id,
        giver=handover.from_user_id,
        first_day=handover.takes_effect_on,
        record_ids=named,
        duties=_duties(session, handover),
    )
    kept = slots_kept(session, handed, periods)
    remark = remark_on(session, handover)
    return Passing(handover.from_user_id, handover.to_user_id, named, kept, remark)


def _duties(session: Session, handover: Handover) -> list[tuple[str, str]]:
    named = select(HandoverItem.assignment_id).where(HandoverItem.handover_id == handover.id)
    rows = session.execute(
        select(SchoolClass.name, func.coalesce(Subject.name, ""))
        .join(Assignment, Assignment.class_id == SchoolClass.id)
        .outerjoin(Subject, Subject.id == Assignment.subject_id)
        .where(Assignment.id.in_(named), Assignment.user_id == handover.from_user_id)
    )
    return [(class_name, subject) for class_name, subject in rows]


def _pass_duty_on(session: Session, handover: Handover, item: HandoverItem) -> None:
    """End the giver's duty the day before, and begin the taker's; one not begun yet just changes hands."""
    duty = session.get(Assignment, item.assignment_id) if item.assignment_id else None
    if duty is None or duty.user_id != handover.from_user_id:
        return
    if duty.starts_on >= handover.takes_effect_on:
        duty.user_id = handover.to_user_id
        return
    last, duty.ends_on = duty.ends_on, handover.takes_effect_on - _ONE_DAY
    if last is not None and last < handover.takes_effect_on:
        duty.ends_on = last
        return
    session.add(
        Assignment(
            school_id=duty.school_id,
            year=duty.year,
            user_id=handover.to_user_id,
            duty=duty.duty,
            class_id=duty.class_id,
            subject_id=duty.subject_id,
            starts_on=handover.takes_effect_on,
            ends_on=last,
        )
    )
