"""Sharing as people decide on it: who may share, ask, consent, refuse and revoke."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotAllowed, NotFound
from app.people.authority import Authority
from app.people.holding import caller_now, keep_posts, keeping
from app.people.models import Role
from app.people.permissions import Permission, may, require, schools_where
from app.schools.models import Office, School
from app.shares import steps
from app.shares.models import Share, ShareState
from app.shares.queries import known_to
from app.shares.refusals import NotOverseeing
from app.shares.steps import Hand, Wish


def share_folder(session: Session, authority: Authority, wish: Wish) -> Share:
    """Share a school year with the office that oversees the school, or give that share another end.

    Raises `NotAllowed`, `NotOverseeing` and what `steps.give` raises.
    """
    _sharing_hand(authority, wish.school_id)  # a stranger is refused at once
    keep_posts(session, [wish.school_id])
    hand = _sharing_hand(caller_now(session, authority), wish.school_id)
    school = session.get_one(School, wish.school_id)
    if wish.office_id != school.office_id:
        raise NotOverseeing
    return steps.give(session, hand, wish)


def request_share(session: Session, authority: Authority, wish: Wish) -> Share:
    """Ask a school, as the office that oversees it, to share with an office above.

    Raises `NotFound` for a school that the caller's office does not oversee, `NotOverseeing` and what
    `steps.ask` raises.
    """
    _overseen(session, authority, wish.school_id)
    keep_posts(session, [wish.school_id])
    caller = caller_now(session, authority)
    school = _overseen(session, caller, wish.school_id)
    if wish.office_id not in {office.id for office in offices_over(session, school)[1:]}:
        raise NotOverseeing
    return steps.ask(session, Hand(caller.user_id, Role.OFFICER), wish)


def consent(session: Session, authority: Authority, share_id: int) -> None:
    """Grant a request, as the principal.

    Raises `NotFound`, `NotAllowed`, `NotOverseeing` where the office lost its oversight meanwhile, and what
    `agree` raises.
    """
    caller, share = _locked(session, authority, share_id)
    hand = _deciding_hand(caller, share)
    if share.office_id not in {each.id for each in offices_over(session, _school_of(session, share))}:
        raise NotOverseeing
    steps.agree(session, hand, share)


def refuse(session: Session, authority: Authority, share_id: int) -> None:
    """Refuse a request, as the principal; raises `NotFound`, `NotAllowed` and `ShareNotNow`."""
    caller, share = _locked(session, authority, share_id)
    steps.decline(session, _deciding_hand(caller, share), share)


def revoke(session: Session, authority: Authority, share_id: int) -> None:
    """End a share before its time; raises `NotFound`, `NotAllowed` and `ShareNotNow`."""
    caller, share = _locked(session, authority, share_id)
    steps.take_back(session, _sharing_hand(caller, share.school_id), share)


def retry(session: Session, authority: Authority, share_id: int) -> None:
    """Let the store be asked again at once; raises `NotFound` and `NotAllowed`."""
    caller, share = _locked(session, authority, share_id)
    hand = _sharing_hand(caller, share.school_id)
    steps.carry_out(session, share)
    steps.note(session, share, "share.retry", hand.actor, {"state": share.state, "code": share.error_code})


def may_decide(authority: Authority, share: Share) -> bool:
    """Tell whether the person may answer the request now."""
    return share.state == ShareState.REQUESTED and may(
        authority, Permission.CONSENT_TO_SHARES, share.school_id
    )


def offices_over(session: Session, school: School) -> list[Office]:
    """List the offices over a school: the one that oversees it, and those above, nearest first."""
    found: list[Office] = []
    office = session.get(Office, school.office_id) if school.office_id else None
    while office is not None and office not in found:
        found.append(office)
        office = session.get(Office, office.parent_id) if office.parent_id else None
    return found


def schools_sharing(session: Session, authority: Authority) -> Sequence[School]:
    """List the schools whose folders the person may share."""
    own = School.id.in_(schools_where(authority, Permission.SHARE_FOLDERS))
    return session.scalars(select(School).where(own).order_by(School.name)).all()


def schools_overseen(session: Session, authority: Authority) -> Sequence[School]:
    """List the schools that the person's office oversees itself and for which an office above exists."""
    overseen = (
        select(School)
        .join(Office, Office.id == School.office_id)
        .where(School.office_id.in_(authority.office_ids()), Office.parent_id.is_not(None))
    )
    return session.scalars(overseen.order_by(School.name)).all()


def _school_of(session: Session, share: Share) -> School:
    return session.get_one(School, share.school_id)


def _overseen(session: Session, authority: Authority, school_id: int) -> School:
    school = session.get(School, school_id)
    if school is None or school.office_id not in authority.office_ids():
        raise NotFound
    return school


def _locked(session: Session, authority: Authority, share_id: int) -> tuple[Authority, Share]:
    """Return the caller as he is now and a share that he may know of, locked while posts are kept.

    Raises `NotFound`, or `NotAllowed`.
    """
    session.execute(keeping(select(Share.school_id).where(Share.id == share_id, known_to(authority))))
    caller = caller_now(session, authority)
    found = select(Share).where(Share.id == share_id, known_to(caller)).with_for_update()
    share = session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if share is None:
        raise NotFound
    return caller, share


def _sharing_hand(authority: Authority, school_id: int) -> Hand:
    leading = authority.leads(school_id)
    if leading is not None:
        return Hand(authority.user_id, leading.role, leading.capacity)
    require(authority, Permission.SHARE_FOLDERS, school_id)
    return Hand(authority.user_id, Role.RECORDS_ADMIN)


def _deciding_hand(authority: Authority, share: Share) -> Hand:
    leading = authority.leads(share.school_id)
    if leading is None:
        raise NotAllowed
    return Hand(authority.user_id, leading.role, leading.capacity)
