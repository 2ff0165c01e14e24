"""What people decide about findings: to have one repaired, or to leave it as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.db import now
from app.drift.looks import queue_look
from app.drift.models import DriftWatch, Finding, Kind, Standing
from app.drift.words import NAMES, REPAIRS, WHAT, FindingSettled, Repair
from app.errors import NotFound, Refused
from app.jobs import defer
from app.people.authority import Authority
from app.people.permissions import Permission, schools_where
from app.schools.models import School
from app.shares.words import ROLES
from app.storage.accounts import store_lock
from app.stuck.reasons import reason_with

_SHOWN_FOR = timedelta(days=30)
"""How long the page tells of what is settled."""


@dataclass(frozen=True)
class Seen:
    """One line of the page of findings."""

    finding: Finding
    school_name: str

    @property
    def name(self) -> str:
        """What happened in two or three words, to be translated."""
        return NAMES[Kind(self.finding.kind)]

    @property
    def what(self) -> str:
        """What happened, to be translated."""
        return WHAT[Kind(self.finding.kind)]

    @property
    def repair(self) -> Repair:
        """What the button says and does, to be translated."""
        return REPAIRS[Kind(self.finding.kind)]

    @property
    def reader(self) -> str:
        """Who was let in, where that is what happened; empty for a link."""
        return self.finding.evidence.rpartition(" ")[0].removeprefix("*")

    @property
    def role(self) -> str:
        """What he may do, to be translated."""
        role = self.finding.evidence.rpartition(" ")[2]
        return ROLES.get(role, role)

    @property
    def error(self) -> type[Refused] | None:
        """Why the last repair did not succeed, to be translated."""
        code = self.finding.error_code
        if code is None:
            return None
        return reason_with(code)


@dataclass(frozen=True)
class Watched:
    """How a school's store is watched."""

    school_name: str
    looked_at: datetime | None
    sampled_at: datetime | None
    sampled_files: int


def open_findings(session: Session, authority: Authority) -> list[Seen]:
    """List what is to be decided, or being repaired, in the person's schools: the newest first."""
    return _findings(session, authority, Finding.standing.in_((Standing.OPEN, Standing.QUEUED)))


def settled_findings(session: Session, authority: Authority) -> list[Seen]:
    """List what was settled lately, or left as it is."""
    lately = Finding.settled_at > now() - _SHOWN_FOR
    return _findings(session, authority, lately, most=50)


def watches(session: Session, authority: Authority) -> Sequence[Watched]:
    """List the person's schools with when their stores were last looked at."""
    rows = session.execute(
        select(School.name, DriftWatch.looked_at, DriftWatch.sampled_at, DriftWatch.sampled_files)
        .join(DriftWatch, DriftWatch.school_id == School.id, isouter=True)
        .where(School.id.in_(schools_where(authority, Permission.SEE_STORE_CHANGES)))
        .order_by(School.name)
    )
    return [Watched(name, looked, sampled, files or 0) for name, looked, sampled, files in rows]


def ask_for_repair(session: Session, authority: Authority, finding_id: int) -> None:
    """Queue the repair of a finding; raises `NotFound`, and `NotNow` when it is settled already."""
    finding, school = _open_finding(session, authority, finding_id)
    finding.standing, finding.error_code, finding.settled_by_id = Standing.QUEUED, None, authority.user_id
    defer(session, "repair_drift", [{"finding_id": finding.id}], lock=store_lock(school))
    _note(session, authority, school, finding, "drift.repair")


def accept(session: Session, authority: Authority, finding_id: int) -> None:
    """Leave a finding as it is, so that it is not told again; raises `NotFound` and `NotNow`."""
    finding, school = _open_finding(session, authority, finding_id)
    finding.standing, finding.settled_at, finding.settled_by_id = Standing.ACCEPTED, now(), authority.user_id
    _note(session, authority, school, finding, "drift.accept")


def look_now(session: Session, authority: Authority) -> None:
    """Queue a look at the stores of all schools whose store changes the person sees."""
    own = select(School.code).where(School.id.in_(schools_where(authority, Permission.SEE_STORE_CHANGES)))
    for code in session.scalars(own).all():
        queue_look(session, code, asked=1)


def _findings(
    session: Session, authority: Authority, *conditions: ColumnElement[bool], most: int = 500
) -> list[Seen]:
    rows = session.execute(
        select(Finding, School.name)
        .join(School, School.id == Finding.school_id)
        .where(Finding.school_id.in_(schools_where(authority, Permission.SEE_STORE_CHANGES)), *conditions)
        .order_by(Finding.found_at.desc(), Finding.id.desc())
        .limit(most)
    )
    return [Seen(finding, name) for finding, name in rows]


def _open_finding(session: Session, authority: Authority, finding_id: int) -> tuple[Finding, str]:
    row = session.execute(
        select(Finding, School.code)
        .join(School, School.id == Finding.school_id)
        .where(
            Finding.id == finding_id,
            Finding.school_id.in_(schools_where(authority, Permission.SEE_STORE_CHANGES)),
        )
        .with_for_update(of=Finding)
    ).one_or_none()
    if row is None:
        raise NotFound
    finding, school = row
    if finding.standing != Standing.OPEN:
        raise FindingSettled
    return finding, school


def _note(session: Session, authority: Authority, school: str, finding: Finding, kind: str) -> None:
    facts = {"kind": finding.kind, "path": finding.path}
    append(session, school, [Happening(kind, str(authority.user_id), str(finding.id), facts)])
