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

from app.audit.chain import Happening, append
from app.db import now
from app.errors import NotAllowed, NotFound, Refused
from app.people import accounts
from app.people.account_queries import Place, account_of, is_asked_for, works_elsewhere
from app.people.accounts import Administrator, GivenPassword, SharedAccount
from app.people.authority import HEADS, LEADERS, Authority
from app.people.consequences import posts_changed
from app.people.models import AccountRequest, Delegation, Membership, RequestKind, Role, User
from app.people.passwords import half_password, temporary_password
from app.people.persons import Person, tidy_person
from app.people.request_letters import tell_of_request
from app.people.sign_in import end_sessions, hash_password, set_password
from app.schools.models import School
from app.schools.queries import overseen_schools
from app.text import N_

DECIDERS = LEADERS | HEADS
"""Whose appointment, and whose account, takes two."""
LIFE = timedelta(days=14)
"""How long a request may be confirmed."""
GIVEN_LATELY = timedelta(days=30)
"""For how long who gave a password may have chosen another with it, unnoticed by the account's owner."""
OPERATOR = "system"


class RequestOver(Refused):
    """Somebody has answered the request, or its time is over."""

    code, status = "not_now", 409
    detail = N_("Đề nghị này đã được trả lời, đã rút hoặc đã hết hạn.")
    hint = N_("Tải lại trang để xem các đề nghị hiện tại.")


class AlreadyAsked(Refused):
    """The same is waiting for its confirmation."""

    code, status = "already_asked", 409
    detail = N_("Đã có một đề nghị như vậy đang chờ xác nhận.")
    hint = N_("Xem ở trang Xác nhận nhân sự; rút đề nghị cũ trước nếu muốn đề nghị khác.")


@dataclass(frozen=True)
class Confirmed:
    """What came of a confirmation; `half` is the second half of a new temporary password, shown once."""

    request: AccountRequest
    half: str = ""


def create_account(
    session: Session, admin: Administrator, person: Person, places: Collection[Place]
) -> GivenPassword:
    """Add an account at once, and ask for the deciders' posts among `places`; raises as `add_account`."""
    password = temporary_password()
    user = add_listed(session, admin, person, places, hash_password(password))
    posts_changed(session, admin.school.id)
    return GivenPassword(user, password)


def add_listed(
    session: Session, admin: Administrator, person: Person, places: Collection[Place], password_hash: str
) -> User:
    """Do the same with a password that is already hashed, as for a whole list of people."""
    asked = [place for place in places if place.role in DECIDERS]
    begun = [place for place in places if place.role not in DECIDERS]
    user = accounts.add_account(session, admin, person, places, password_hash, begun)
    if asked:
        _ask(session, admin, user, RequestKind.PLACES, _change(asked, ()))
    return user


def set_places(
    session: Session, admin: Administrator, user_id: uuid.UUID, places: Collection[Place]
) -> AccountRequest | None:
    """Change what somebody is; where that makes him a decider, ask for the whole change.

    Raises as `accounts.set_places`, or `AlreadyAsked`.
    """
    account = account_of(session, admin.school.id, user_id)
    accounts.check_places(session, admin.school, places)
    held = {each.place for each in account.living}
    added = set(places) - held
    if not any(place.role in DECIDERS for place in added):
        accounts.set_places(session, admin, user_id, places)
        return None
    return _ask(session, admin, account.user, RequestKind.PLACES, _change(added, held - set(places)))


def edit_account(
    session: Session, admin: Administrator, user_id: uuid.UUID, person: Person
) -> AccountRequest | None:
    """Correct a person's data; a decider's new address is asked for. Raises as `accounts.edit_account`."""
    user = account_of(session, admin.school.id, user_id).user
    wanted = tidy_person(person)
    if wanted.email == user.email or not is_decider(session, user.id):
        accounts.edit_account(session, admin, user_id, person)
        return None
    accounts.edit_account(session, admin, user_id, Person(wanted.name, user.email, wanted.staff_code))
    return _ask(session, admin, user, RequestKind.EMAIL, {"email": wanted.email})


