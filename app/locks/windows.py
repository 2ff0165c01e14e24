"""An office's windows over the schools below it: closing after each term, and opening between two days."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import DEPLOYMENT, Happening, append
from app.catalogue.periods import BadPeriod, year_in
from app.catalogue.queries import UnknownRecordType, record_types
from app.clock import today
from app.db import now
from app.errors import InvalidRequest, NotFound
from app.locks.locking import LONGEST_REASON
from app.locks.models import OfficeWindow
from app.locks.refusals import BadWindow, BadWindowDays, WindowInThePast, WindowOver
from app.locks.window_letters import tell_schools
from app.people.authority import Authority
from app.reasons import reason_of

CLOSE, OPEN = "close", "open"
MOST_DAYS = 365


@dataclass(frozen=True)
class Window:
    """What an office lays over its schools: `days` for closing, the two days for opening."""

    office_id: int
    year: str
    kind: str
    reason: str
    days: int | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    record_type_code: str | None = None


def set_window(session: Session, authority: Authority, window: Window) -> OfficeWindow:
    """Lay a window over all schools below an office, by its officers, and have the schools told.

    Raises `NotFound` for an office that is not the caller's, `ReasonRequired`, `BadPeriod`,
    `UnknownRecordType`, `InvalidRequest` for an unknown kind or missing days, `BadWindow`, `BadWindowDays` or
    `WindowInThePast`.
    """
    if window.office_id not in authority.office_ids():
        raise NotFound
    reason = reason_of(window.reason, LONGEST_REASON)
    _check(session, window)
    closes = window.kind == CLOSE
    made = OfficeWindow(
        office_id=window.office_id,
        year=window.year,
        kind=window.kind,
        days=window.days if closes else None,
        opens_on=None if closes else window.opens_on,
        closes_on=None if closes else window.closes_on,
        record_type_code=window.record_type_code,
        reason=reason,
        set_by_id=authority.user_id,
    )
    session.add(made)
    session.flush()
    _record(session, authority, made, "office_window.set")
    tell_schools(session, made)
    return made


def end_window(session: Session, authority: Authority, window_id: int) -> None:
    """Take a window back; raises `NotFound` for one of another office, or `WindowOver`."""
    own = select(OfficeWindow).where(
        OfficeWindow.id == window_id, OfficeWindow.office_id.in_(authority.office_ids())
    )
    window = session.scalars(own.with_for_update()).one_or_none()
    if window is None:
        raise NotFound
    if window.ended_at is not None:
        raise WindowOver
    window.ended_at = now()
    _record(session, authority, window, "office_window.ended")


def _check(session: Session, window: Window) -> None:
    if year_in(window.year) != window.year:
        raise BadPeriod(period=window.year[:40], example="2026-2027")
    codes = {each.code for each in record_types(session)}
    if window.record_type_code is not None and window.record_type_code not in codes:
        raise UnknownRecordType(given=window.record_type_code[:40])
    if window.kind not in {CLOSE, OPEN}:
        raise InvalidRequest(fields="kind")
    if window.kind == CLOSE:
        _check_closing(window)
    else:
        _check_opening(window)


def _check_closing(window: Window) -> None:
    if window.days is None or not 0 <= window.days <= MOST_DAYS:
        raise BadWindowDays(most=MOST_DAYS)


def _check_opening(window: Window) -> None:
    if window.opens_on is None or window.closes_on is None:
        raise InvalidRequest(fields="opens_on, closes_on")
    if not timedelta(0) <= window.closes_on - window.opens_on <= timedelta(days=MOST_DAYS):
        raise BadWindow
    if window.closes_on < today():
        raise WindowInThePast(day=window.closes_on.strftime("%d/%m/%Y"))


def _record(session: Session, authority: Authority, window: OfficeWindow, kind: str) -> None:
    facts = {
        "office": window.office_id,
        "year": window.year,
        "kind": window.kind,
        "days": window.days,
        "opens_on": window.opens_on and window.opens_on.isoformat(),
        "closes_on": window.closes_on and window.closes_on.isoformat(),
        "record_type": window.record_type_code,
    }
    append(session, DEPLOYMENT, [Happening(kind, str(authority.user_id), str(window.id), facts)])
