"""How what an administrator asked for about a decider ends: confirmed, refused, or taken back."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, true, update
from sqlalchemy.orm import Session

from app.db import now
from app.errors import NotAllowed, NotFound, Refused
from app.fields import bounded
from app.people import accounts
from app.people.account_queries import Place, works_elsewhere
from app.people.accounts import SharedAccount
from app.people.authority import Authority
from app.people.consequences import posts_changed
from app.people.holding import caller_now, hold_posts
from app.people.models import AccountRequest, RequestKind, User
from app.people.passwords import PasswordGiven, half_password, may_be_anothers
from app.people.request_journal import note
from app.people.request_letters import tell_of_requests
from app.people.second_persons import confirmable_by, known_to
from app.people.sign_in import end_sessions, hash_password, set_password
from app.reasons import reason_of
from app.schools.models import School
from app.text import N_
from app.words import tidy

OPERATOR = "system"
LONGEST_REASON = 500


class RequestOver(Refused):
    """Somebody has answered the request, or its time is over."""

    code, status = "not_now", 409
    detail = N_("Đề nghị này đã được trả lời, đã rút hoặc đã hết hạn.")
    hint = N_("Tải lại trang để xem các đề nghị hiện tại.")


@dataclass(frozen=True)
class Confirmed:
    """What came of a confirmation; `half` is the second half of a new temporary password, shown once."""

    request: AccountRequest
    half: str = ""


def confirm(session: Session, authority: Authority | None, request_id: int) -> Confirmed:
    """Carry out one request; as `confirm_all`."""
    return confirm_all(session, authority, [request_id])[0]


def confirm_all(
    session: Session, authority: Authority | None, request_ids: Collection[int]
) -> list[Confirmed]:
    """Carry out what was asked for, in the caller's transaction; None for the operator at the server.

    Where the account's password is a temporary one, or is to be, or was given by somebody else within 30
    days, a new one is made of two halves: the first is shown to who asked, the second to who confirms, so
    that neither can sign in with it. Whoever is asked for several times gets one password.
    Raises `NotFound`, `NotAllowed`, `RequestOver`, `SharedAccount` where the person has come to work
    elsewhere too since, `PasswordGiven` where somebody there may hold the account, and what the change itself
    may raise; the refusal says whom it is about.
    """
    requests = _locked(session, authority, request_ids)
    if authority is not None:
        _check_may(session, authority, requests)
    users, schools = _lock_concerned(session, requests)
    for request in requests:
        with _naming(users[request.user_id]):
            _check_waits(request)
    requests.sort(key=lambda each: (schools[each.school_id].code, each.id))
    latest = {request.user_id: request.id for request in requests}
    done = []
    for request in requests:
        _settle(request, authority, "confirmed", "")
    for request in requests:
        user, school = users[request.user_id], schools[request.school_id]
        with _naming(user):
            _carry_out(session, school, authority, user, request)
        half = _renew_password(session, request, user) if latest[user.id] == request.id else ""
        request.first_half = request.first_half if half else ""
        _record(session, school, authority, request, password_renewed=bool(half))
        done.append(Confirmed(request, half))
    tell_of_requests(session, requests)
    return done


def confirm_at_the_server(session: Session, school: School, request_id: int) -> Confirmed:
    """Confirm a request of one school as the operator; raises `NotFound` for others, or as `confirm`."""
    if _locked(session, None, [request_id])[0].school_id != school.id:
        raise NotFound
    return confirm(session, None, request_id)


def refuse(session: Session, authority: Authority, request_id: int, reason: str) -> None:
    """Say no, with a reason; who asked takes his request back the same way.

    Raises `NotFound`, `NotAllowed`, `RequestOver`, or `ReasonRequired`.
    """
    requests = _locked(session, authority, [request_id])
    (request,) = requests
    is_own = request.asked_by_id == authority.user_id
    _check_may(session, authority, requests, takes_back=is_own)
    _check_waits(request)
    said = bounded(tidy(reason), "reason", LONGEST_REASON) if is_own else reason_of(reason, LONGEST_REASON)
    _settle(request, authority, "withdrawn" if is_own else "refused", said)
    _record(session, session.get_one(School, request.school_id), authority, request)
    tell_of_requests(session, requests)


def _locked(
    session: Session, authority: Authority | None, request_ids: Collection[int]
) -> list[AccountRequest]:
    """Return requests locked, after the posts of their schools: the order of all that changes posts.

    Raises `NotFound` for a stranger to one of them, before anybody has to wait for him.
    """
    asked = AccountRequest.id.in_(request_ids)
    known = select(AccountRequest.school_id).where(asked, known_to(authority) if authority else true())
    units = session.scalars(known).all()
    if len(units) < len(set(request_ids)):
        raise NotFound
    for school_id in sorted(set(units)):
        hold_posts(session, school_id)
    return _lock(session, asked)


def _lock(session: Session, *conditions: ColumnElement[bool]) -> list[AccountRequest]:
    fresh = select(AccountRequest).where(*conditions).order_by(AccountRequest.id).with_for_update()
    return list(session.scalars(fresh.execution_options(populate_existing=True)))


def _check_may(
    session: Session,
    authority: Authority,
    requests: Sequence[AccountRequest],
    *,
    takes_back: bool = False,
) -> None:
    """Strangers learn nothing of a request, not even that there is one; nor does who asked and has left."""
    present = caller_now(session, authority)
    numbers = AccountRequest.id.in_([request.id for request in requests])
    rows = session.execute(select(confirmable_by(present), known_to(present)).where(numbers)).all()
    if not all(knows for _, knows in rows):
        raise NotFound
    if not takes_back and not all(may for may, _ in rows):
        raise NotAllowed


def _check_waits(request: AccountRequest) -> None:
    if request.outcome or request.expires_at <= now():
        raise RequestOver


@contextmanager
def _naming(person: User) -> Iterator[None]:
    """Let a refusal say whom it is about: one among many stops them all, and has to be left out."""
    name = person.name
    try:
        yield
    except Refused as refusal:
        refusal.about = name
        raise


def _lock_concerned(
    session: Session, requests: Sequence[AccountRequest]
) -> tuple[Mapping[uuid.UUID, User], Mapping[int, School]]:
    """Return whose accounts it is about, locked in one order by whoever confirms, and which schools."""
    people, units = ({getattr(each, name) for each in requests} for name in ("user_id", "school_id"))
    users = select(User).where(User.id.in_(people)).order_by(User.id).with_for_update()
    schools = select(School).where(School.id.in_(units))
    fresh = users.execution_options(populate_existing=True)
    return (
        {each.id: each for each in session.scalars(fresh)},
        {each.id: each for each in session.scalars(schools)},
    )


def _settle(request: AccountRequest, authority: Authority | None, outcome: str, reason: str) -> None:
    request.outcome, request.answer = outcome, reason
    request.answered_by_id = None if authority is None else authority.user_id
    request.answered_at = now()


def _carry_out(
    session: Session, school: School, authority: Authority | None, user: User, request: AccountRequest
) -> None:
    _check_own_account(session, school, user, request)
    match RequestKind(request.kind):
        case RequestKind.PLACES:
            add, remove = (_places(request.change[name]) for name in ("add", "remove"))
            accounts.change_places(session, school, _name_of(authority), user, add, remove)
        case RequestKind.EMAIL:
            accounts.change_address(session, user, request.change["email"])
        case RequestKind.ENABLE:
            user.disabled_at = None
            posts_changed(session, school.id)
        case RequestKind.PASSWORD:
            user.must_change_password = True


def _check_own_account(session: Session, school: School, user: User, request: AccountRequest) -> None:
    """A post is the school's own affair; the account is not once it is another unit's as well.

    Nor is its password: where another may hold the account, nobody here gives it one, and no post either.
    """
    if not works_elsewhere(session, school.id, user.id):
        return
    if request.kind != RequestKind.PLACES:
        raise SharedAccount
    if may_be_anothers(user):
        raise PasswordGiven(name=user.name)


def _places(keys: Sequence[str]) -> list[Place]:
    return [Place.of(key) for key in keys]


def _renew_password(session: Session, request: AccountRequest, user: User) -> str:
    """Give a new password where that is due; the halves of earlier ones are of no use from now on."""
    if not may_be_anothers(user):
        return ""
    half = half_password()
    set_password(user, hash_password(f"{request.first_half}-{half}"), temporary=True, in_halves=True)
    end_sessions(session, user)
    others = update(AccountRequest).where(AccountRequest.user_id == user.id, AccountRequest.id != request.id)
    session.execute(others.where(AccountRequest.outcome == "confirmed").values(first_half=""))
    return half


def _name_of(authority: Authority | None) -> str:
    return OPERATOR if authority is None else str(authority.user_id)


def _record(
    session: Session, school: School, authority: Authority | None, request: AccountRequest, **facts: object
) -> None:
    note(session, school, _name_of(authority), f"account.{request.outcome}", request, **facts)
