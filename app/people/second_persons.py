"""Who is the second person of a request about a decider, and who knows of it: for verbs, pages and counts."""

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from app.people.account_queries import Place, is_asked_for
from app.people.authority import LEADERS, Authority
from app.people.models import AccountRequest, Membership, Role
from app.schools.queries import overseen_schools

_KNOWING = LEADERS | {Role.RECORDS_ADMIN}


def confirmable_by(authority: Authority) -> ColumnElement[bool]:
    """Return the condition that the person neither asked for it nor gains by it, and stands above.

    The principal does; for the principal's own post and account a vice principal; for any the office that
    oversees the school. No second administrator: the first could have made himself one.
    """
    of_principal = is_about_principal()
    principals, deputies = ({role} for role in (Role.PRINCIPAL, Role.VICE_PRINCIPAL))
    above = or_(
        and_(_is_of(authority.school_ids(principals)), not_(of_principal)),
        and_(_is_of(authority.school_ids(deputies)), of_principal),
        _is_overseen_by(authority),
    )
    me = authority.user_id
    return and_(AccountRequest.asked_by_id != me, AccountRequest.user_id != me, above)


def known_to(authority: Authority) -> ColumnElement[bool]:
    """Return the condition that the person knows of a request.

    So do a school's leaders and administrators, and the office that oversees it.
    """
    return or_(_is_of(authority.school_ids(_KNOWING)), _is_overseen_by(authority))


def is_about_principal() -> ColumnElement[bool]:
    """Return the condition that a request is for the post of principal, or for the account of who has it."""
    asked = AccountRequest.change.contains({"add": [Place(Role.PRINCIPAL).key]})
    held = exists().where(
        Membership.user_id == AccountRequest.user_id,
        Membership.school_id == AccountRequest.school_id,
        Membership.role == Role.PRINCIPAL,
        Membership.ended_at.is_(None),
    )
    return or_(asked, held)


def count_confirmable(session: Session, authority: Authority, most: int) -> int:
    """Count what waits for this person's confirmation, up to `most`."""
    if not authority.school_ids(LEADERS) and not authority.office_ids():
        return 0
    waiting = select(AccountRequest.id).where(is_asked_for(), confirmable_by(authority)).limit(most)
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def _is_of(school_ids: list[int]) -> ColumnElement[bool]:
    return AccountRequest.school_id.in_(school_ids)


def _is_overseen_by(authority: Authority) -> ColumnElement[bool]:
    return AccountRequest.school_id.in_(overseen_schools(authority.office_ids()))
