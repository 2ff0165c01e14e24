"""Shares as pages and commands show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, not_, or_, select
from sqlalchemy.orm import Session

from app.clock import last_day_before
from app.db import now
from app.errors import Refused
from app.people.authority import SCHOOL_WIDE, Authority
from app.people.models import User
from app.schools.models import Office, School
from app.schools.queries import overseen_schools
from app.shares.jobs import StillShared
from app.shares.models import OVER, Share, ShareCheck, ShareDecision, ShareFinding, ShareState
from app.storage.onedrive.errors import RecipientRefused
from app.stuck.reasons import reason_with
from app.tree.models import Folder
from app.tree.plan import is_restricted, school_year_at

_OF_SHARES: dict[str, type[Refused]] = {kind.code: kind for kind in (RecipientRefused, StillShared)}


@dataclass(frozen=True)
class DecisionView:
    """One step of a share and the name of whoever decided."""

    decision: ShareDecision
    name: str


@dataclass(frozen=True)
class ShareView:
    """A share with the names it is shown by."""

    share: Share
    school: School
    office: Office
    folder: Folder
    decisions: list[DecisionView] = field(default_factory=list)

    @property
    def last_day(self) -> date:
        """The last day, included, by the calendar of Vietnam."""
        return last_day_before(self.share.until)

    @property
    def reason(self) -> type[Refused] | None:
        """Why the store did not do it, with a sentence on what to do; to be translated."""
        code = self.share.error_code
        return _OF_SHARES.get(code) or reason_with(code) if code else None

    @property
    def over(self) -> bool:
        """Whether nothing more can become of it."""
        return self.share.state in OVER


def known_to(authority: Authority) -> ColumnElement[bool]:
    """Return the condition under which a person may know of a share.

    The school's leaders and office know of all; an officer of what is shared in the schools overseen, and
    of nothing of a school that his office oversees no more.
    """
    return or_(
        Share.school_id.in_(authority.school_ids(SCHOOL_WIDE)),
        Share.school_id.in_(overseen_schools(authority.office_ids())),
    )


def shares_known_to(session: Session, authority: Authority) -> list[ShareView]:
    """List the shares that a person may know of: those that last first, then the newest."""
    return _views(session, known_to(authority))


def shared_until(session: Session, authority: Authority) -> dict[int, date]:
    """Return until which day, included, folders are shared with offices, by the folder's id."""
    latest: dict[int, date] = {}
    for view in _views(session, known_to(authority), Share.state == ShareState.OPEN):
        latest[view.folder.id] = max(view.last_day, latest.get(view.folder.id, view.last_day))
    return latest


def every_share(session: Session) -> list[ShareView]:
    """List all shares of the deployment: those that last first, then the newest."""
    return _views(session)


def share_view(session: Session, share_id: int) -> ShareView | None:
    """Return one share, or None."""
    return next(iter(_views(session, Share.id == share_id)), None)


def findings_of(session: Session, school_ids: Sequence[int]) -> Sequence[ShareFinding]:
    """List what the last looks at the permissions of these schools found, by path."""
    own = select(ShareFinding).where(ShareFinding.school_id.in_(school_ids))
    return session.scalars(own.order_by(ShareFinding.school_id, ShareFinding.path, ShareFinding.id)).all()


def checks_of(session: Session, school_ids: Sequence[int]) -> Sequence[ShareCheck]:
    """List the last looks at the permissions of these schools."""
    return session.scalars(select(ShareCheck).where(ShareCheck.school_id.in_(school_ids))).all()


def years_of(session: Session, school_ids: Sequence[int]) -> list[str]:
    """List the school years that these schools may share: the present one, and those they have folders of."""
    years = select(Folder.key).where(
        Folder.school_id.in_(school_ids), Folder.parent_id.is_(None), not_(is_restricted(Folder.key))
    )
    return sorted({school_year_at(now()), *session.scalars(years)}, reverse=True)


def _views(session: Session, *conditions: ColumnElement[bool]) -> list[ShareView]:
    rows = session.execute(
        select(Share, School, Office, Folder)
        .join(School, School.id == Share.school_id)
        .join(Office, Office.id == Share.office_id)
        .join(Folder, Folder.id == Share.folder_id)
        .where(*conditions)
        .order_by(Share.state.in_(OVER), Share.id.desc())
    )
    views = {row.Share.id: ShareView(*row) for row in rows}
    decisions = session.execute(
        select(ShareDecision, User.name)
        .outerjoin(User, User.id == ShareDecision.user_id)
        .where(ShareDecision.share_id.in_(views))
        .order_by(ShareDecision.id)
    )
    for decision, name in decisions:
        views[decision.share_id].decisions.append(DecisionView(decision, name or decision.operator))
    return list(views.values())
