"""What the command line asks of shares; each answer is a list of lines."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.context import Context
from app.db import now
from app.errors import NotFound
from app.schools.models import Office, School
from app.schools.queries import school_by_code
from app.shares import steps
from app.shares.decisions import offices_over
from app.shares.jobs import shareable
from app.shares.links import queue_closing
from app.shares.models import FindingKind, Share, ShareFinding, ShareState
from app.shares.queries import ShareView, every_share, findings_of, share_view
from app.shares.refusals import NotOverseeing
from app.shares.steps import Hand, Wish
from app.shares.walk import look_on
from app.storage.pacing import PutOff
from app.storage.protocol import Store
from app.tree.plan import school_year_at
from app.tree.stores import store_of

PATIENCE = 10.0
"""Seconds that a command waits for the worker to carry out what it decided."""
_GLANCE = 0.2
_OPERATOR = "operator"
_MENDED = {
    FindingKind.MISSING: " (is given again)",
    FindingKind.OTHER_END: " (is set again)",
    FindingKind.LEFT_OVER: " (is taken away)",
}


@dataclass(frozen=True)
class Order:
    """What is to be shared, as the command line says it."""

    school_code: str
    office_code: str
    email: str
    last_day: date | None = None
    year: str = ""
    """Empty: the present school year."""


def share_add(context: Context, operator: str, order: Order, patience: float = PATIENCE) -> list[str]:
    """Share a school year, or give the share another end, in the name of the server's `operator`.

    For an office above the one that oversees the school, the request that waits is granted; without one
    request and consent are both the operator's. Raises `NotFound`, `NotOverseeing` and what
    `steps.give` raises.
    """
    with context.database.transaction() as session:
        school = school_by_code(session, order.school_code)
        share = _given(session, Hand(None, _OPERATOR, operator=operator), school, order)
    return _settled(context, share.id, patience)


def share_list(context: Context) -> list[str]:
    """List every share: its number, school, school year, office, reader, last day and state."""
    with context.database.transaction() as session:
        return [_line(view) for view in every_share(session)]


def share_revoke(context: Context, operator: str, share_id: int, patience: float = PATIENCE) -> list[str]:
    """End a share, or refuse the request for one; raises `NotFound` and `ShareNotNow`."""
    hand = Hand(None, _OPERATOR, operator=operator)
    with context.database.transaction() as session:
        share = session.get(Share, share_id, with_for_update=True)
        if share is None:
            raise NotFound
        end = steps.decline if share.state == ShareState.REQUESTED else steps.take_back
        end(session, hand, share)
    return _settled(context, share_id, patience)


def share_audit(context: Context, operator: str, school_code: str, *, close_links: bool) -> list[str]:
    """Look at every permission of a school's shared folders and list what is not as decided.

    What is ours is mended by jobs; public links are closed only with `close_links`. Raises `NotFound`
    and `StorageError`.
    """
    store = store_of(context, school_code)
    if shareable(store) is None:
        return []
    _look(context, store, school_code)
    with context.database.transaction() as session:
        school = school_by_code(session, school_code)
        found = findings_of(session, [school.id])
        if close_links:
            _close(session, f"{_OPERATOR}:{operator}", found)
        return [_finding_line(finding) for finding in found if finding.kind != FindingKind.ABOVE]


def _given(session: Session, hand: Hand, school: School, order: Order) -> Share:
    wanted = session.scalars(select(Office).where(Office.code == order.office_code)).one_or_none()
    if wanted is None:
        raise NotFound
    over = offices_over(session, school)
    if wanted not in over:
        raise NotOverseeing
    year = order.year or school_year_at(now())
    wish = Wish(school.id, wanted.id, order.email, year, order.last_day)
    if wanted is over[0]:
        return steps.give(session, hand, wish)
    share = steps.living(session, wish)
    if share is not None and share.state != ShareState.REQUESTED:
        return steps.give(session, hand, wish)
    share = share or steps.ask(session, hand, wish)
    steps.agree(session, hand, share)
    return share


def _settled(context: Context, share_id: int, patience: float) -> list[str]:
    """Return the share's line once the worker is done with it, or as it is when patience ends."""
    deadline = time.monotonic() + patience
    while True:
        with context.database.transaction() as session:
            view = share_view(session, share_id)
        if view is None:
            raise NotFound
        under_way = view.share.state in {ShareState.OPENING, ShareState.CLOSING} and not view.reason
        if not under_way or time.monotonic() > deadline:
            return [_line(view)]
        time.sleep(_GLANCE)


def _look(context: Context, store: Store, school_code: str) -> None:
    """Go through all places, waiting whenever the account's pace asks for it."""
    after: str | None = ""
    while after is not None:
        try:
            after = look_on(context, store, school_code, after)
        except PutOff as put_off:
            time.sleep(max(0.0, (put_off.until - now()).total_seconds()))


def _close(session: Session, actor: str, found: Sequence[ShareFinding]) -> None:
    for finding in found:
        if finding.closable:
            queue_closing(session, actor, finding)


def _line(view: ShareView) -> str:
    share = view.share
    trouble = f" ({share.error_code})" if share.error_code and not view.over else ""
    return (
        f"{share.id} {view.school.code} {view.folder.name} {view.office.code} {share.email} "
        f"until {view.last_day.isoformat()} {share.state}{trouble}"
    )


def _finding_line(finding: ShareFinding) -> str:
    who = finding.email or ("anyone" if finding.kind == FindingKind.PUBLIC else "no address")
    return (
        f"{finding.kind} {who} ({finding.role}): {finding.path}{_MENDED.get(FindingKind(finding.kind), '')}"
    )
