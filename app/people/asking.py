"""What an administrator may only ask for: deciders' posts and accounts, until a second person confirms it.

Whoever could appoint a decider, or hand out a password for one's account, could sign as him.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from app.db import now
from app.errors import Refused
from app.people import accounts
from app.people.account_queries import Place, is_asked_for
from app.people.accounts import Administrator, GivenPassword
from app.people.authority import HEADS, LEADERS
from app.people.consequences import posts_changed
from app.people.models import AccountRequest, Delegation, Membership, RequestKind, User
from app.people.passwords import half_password, temporary_password
from app.people.persons import Person, tidy_person
from app.people.request_journal import note
from app.people.request_letters import tell_of_requests
from app.people.sign_in import hash_password
from app.people.stop_letters import Stop, tell_of_stop
from app.text import N_

DECIDERS = LEADERS | HEADS
"""Whose appointment, and whose account, takes two."""
LIFE = timedelta(days=14)
"""How long a request may be confirmed."""


class AlreadyAsked(Refused):
    """The same is waiting for its confirmation."""

    code, status = "already_asked", 409
    detail = N_("Đã có một đề nghị như vậy đang chờ xác nhận.")
    hint = N_("Xem ở trang Xác nhận nhân sự; rút đề nghị cũ trước nếu muốn đề nghị khác.")


@dataclass(frozen=True)
class NewAccount:
    """A person to be added, what he is to be, and his password hashed."""

    person: Person
    places: Collection[Place]
    password_hash: str


def create_account(
    session: Session, admin: Administrator, person: Person, places: Collection[Place]
) -> GivenPassword:
    """Add an account at once, and ask for the deciders' posts among `places`; raises as `add_account`."""
    password = temporary_password()
    (user,) = create_accounts(session, admin, [NewAccount(person, places, hash_password(password))])
    return GivenPassword(user, password)


def create_accounts(session: Session, admin: Administrator, wanted: Sequence[NewAccount]) -> list[User]:
    """Do the same for a whole list of people; what is asked for stands in one letter to each reader."""
    users, requests = [], []
    accounts.hold_posts_for(session, admin)
    for each in wanted:
        asked = deciding(each.places)
        begun = [place for place in each.places if place not in asked]
        user = accounts.add_account(session, admin, each.person, each.places, each.password_hash, begun)
        users.append(user)
        if asked:
            requests.append(_ask(session, admin, user, RequestKind.PLACES, _change(asked, ())))
    posts_changed(session, admin.school.id)
    tell_of_requests(session, requests)
    return users


def ask_for_posts(session: Session, admin: Administrator, user: User, places: Collection[Place]) -> None:
    """Ask for deciders' posts of somebody who has agreed to work in the school; raises `AlreadyAsked`."""
    _ask_and_tell(session, admin, user, RequestKind.PLACES, _change(places, ()))


def deciding(places: Collection[Place]) -> list[Place]:
    """Return those of some places that take a second person."""
    return [place for place in places if place.role in DECIDERS]


def set_places(
    session: Session, admin: Administrator, user_id: uuid.UUID, places: Collection[Place]
) -> AccountRequest | None:
    """Change what somebody is; where that makes him a decider, ask for the whole change.

    Raises as `accounts.set_places`, or `AlreadyAsked`.
    """
    user = accounts.locked_person(session, admin, user_id)
    accounts.check_places(session, admin.school, places)
    held = accounts.places_held(session, admin.school, user).keys()
    added, removed = set(places) - held, held - set(places)
    if deciding(added):
        return _ask_and_tell(session, admin, user, RequestKind.PLACES, _change(added, removed))
    accounts.set_places(session, admin, user_id, places)
    if deciding(removed):
        tell_of_stop(session, admin, user, Stop.POSTS)
    return None


def edit_account(
    session: Session, admin: Administrator, user_id: uuid.UUID, person: Person
) -> AccountRequest | None:
    """Correct a person's data; a decider's new address is asked for. Raises as `accounts.edit_account`.

    A decider's new name holds at once, and is told: it stands on whatever he signs next.
    """
    user = accounts.whole_account(session, admin, user_id)
    wanted = tidy_person(person)
    if not is_decider(session, admin.school.id, user.id):
        accounts.edit_account(session, admin, user_id, person)
        return None
    former_name, email = user.name, user.email
    accounts.edit_account(session, admin, user_id, Person(wanted.name, email, wanted.staff_code))
    if wanted.name != former_name:
        tell_of_stop(session, admin, user, Stop.NAME, former_name)
    if wanted.email == email:
        return None
    return _ask_and_tell(session, admin, user, RequestKind.EMAIL, {"email": wanted.email})


