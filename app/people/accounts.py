"""Changing a school's accounts; every change is an entry of its audit chain.

Pages and lists go through `asking`, which asks for a second person where deciders are concerned.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.db import now
from app.errors import Refused
from app.people.account_queries import Place, account_of, works_elsewhere
from app.people.authority import HEADS, Authority
from app.people.consequences import posts_changed
from app.people.holding import caller_now, hold_posts
from app.people.models import Membership, Role, User
from app.people.passwords import temporary_password
from app.people.permissions import Permission, require, schools_where
from app.people.persons import Person, tidy_person
from app.people.sign_in import end_sessions, hash_password, set_password
from app.people.staff_codes import check_code_free
from app.people.which_school import the_school
from app.schools.models import School
from app.schools.queries import departments_of
from app.text import N_

_IN_DEPARTMENTS = HEADS | {Role.TEACHER}


class EmailTaken(Refused):
    """Another account has the address."""

    code, status = "email_taken", 409
    detail = N_("Địa chỉ thư %(email)s đã có tài khoản.")
    hint = N_(
        "Mỗi người một tài khoản: kiểm tra lại địa chỉ. Người từ trường khác đến: mời ở trang Tài khoản."
    )


class BadPlaces(Refused):
    """No role at all, a head without a department, or a department that the school does not have."""

    code, status = "bad_places", 422
    detail = N_("Vai trò chưa hợp lệ.")
    hint = N_("Chọn ít nhất một vai trò; tổ trưởng và tổ phó phải thuộc một tổ của trường.")


class LastAdministrator(Refused):
    """Afterwards nobody could administer the school's accounts."""

    code, status = "last_administrator", 409
    detail = N_("Đây là người quản trị cuối cùng của trường.")
    hint = N_("Giao quyền quản trị cho một người khác trước.")


class SharedAccount(Refused):
    """The person works in another school or office too, whose account it is as well."""

    code, status = "shared_account", 409
    detail = N_("Người này còn làm việc ở đơn vị khác nên không thể thay đổi tài khoản từ đây.")
    hint = N_("Bỏ vai trò ở trường nếu người đó đã chuyển đi, hoặc liên hệ quản trị hệ thống.")


@dataclass(frozen=True)
class Administrator:
    """Somebody who administers the accounts of one school."""

    authority: Authority
    school: School


@dataclass(frozen=True)
class GivenPassword:
    """A temporary password, to be shown once."""

    user: User
    password: str


def administrator_of(session: Session, authority: Authority, school: str = "") -> Administrator:
    """Return the person as administrator of the school with a code, or of the only one; as `the_school`."""
    administered = schools_where(authority, Permission.KEEP_ACCOUNTS)
    return Administrator(authority, the_school(session, administered, school))


def add_account(
    session: Session,
    admin: Administrator,
    person: Person,
    places: Collection[Place],
    password_hash: str,
    begun: Collection[Place],
) -> User:
    """Add an account whose password is hashed; of its `places` those that need nobody else have `begun`.

    Raises `BadPerson`, `BadPlaces`, `EmailTaken` or `StaffCodeTaken`.
    """
    tidied = tidy_person(person)
    check_places(session, admin.school, places)
    user = User(email=tidied.email, name=tidied.name, staff_code=tidied.staff_code)
    set_password(user, password_hash, temporary=True)
    session.add(user)
    _flush_address(session, user)
    check_code_free(session, admin.school.id, user)
    session.add_all(_membership(admin.school, user, place) for place in begun)
    _record(session, admin, user, "account.created", places=sorted(place.key for place in begun))
    return user


def edit_account(session: Session, admin: Administrator, user_id: uuid.UUID, person: Person) -> None:
    """Correct a person's name, address and staff code; raises as `add_account` and `disable` do."""
    user = whole_account(session, admin, user_id)
    tidied = tidy_person(person)
    wanted = {"name": tidied.name, "email": tidied.email, "staff_code": tidied.staff_code}
    changed = sorted(key for key, value in wanted.items() if getattr(user, key) != value)
    user.name, user.email, user.staff_code = tidied.name, tidied.email, tidied.staff_code
    _flush_address(session, user)
    check_code_free(session, admin.school.id, user)
    _record(session, admin, user, "account.edited", fields=changed)


def set_places(session: Session, admin: Administrator, user_id: uuid.UUID, places: Collection[Place]) -> None:
    """End the places that are not among `places` and begin the new ones; what was stays in the history.

    With a place end, for good, the delegations that rest on it. Raises `NotAllowed`, `NotFound`,
    `BadPlaces`, or `LastAdministrator`.
    """
    user = locked_person(session, admin, user_id)
    check_places(session, admin.school, places)
    held = places_held(session, admin.school, user).keys()
    by = str(admin.authority.user_id)
    change_places(session, admin.school, by, user, set(places) - held, held - set(places))


