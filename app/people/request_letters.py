"""Letters about deciders' posts and accounts: to whom it concerns, who asked, and everybody who decides."""

import uuid

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from app.context import Context
from app.jobs import Arguments, defer
from app.notices.letters import write
from app.notices.mail import post
from app.people.authority import HEADS, LEADERS
from app.people.models import AccountRequest, Membership, User
from app.schools.models import Office, School
from app.schools.queries import oversees


def tell_of_request(session: Session, request: AccountRequest) -> None:
    """Queue a letter to each reader about the step just taken, in the caller's transaction."""
    letters: list[Arguments] = [
        {"request_id": request.id, "user_id": str(reader), "outcome": request.outcome}
        for reader in _readers(session, request)
    ]
    defer(session, "mail_about_account", letters)


def mail_about_account(context: Context, request_id: int, user_id: str, outcome: str) -> None:
    """Write to one reader; raises `OSError`, `MailRefused`."""
    with context.database.transaction() as session:
        request = session.get_one(AccountRequest, request_id)
        reader = session.get_one(User, uuid.UUID(user_id))
        school = session.get_one(School, request.school_id).name
        person = session.get_one(User, request.user_id).name
        asker = session.get_one(User, request.asked_by_id).name
        answerer = session.get(User, request.answered_by_id) if request.answered_by_id else None
    letter = write(
        "account_request",
        reader.language,
        school=school,
        reader=reader.name,
        person=person,
        asker=asker,
        answerer=answerer.name if answerer else "",
        kind=request.kind,
        outcome=outcome,
        reason=request.answer,
        address=f"{context.settings.base_url}/tai-khoan/xac-nhan",
    )
    post(context.settings, reader.email, letter)


def _readers(session: Session, request: AccountRequest) -> list[uuid.UUID]:
    """The person himself, who asked, the school's deciders, and the officers who may confirm."""
    deciders = select(Membership.user_id).where(
        Membership.school_id == request.school_id,
        Membership.role.in_(LEADERS | HEADS),
        Membership.ended_at.is_(None),
    )
    officers = (
        select(Membership.user_id)
        .join(Office, Office.id == Membership.office_id)
        .where(Membership.ended_at.is_(None), oversees(Office.id, literal(request.school_id)))
    )
    told = {request.user_id, request.asked_by_id, *session.scalars(deciders), *session.scalars(officers)}
    enabled = select(User.id).where(User.id.in_(told), User.disabled_at.is_(None))
    # Whoever is locked out is still told what is asked for his own account.
    return sorted({request.user_id, *session.scalars(enabled)})