def enable(session: Session, admin: Administrator, user_id: uuid.UUID) -> AccountRequest | None:
    """Let a person in again, or ask for it where he decides; raises as `accounts.enable`."""
    user = accounts.whole_account(session, admin, user_id)
    if not is_decider(session, user.id):
        accounts.enable(session, admin, user_id)
        return None
    return _ask(session, admin, user, RequestKind.ENABLE, {})


def reset_password(
    session: Session, admin: Administrator, user_id: uuid.UUID
) -> GivenPassword | AccountRequest:
    """Give a temporary password, or ask for one where the person decides; raises as `enable`."""
    user = accounts.whole_account(session, admin, user_id)
    if not is_decider(session, user.id):
        return accounts.reset_password(session, admin, user_id)
    return _ask(session, admin, user, RequestKind.PASSWORD, {})


def is_decider(session: Session, user_id: uuid.UUID) -> bool:
    """Tell whether a person decides, or will: by a post, by a delegation, or by a post asked for."""
    post = exists().where(
        Membership.user_id == user_id, Membership.role.in_(DECIDERS), Membership.ended_at.is_(None)
    )
    lent = exists().where(
        Delegation.to_user_id == user_id, Delegation.revoked_at.is_(None), Delegation.ends_at > now()
    )
    asked = exists().where(
        AccountRequest.user_id == user_id, AccountRequest.kind == RequestKind.PLACES, is_asked_for()
    )
    return bool(session.scalar(select(or_(post, lent, asked))))