def change_places(
    session: Session,
    school: School,
    by: str,
    user: User,
    add: Collection[Place],
    remove: Collection[Place],
) -> None:
    """Begin some places and end others, as far as that is not done; raises as `set_places` does."""
    hold_posts(session, school.id)
    held = places_held(session, school, user)
    for place in held.keys() & set(remove):
        held[place].ended_at = now()
    session.add_all(_membership(school, user, place) for place in set(add) - held.keys())
    after = (held.keys() | set(add)) - set(remove)
    check_places(session, school, after)
    _keep_an_administrator(session, school)
    ended = posts_changed(session, school.id)
    facts = {
        "before": sorted(place.key for place in held),
        "after": sorted(place.key for place in after),
        "delegations_ended": ended,
    }
    append(session, school.code, [Happening("account.places", by, str(user.id), facts)])


def change_address(session: Session, user: User, email: str) -> None:
    """Give an account another address; raises `EmailTaken`."""
    user.email = email
    _flush_address(session, user)


def places_held(session: Session, school: School, user: User) -> dict[Place, Membership]:
    """Return the places a person holds in a school at this moment; it stays true while posts are held."""
    living = session.scalars(
        select(Membership).where(
            Membership.user_id == user.id,
            Membership.school_id == school.id,
            Membership.ended_at.is_(None),
        )
    )
    return {Place(Role(each.role), each.department_id): each for each in living}


def disable(session: Session, admin: Administrator, user_id: uuid.UUID) -> None:
    """Shut a person out at once, everywhere, and end the delegations given by or to him.

    Raises `NotAllowed`, `NotFound`, `SharedAccount`, `LastAdministrator`.
    """
    user = whole_account(session, admin, user_id)
    user.disabled_at = user.disabled_at or now()
    end_sessions(session, user)
    _keep_an_administrator(session, admin.school)
    ended = posts_changed(session, admin.school.id)
    _record(session, admin, user, "account.disabled", delegations_ended=ended)


def enable(session: Session, admin: Administrator, user_id: uuid.UUID) -> None:
    """Let a person in again; raises `NotAllowed`, `NotFound` or `SharedAccount`."""
    user = whole_account(session, admin, user_id)
    user.disabled_at = None
    posts_changed(session, admin.school.id)
    _record(session, admin, user, "account.enabled")


def reset_password(session: Session, admin: Administrator, user_id: uuid.UUID) -> GivenPassword:
    """Replace a forgotten password by a temporary one and end all sessions; raises as `enable` does."""
    user = whole_account(session, admin, user_id)
    password = temporary_password()
    set_password(user, hash_password(password), temporary=True)
    end_sessions(session, user)
    _record(session, admin, user, "account.password_reset")
    return GivenPassword(user, password)


def sign_out_everywhere(session: Session, admin: Administrator, user_id: uuid.UUID) -> None:
    """End a person's browser sessions and tokens; raises as `enable` does."""
    user = whole_account(session, admin, user_id)
    end_sessions(session, user)
    _record(session, admin, user, "account.sessions_ended")


def hold_posts_for(session: Session, admin: Administrator) -> None:
    """Hold the school's posts for its administrator; raises `NotAllowed` for who is that no more."""
    hold_posts(session, admin.school.id)
    require(caller_now(session, admin.authority), Permission.KEEP_ACCOUNTS, admin.school.id)


def locked_person(session: Session, admin: Administrator, user_id: uuid.UUID) -> User:
    """Return a person of the administrator's school, locked against a second administrator.

    The school's posts are held before the account is: in the order in which a request is confirmed. Raises
    `NotFound`, or as `hold_posts_for`.
    """
    hold_posts_for(session, admin)
    account = account_of(session, admin.school.id, user_id)
    session.refresh(account.user, with_for_update=True)
    return account.user


def whole_account(session: Session, admin: Administrator, user_id: uuid.UUID) -> User:
    """Return a person whose account is this school's affair alone."""
    user = locked_person(session, admin, user_id)
    if works_elsewhere(session, admin.school.id, user.id):
        raise SharedAccount
    return user


def check_places(session: Session, school: School, places: Collection[Place]) -> None:
    """Raise `BadPlaces` unless the school has all of these places, and there is one at least."""
    departments = {each.id for each in departments_of(session, school.id)}
    if not places or not all(_is_possible(place, departments) for place in places):
        raise BadPlaces


def _is_possible(place: Place, departments: set[int]) -> bool:
    if place.role is Role.OFFICER or (place.role in HEADS and place.department_id is None):
        return False
    if place.department_id is None:
        return True
    return place.role in _IN_DEPARTMENTS and place.department_id in departments


def _membership(school: School, user: User, place: Place) -> Membership:
    return Membership(
        user_id=user.id, role=place.role, school_id=school.id, department_id=place.department_id
    )


def _flush_address(session: Session, user: User) -> None:
    email = user.email
    try:
        session.flush()
    except IntegrityError as error:
        raise EmailTaken(email=email) from error


def _keep_an_administrator(session: Session, school: School) -> None:
    session.flush()
    left = session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.school_id == school.id,
            Membership.role == Role.RECORDS_ADMIN,
            Membership.ended_at.is_(None),
            User.disabled_at.is_(None),
        )
    )
    if not left:
        raise LastAdministrator


def _record(session: Session, admin: Administrator, user: User, kind: str, **facts: object) -> None:
    actor = str(admin.authority.user_id)
    append(session, admin.school.code, [Happening(kind, actor, str(user.id), facts)])
