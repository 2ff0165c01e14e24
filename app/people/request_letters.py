"""Letters about deciders' posts and accounts: to whom it concerns, who asked, and everybody who decides."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.context import Context
from app.jobs import Arguments, defer
from app.notices.mail import write_to
from app.people.authority import HEADS, LEADERS, authority_of
from app.people.leading import enabled_among, holders_of, officers_over
from app.people.models import AccountRequest, User
from app.people.request_queries import views_of
from app.people.second_persons import known_to


def tell_of_requests(session: Session, requests: Collection[AccountRequest]) -> None:
    """Queue letters about one step just taken with some requests, in the caller's transaction.

    Each reader gets one, that lists all that concern him.
    """
    letters: list[Arguments] = [
        {"request_ids": ",".join(map(str, sorted(numbers))), "user_id": str(reader), "outcome": outcome}
        for outcome in {request.outcome for request in requests}
        for reader, numbers in sorted(_readers(session, requests).items())
    ]
    defer(session, "mail_about_requests", letters)


def mail_about_requests(context: Context, request_ids: str, user_id: str, outcome: str) -> None:
    """Write to one reader; raises `OSError`, `MailRefused`."""
    with context.database.transaction() as session:
        reader = session.get_one(User, uuid.UUID(user_id))
        numbers = [int(number) for number in request_ids.split(",")]
        told = views_of(session, numbers)
        path = "/tai-khoan/xac-nhan" if _sees_them(session, reader, numbers) else None
    write_to(context.settings, reader, "account_requests", path, told=told, outcome=outcome)


def _sees_them(session: Session, reader: User, numbers: Collection[int]) -> bool:
    """Tell whether the page of requests would show the reader some of these."""
    authority = authority_of(session, reader.id)
    if authority is None:
        return False
    seen = select(AccountRequest.id).where(AccountRequest.id.in_(numbers), known_to(authority)).limit(1)
    return session.scalar(seen) is not None


def _readers(session: Session, requests: Collection[AccountRequest]) -> Mapping[uuid.UUID, set[int]]:
    """Return which requests concern whom.

    They concern the person himself, who asked, the school's deciders, and the officers who may confirm.
    """
    found: dict[uuid.UUID, set[int]] = defaultdict(set)
    deciders = {school: _deciders(session, school) for school in {each.school_id for each in requests}}
    askers = enabled_among(session, {each.asked_by_id for each in requests})
    for each in requests:
        # Whoever is locked out is still told what is asked for his own account.
        for reader in {each.user_id, *askers & {each.asked_by_id}, *deciders[each.school_id]}:
            found[reader].add(each.id)
    return found


def _deciders(session: Session, school_id: int) -> set[uuid.UUID]:
    return {
        *holders_of(session, school_id, sorted(LEADERS | HEADS)),
        *officers_over(session, school_id),
    }