def waiting_among(session: Session, user_ids: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return of whom a post was asked for that waits for its confirmation."""
    asked = select(AccountRequest.user_id).where(
        AccountRequest.user_id.in_(user_ids), AccountRequest.kind == RequestKind.PLACES, is_asked_for()
    )
    return frozenset(session.scalars(asked))


def may_confirm(session: Session, authority: Authority, request: AccountRequest) -> bool:
    """Tell whether the person is the second one: neither asked for it nor gains by it, and stands above.

    The principal does; for the principal's own post and account a vice principal; for any the office that
    oversees the school.
    """
    if authority.user_id in (request.asked_by_id, request.user_id):
        return False
    above = Role.VICE_PRINCIPAL if _is_the_principals(session, request) else Role.PRINCIPAL
    if authority.holds({above}, request.school_id):
        return True
    offices = authority.office_ids()
    return bool(offices) and request.school_id in session.scalars(overseen_schools(offices)).all()


def count_confirmable(session: Session, authority: Authority, most: int) -> int:
    """Count what waits for this person's confirmation, looking at no more than `most` requests."""
    schools, offices = authority.school_ids(LEADERS), authority.office_ids()
    if not schools and not offices:
        return 0
    near = or_(AccountRequest.school_id.in_(schools), AccountRequest.school_id.in_(overseen_schools(offices)))
    waiting = session.scalars(select(AccountRequest).where(near, is_asked_for()).limit(most))
    return sum(may_confirm(session, authority, request) for request in waiting.all())


def _refusal(session: Session, authority: Authority, request: AccountRequest) -> Refused:
    """Strangers learn nothing of a request, not even that there is one."""
    offices = authority.office_ids()
    overseen = bool(offices) and request.school_id in session.scalars(overseen_schools(offices)).all()
    knows = authority.holds(LEADERS | {Role.RECORDS_ADMIN}, request.school_id) or overseen
    return NotAllowed() if knows else NotFound()


def confirm(session: Session, authority: Authority | None, request_id: int) -> Confirmed:
    """Carry out what was asked for, in the caller's transaction; None for the operator at the server.

    Where the account's password is a temporary one, or is to be, or was given by somebody else within 30
    days, a new one is made of two halves: the first is shown to who asked, the second to who confirms, so
    that neither can sign in with it.
    Raises `NotFound`, `NotAllowed`, `RequestOver`, `SharedAccount` where the person has come to work
    elsewhere too since, and what the change itself may raise.
    """
    request = _locked(session, request_id)
    if authority is not None and not may_confirm(session, authority, request):
        raise _refusal(session, authority, request)
    _check_waits(request)
    school = session.get_one(School, request.school_id)
    user = session.get_one(User, request.user_id, with_for_update=True, populate_existing=True)
    by = OPERATOR if authority is None else str(authority.user_id)
    _settle(request, authority, "confirmed", "")
    _carry_out(session, school, by, user, request)
    half = _renew_password(session, request, user)
    _record(session, school, by, request, "account.confirmed", password_renewed=bool(half))
    return Confirmed(request, half)


def confirm_at_the_server(session: Session, school: School, request_id: int) -> Confirmed:
    """Confirm a request of one school as the operator; raises `NotFound` for others, or as `confirm`."""
    if _locked(session, request_id).school_id != school.id:
        raise NotFound
    return confirm(session, None, request_id)


def refuse(session: Session, authority: Authority, request_id: int, reason: str) -> None:
    """Say no, with a reason; who asked takes his request back the same way.

    Raises `NotFound`, `NotAllowed`, or `RequestOver`.
    """
    request = _locked(session, request_id)
    is_own = request.asked_by_id == authority.user_id
    if not is_own and not may_confirm(session, authority, request):
        raise _refusal(session, authority, request)
    _check_waits(request)
    _settle(request, authority, "withdrawn" if is_own else "refused", reason.strip()[:500])
    school = session.get_one(School, request.school_id)
    _record(session, school, str(authority.user_id), request, f"account.{request.outcome}")


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
    _record(session, admin.school, str(admin.authority.user_id), request, "account.asked")
    return request


def _locked(session: Session, request_id: int) -> AccountRequest:
    request = session.get(AccountRequest, request_id, with_for_update=True, populate_existing=True)
    if request is None:
        raise NotFound
    return request


def _check_waits(request: AccountRequest) -> None:
    if request.outcome or request.expires_at <= now():
        raise RequestOver


def _settle(request: AccountRequest, authority: Authority | None, outcome: str, reason: str) -> None:
    request.outcome, request.answer = outcome, reason
    request.answered_by_id = None if authority is None else authority.user_id
    request.answered_at = now()


def _carry_out(session: Session, school: School, by: str, user: User, request: AccountRequest) -> None:
    # A post is the school's own affair; the account is not once it is another unit's as well.
    if request.kind != RequestKind.PLACES and works_elsewhere(session, school.id, user.id):
        raise SharedAccount
    match RequestKind(request.kind):
        case RequestKind.PLACES:
            add, remove = (_places(request.change[name]) for name in ("add", "remove"))
            accounts.change_places(session, school, by, user, add, remove)
        case RequestKind.EMAIL:
            accounts.change_address(session, user, request.change["email"])
        case RequestKind.ENABLE:
            user.disabled_at = None
            posts_changed(session, school.id)
        case RequestKind.PASSWORD:
            user.must_change_password = True


def _renew_password(session: Session, request: AccountRequest, user: User) -> str:
    if not user.must_change_password and not _was_given_lately(user):
        return ""
    half = half_password()
    set_password(user, hash_password(f"{request.first_half}-{half}"), temporary=True)
    end_sessions(session, user)
    return half


def _was_given_lately(user: User) -> bool:
    return user.password_given_at is not None and user.password_given_at > now() - GIVEN_LATELY


def _is_the_principals(session: Session, request: AccountRequest) -> bool:
    if any(place.role is Role.PRINCIPAL for place in _places(request.change.get("add", ()))):
        return True
    held = select(Membership.id).where(
        Membership.user_id == request.user_id,
        Membership.school_id == request.school_id,
        Membership.role == Role.PRINCIPAL,
        Membership.ended_at.is_(None),
    )
    return session.scalars(held).first() is not None


def _change(add: Collection[Place], remove: Collection[Place]) -> dict[str, Any]:
    return {"add": sorted(each.key for each in add), "remove": sorted(each.key for each in remove)}


def _places(keys: Sequence[str]) -> list[Place]:
    return [Place.of(key) for key in keys]


def _record(
    session: Session, school: School, by: str, request: AccountRequest, kind: str, **facts: object
) -> None:
    """Tell everybody concerned, and write down who asked for what, and who answered."""
    tell_of_request(session, request)
    change = {"email": ""} if request.kind == RequestKind.EMAIL else request.change
    told = {
        "request": request.id,
        "asks": request.kind,
        "change": change,
        "asked_by": str(request.asked_by_id),
    }
    append(session, school.code, [Happening(kind, by, str(request.user_id), {**told, **facts})])
