"""Reading handovers, for their parties and for the office that draws them up."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.clock import today
from app.errors import NotFound
from app.handovers.models import Handover, HandoverItem
from app.handovers.rights import known_to
from app.people.authority import Authority
from app.people.leading import roles_in
from app.people.leaving import is_last_administrator
from app.people.models import Membership, User
from app.records.models import Record
from app.records.queries import RecordView, list_views, visible_to
from app.words import called
from workflows.model import State


class Stage(StrEnum):
    """Where a handover stands."""

    TO_CONFIRM = "to_confirm"
    AGREED = "agreed"
    """Both confirmed; the day has not come, or something is in the way."""
    DONE = "done"
    CANCELLED = "cancelled"


class Obstacle(StrEnum):
    """Why an agreed handover cannot be carried out."""

    TAKER_GONE = "taker_gone"
    GIVER_IS_BACK = "giver_is_back"
    LAST_ADMINISTRATOR = "last_administrator"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works in the school."""

    user_id: uuid.UUID
    called: str
    """The name with the staff code, or for namesakes without one with the address."""


@dataclass(frozen=True, slots=True)
class HandoverView:
    """A handover with the names of its people, and the staff codes of its parties."""

    handover: Handover
    giver: str
    taker: str
    prepared_by: str
    given_by: str
    giver_code: str
    taker_code: str

    @property
    def giver_called(self) -> str:
        """The giver's name with what tells namesakes apart."""
        return called(self.giver, self.giver_code)

    @property
    def taker_called(self) -> str:
        """The taker's name with what tells namesakes apart."""
        return called(self.taker, self.taker_code)

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        if self.handover.cancelled_at is not None:
            return Stage.CANCELLED
        if self.handover.done_at is not None:
            return Stage.DONE
        agreed = self.handover.given_at is not None and self.handover.taken_at is not None
        return Stage.AGREED if agreed else Stage.TO_CONFIRM

    @property
    def given_in_stead(self) -> bool:
        """Whether the office confirmed for a giver who could not."""
        return self.handover.given_by_id not in (None, self.handover.from_user_id)


def handovers_known_to(session: Session, authority: Authority) -> list[HandoverView]:
    """List the handovers that the person may know of, the newest first."""
    rows = session.execute(_views().where(known_to(authority)).order_by(Handover.id.desc()))
    return [HandoverView(*row) for row in rows]


def handover_view(session: Session, authority: Authority, handover_id: int) -> HandoverView:
    """Return one handover; raises `NotFound` also for what the caller may not know of."""
    found = _views().where(Handover.id == handover_id, known_to(authority))
    row = session.execute(found).one_or_none()
    if row is None:
        raise NotFound
    return HandoverView(*row)


def count_to_confirm(session: Session, authority: Authority, most: int) -> int:
    """Count the handovers whose party the person is and that wait for this party's word, up to `most`."""
    me = authority.user_id
    mine = or_(
        and_(Handover.from_user_id == me, Handover.given_at.is_(None)),
        and_(Handover.to_user_id == me, Handover.taken_at.is_(None)),
    )
    waiting = select(Handover.id).where(
        Handover.school_id.in_(authority.own_schools()),
        Handover.done_at.is_(None),
        Handover.cancelled_at.is_(None),
        mine,
    )
    return session.scalar(select(func.count()).select_from(waiting.limit(most).subquery())) or 0


def readable_by(session: Session, authority: Authority, handover_id: int) -> set[uuid.UUID]:
    """Return which of the records that a handover names have a page that the person may read."""
    return set(session.scalars(select(Record.id).where(_named(handover_id), visible_to(authority))))


def items_of(session: Session, handover_id: int) -> Sequence[HandoverItem]:
    """List what a handover names, in the order in which it was drawn up."""
    own = select(HandoverItem).where(HandoverItem.handover_id == handover_id)
    return session.scalars(own.order_by(HandoverItem.id)).all()


def codes_of(session: Session, handover_id: int) -> dict[uuid.UUID, str]:
    """Return the public codes of the records that a handover names."""
    rows = session.execute(select(Record.id, Record.code).where(_named(handover_id))).all()
    return dict(rows)


