"""The steps of a share: each changes its state, is written down with who decided, and queues what follows."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.catalogue.models import PeriodKind, RecordType
from app.catalogue.periods import parse_period
from app.clock import midnight, today
from app.db import now
from app.jobs import defer
from app.people.persons import is_email
from app.records.models import OfficialFile, Record
from app.schools.models import School
from app.shares.models import LIVING, Share, ShareDecision, ShareState, ShareStep
from app.shares.refusals import (
    AlreadyShared,
    BadReader,
    BadShareTerm,
    SensitiveInside,
    ShareNotNow,
)
from app.tree.folders import rows_for
from app.tree.models import Folder
from app.tree.plan import year_folder
from app.tree.stores import lock_of
from app.words import tidy

LONGEST = timedelta(days=364)
"""Google keeps no end that is more than a year ahead."""
_LAST_DAY = (7, 31)
"""A school year ends with July."""
_AFTERWARDS = timedelta(days=30)
"""How long a share of a school year lasts that is over already, unless somebody says otherwise."""


@dataclass(frozen=True)
class Hand:
    """Who decides: a person in a post, or whoever works on the command line of the server."""

    user_id: uuid.UUID | None
    role: str
    capacity: str = ""
    operator: str = ""

    @property
    def actor(self) -> str:
        """What the audit log calls him."""
        return str(self.user_id) if self.user_id else f"operator:{self.operator}"


@dataclass(frozen=True)
class Wish:
    """Who is to read which school year for which office, and to the end of which day."""

    school_id: int
    office_id: int
    email: str
    year: str
    last_day: date | None = None
    """By the calendar of Vietnam; None: to the end of the school year."""


def give(session: Session, hand: Hand, wish: Wish) -> Share:
    """Share, or give a share that there is another end, and queue the job.

    Raises `BadReader`, `BadPeriod`, `BadShareTerm`, `AlreadyShared` and `SensitiveInside`.
    """
    share = living(session, wish)
    if share is None:
        share = _added(session, wish, ShareState.OPENING)
        return _decided(session, hand, share, ShareStep.GIVE)
    if share.state not in {ShareState.OPENING, ShareState.OPEN} or share.office_id != wish.office_id:
        raise AlreadyShared
    share.until = _moment_after(wish)
    share.state = ShareState.OPENING
    return _decided(session, hand, share, ShareStep.CHANGE)


def ask(session: Session, hand: Hand, wish: Wish) -> Share:
    """Ask the school for a share; raises what `give` raises."""
    if living(session, wish) is not None:
        raise AlreadyShared
    return _decided(session, hand, _added(session, wish, ShareState.REQUESTED), ShareStep.REQUEST)


def agree(session: Session, hand: Hand, share: Share) -> None:
    """Grant what was asked for; raises `ShareNotNow`, `BadShareTerm` and `SensitiveInside`."""
    _demand(share, ShareState.REQUESTED)
    if share.until <= now():
        raise BadShareTerm
    _refuse_sensitive(session, session.get_one(Folder, share.folder_id))
    share.state = ShareState.OPENING
    _decided(session, hand, share, ShareStep.CONSENT)


def decline(session: Session, hand: Hand, share: Share) -> None:
    """Refuse what was asked for; raises `ShareNotNow`."""
    _demand(share, ShareState.REQUESTED)
    share.state = ShareState.REFUSED
    _decided(session, hand, share, ShareStep.REFUSE)


def take_back(session: Session, hand: Hand, share: Share) -> None:
    """End a share before its time; raises `ShareNotNow`."""
    _demand(share, ShareState.OPENING, ShareState.OPEN)
    share.state = ShareState.CLOSING
    _decided(session, hand, share, ShareStep.REVOKE)


def carry_out(session: Session, share: Share, *, tells: bool = True) -> None:
    """Queue the job that brings the store in line with the share's state, after all others of that store.

    Once it is open, the reader gets a letter, unless not `tells`.
    """
    lock = lock_of(session, session.get_one(School, share.school_id))
    if share.state == ShareState.OPENING:
        defer(session, "share", [{"share_id": share.id, "tells": int(tells)}], lock=lock)
    if share.state == ShareState.CLOSING:
        defer(session, "unshare", [{"share_id": share.id}], lock=lock)


def note(session: Session, share: Share, kind: str, actor: str, more: Mapping[str, object]) -> None:
    """Write to the audit log of the school what happened to a share."""
    school = session.get_one(School, share.school_id)
    facts = {"office": share.office_id, "folder": share.folder_id, "until": share.until.isoformat(), **more}
    append(session, school.code, [Happening(kind, actor, str(share.id), facts)])


def living(session: Session, wish: Wish) -> Share | None:
    """Return the share that a wish is about, locked, so that two wishes do not become two shares."""
    session.execute(select(School.id).where(School.id == wish.school_id).with_for_update(key_share=True))
    found = (
        select(Share)
        .join(Folder, Folder.id == Share.folder_id)
        .where(
            Share.school_id == wish.school_id,
            Folder.key == wish.year,
            Share.email == _reader(wish),
            Share.state.in_(LIVING),
        )
    )
    return session.scalars(found.with_for_update(of=Share)).one_or_none()


def _added(session: Session, wish: Wish, state: ShareState) -> Share:
    year = str(parse_period(wish.year, PeriodKind.YEAR))
    (folder,) = rows_for(session, wish.school_id, [year_folder(year)])
    _refuse_sensitive(session, folder)
    share = Share(
        school_id=wish.school_id,
        office_id=wish.office_id,
        folder_id=folder.id,
        email=_reader(wish),
        state=state,
        until=_moment_after(wish),
    )
    session.add(share)
    return share


def _decided(session: Session, hand: Hand, share: Share, step: ShareStep) -> Share:
    """Write a decision down, and queue what follows from it."""
    share.error_code = share.error_at = None
    session.flush()
    decision = ShareDecision(
        share_id=share.id,
        step=step,
        user_id=hand.user_id,
        operator=hand.operator,
        role=hand.role,
        capacity=hand.capacity,
        until=share.until,
    )
    session.add(decision)
    carry_out(session, share)
    note(session, share, f"share.{step}", hand.actor, {"role": hand.role, "capacity": hand.capacity})
    return share


def _reader(wish: Wish) -> str:
    email = tidy(wish.email).lower()
    if not is_email(email):
        raise BadReader
    return email


def _moment_after(wish: Wish) -> datetime:
    """Return the moment after the last day; raises `BadShareTerm`."""
    last = wish.last_day or _usual_last_day(wish.year)
    until = midnight(last + timedelta(days=1))
    if not timedelta(0) < until - now() <= LONGEST:
        raise BadShareTerm
    return until


def _usual_last_day(year: str) -> date:
    last = date(int(str(parse_period(year, PeriodKind.YEAR))[5:]), *_LAST_DAY)
    return min(last, today() + LONGEST - timedelta(days=1)) if last >= today() else today() + _AFTERWARDS


def _refuse_sensitive(session: Session, folder: Folder) -> None:
    """Refuse to show a folder with pupils' sensitive data, filed before such had a folder of their own."""
    inside = (
        select(func.count())
        .select_from(OfficialFile)
        .join(Record, Record.id == OfficialFile.record_id)
        .join(RecordType, RecordType.id == Record.record_type_id)
        .where(
            OfficialFile.school_id == folder.school_id,
            func.starts_with(OfficialFile.path, f"{folder.path}/"),
            RecordType.sensitive,
        )
    )
    if count := session.scalar(inside):
        raise SensitiveInside(count=count, folder=folder.name)


def _demand(share: Share, *states: ShareState) -> None:
    if share.state not in states:
        raise ShareNotNow