def disable(session: Session, admin: Administrator, user_id: uuid.UUID) -> None:
    """Shut a person out at once; where he decides, he and whoever answers for it are told. As `enable`.

    One person may, since it lets nobody sign, and an account that was stolen cannot wait.
    """
    user = accounts.whole_account(session, admin, user_id)
    decides = is_decider(session, admin.school.id, user.id)
    accounts.disable(session, admin, user_id)
    if decides:
        tell_of_stop(session, admin, user, Stop.ACCOUNT)


def sign_out_everywhere(session: Session, admin: Administrator, user_id: uuid.UUID) -> None:
    """End a person's sessions and tokens; of a decider's it is told as of his lock. Raises as `enable`."""
    user = accounts.whole_account(session, admin, user_id)
    decides = is_decider(session, admin.school.id, user.id)
    accounts.sign_out_everywhere(session, admin, user_id)
    if decides:
        tell_of_stop(session, admin, user, Stop.SESSIONS)


def enable(session: Session, admin: Administrator, user_id: uuid.UUID) -> AccountRequest | None:
    """Let a person in again, or ask for it where he decides; raises as `accounts.enable`."""
    user = accounts.whole_account(session, admin, user_id)
    if not is_decider(session, admin.school.id, user.id):
        accounts.enable(session, admin, user_id)
        return None
    return _ask_and_tell(session, admin, user, RequestKind.ENABLE, {})


def reset_password(
    session: Session, admin: Administrator, user_id: uuid.UUID
) -> GivenPassword | AccountRequest:
    """Give a temporary password, or ask for one where the person decides; raises as `enable`."""
    user = accounts.whole_account(session, admin, user_id)
    if not is_decider(session, admin.school.id, user.id):
        return accounts.reset_password(session, admin, user_id)
    return _ask_and_tell(session, admin, user, RequestKind.PASSWORD, {})


def is_decider(session: Session, school_id: int, user_id: uuid.UUID) -> bool:
    """Tell whether a person decides in a school, or will: by a post, by a delegation, or by a post asked for.

    What they are at another school is nothing that this one is told.
    """
    post = exists().where(
        Membership.user_id == user_id,
        Membership.school_id == school_id,
        Membership.role.in_(DECIDERS),
        Membership.ended_at.is_(None),
    )
    lent = exists().where(
        Delegation.to_user_id == user_id,
        Delegation.school_id == school_id,
        Delegation.revoked_at.is_(None),
        Delegation.ends_at > now(),
    )
    asked = exists().where(
        AccountRequest.user_id == user_id,
        AccountRequest.school_id == school_id,
        AccountRequest.kind == RequestKind.PLACES,
        is_asked_for(),
    )
    return bool(session.scalar(select(or_(post, lent, asked))))


def waiting_among(session: Session, user_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return of whom a post was asked for that waits for its confirmation."""
    asked = select(AccountRequest.user_id).where(
        AccountRequest.user_id.in_(user_ids), AccountRequest.kind == RequestKind.PLACES, is_asked_for()
    )
    return frozenset(session.scalars(asked))


def _ask_and_tell(
    session: Session, admin: Administrator, user: User, kind: RequestKind, change: dict[str, Any]
) -> AccountRequest:
    request = _ask(session, admin, user, kind, change)
    tell_of_requests(session, [request])
    return request


def _ask(
    session: Session, admin: Administrator, user: User, kind: RequestKind, change: dict[str, Any]
) -> AccountRequest:
    same = select(AccountRequest.id).where(
        AccountRequest.school_id == admin.school.id,
        AccountRequest.user_id == user.id,
        AccountRequest.kind == kind,
        is_asked_for(),
    )
    session.execute(select(User.id).where(User.id == user.id).with_for_update())
    if session.scalars(same).first() is not None:
        raise AlreadyAsked
    request = AccountRequest(
        school_id=admin.school.id,
        user_id=user.id,
        kind=kind,
        change=change,
        asked_by_id=admin.authority.user_id,
        expires_at=now() + LIFE,
        first_half=half_password(),
    )
    session.add(request)
    session.flush()
    note(session, admin.school, str(admin.authority.user_id), "account.asked", request)
    return request


def _change(add: Collection[Place], remove: Collection[Place]) -> dict[str, Any]:
    return {"add": sorted(each.key for each in add), "remove": sorted(each.key for each in remove)}