def left_behind(session: Session, view: HandoverView) -> Sequence[Record]:
    """List named records that stayed with the giver though they are not filed: the taker's slot was taken."""
    if view.stage is not Stage.DONE:
        return []
    stayed = select(Record).where(
        _named(view.handover.id),
        Record.owner_id == view.handover.from_user_id,
        Record.state.in_([State.SUBMITTED, State.DEPARTMENT_APPROVED, State.RETURNED, State.WITHDRAWN]),
    )
    return session.scalars(stayed.order_by(Record.title)).all()


def handed_record(session: Session, view: HandoverView, record_id: uuid.UUID) -> RecordView:
    """Return a record that the handover names, which its parties may read; raises `NotFound`.

    The taker reads it once the handover was carried out; before that, only whoever knows it anyway.
    """
    if view.stage is not Stage.DONE:
        raise NotFound
    found = list_views(session, _named(view.handover.id) & (Record.id == record_id), (Record.id,), 1)
    if not found:
        raise NotFound
    return found[0]


def is_giver_there(session: Session, handover: Handover) -> bool:
    """Tell whether the giver has a post in the school and may sign in."""
    giver, school_id = handover.from_user_id, handover.school_id
    return giver in roles_in(session, [school_id], (), [giver]).get(school_id, {})


def obstacle_to(session: Session, handover: Handover) -> Obstacle | None:
    """Return what keeps a handover from being carried out, if anything does."""
    if handover.to_user_id not in {each.user_id for each in staff_of(session, handover.school_id)}:
        return Obstacle.TAKER_GONE
    in_stead = handover.given_by_id not in (None, handover.from_user_id)
    if in_stead and is_giver_there(session, handover):
        return Obstacle.GIVER_IS_BACK
    if handover.leaves and is_last_administrator(session, handover.school_id, handover.from_user_id):
        return Obstacle.LAST_ADMINISTRATOR
    return None


def is_due(handover: Handover) -> bool:
    """Tell whether both agreed, the day has come, and it was neither carried out nor cancelled."""
    agreed = handover.given_at is not None and handover.taken_at is not None
    over = handover.done_at is not None or handover.cancelled_at is not None
    return agreed and not over and handover.takes_effect_on <= today()


def staff_of(session: Session, school_id: int) -> list[Colleague]:
    """List who works in a school and may sign in, by name."""
    works = exists().where(
        Membership.user_id == User.id, Membership.school_id == school_id, Membership.ended_at.is_(None)
    )
    return _colleagues(session, works & User.disabled_at.is_(None))


def givers_of(session: Session, school_id: int) -> list[Colleague]:
    """List who works or worked in a school, by name; who left may still have records to hand over."""
    worked = exists().where(Membership.user_id == User.id, Membership.school_id == school_id)
    return _colleagues(session, worked)


def _colleagues(session: Session, wanted: ColumnElement[bool]) -> list[Colleague]:
    users = session.scalars(select(User).where(wanted).order_by(User.name, User.staff_code)).all()
    bearers = Counter(user.name for user in users)
    return [
        Colleague(
            user.id, called(user.name, user.staff_code or (user.email if bearers[user.name] > 1 else ""))
        )
        for user in users
    ]


def _named(handover_id: int) -> ColumnElement[bool]:
    named = select(HandoverItem.record_id).where(HandoverItem.handover_id == handover_id)
    return Record.id.in_(named)


def _views() -> Select[Handover, str, str, str, str, str, str]:
    giver, taker, preparer, deputy = (aliased(User) for _ in range(4))
    return (
        select(
            Handover,
            giver.name,
            taker.name,
            preparer.name,
            func.coalesce(deputy.name, ""),
            giver.staff_code,
            taker.staff_code,
        )
        .join(giver, giver.id == Handover.from_user_id)
        .join(taker, taker.id == Handover.to_user_id)
        .join(preparer, preparer.id == Handover.prepared_by_id)
        .outerjoin(deputy, deputy.id == Handover.given_by_id)
    )
