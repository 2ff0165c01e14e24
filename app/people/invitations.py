"""Making somebody of another school a member of this one too: the school asks by an address, they agree.

Who asks learns nothing by it, neither that the address has an account nor whose it is, until the person
agrees; and nobody's account becomes two schools' affair, and so no single one's, without their word. Name,
password and posts elsewhere stay as they are. Posts of deciders take a second person after that, as always.
"""

import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.db import now
from app.errors import NotFound, Refused
from app.jobs import defer
from app.people import accounts
from app.people.account_queries import Place
from app.people.accounts import Administrator, BadPlaces
from app.people.asking import LIFE, ask_for_posts, deciding
from app.people.authority import Authority, authority_of
from app.people.holding import caller_now, hold_posts
from app.people.models import Invitation, Membership, Role, User
from app.people.passwords import PasswordGiven, refuse_anothers
from app.people.persons import BadPerson, is_email
from app.schools.models import School
from app.text import N_
from app.words import tidy


class AlreadyInvited(Refused):
    """The address has an invitation of the school that waits."""

    code, status = "already_invited", 409
    detail = N_("Địa chỉ %(email)s đã có một lời mời đang chờ.")
    hint = N_("Rút lời mời cũ trước nếu muốn mời vào vai trò khác.")


class AlreadyHere(Refused):
    """The address is that of somebody who works in the school."""

    code, status = "already_here", 409
    detail = N_("%(email)s là địa chỉ của một người đang làm việc ở trường.")
    hint = N_("Mở tài khoản của người đó trong danh sách và đổi vai trò ở đó.")


class InvitationOver(Refused):
    """It was answered or taken back, its time is over, or the school cannot keep it any more."""

    code, status = "not_now", 409
    detail = N_("Lời mời này không còn hiệu lực.")
    hint = N_("Tải lại trang; nếu vẫn cần, đề nghị trường mời lại.")


class InvitedPasswordGiven(PasswordGiven):
    """Who gave the person's password could agree in their stead."""

    hint = N_("Đợi đủ 30 ngày kể từ khi được cấp mật khẩu, rồi đề nghị trường mời lại.")


def invite(session: Session, admin: Administrator, address: str, places: Collection[Place]) -> Invitation:
    """Ask whoever has an address to work in the school as well; it does not matter whether anybody has it.

    Raises `NotAllowed`, `BadPerson` for what is no address, `BadPlaces`, `AlreadyHere` or `AlreadyInvited`.
    """
    email = tidy(address).lower()
    if not is_email(email):
        raise BadPerson
    accounts.hold_posts_for(session, admin)
    accounts.check_places(session, admin.school, places)
    if _works_here(session, admin.school.id, email):
        raise AlreadyHere(email=email)
    _let_expire(session, admin.school.id, email)
    if session.scalar(select(Invitation.id).where(_is_for(email), _is_of(admin.school.id))) is not None:
        raise AlreadyInvited(email=email)
    made = Invitation(
        school_id=admin.school.id,
        email=email,
        places=sorted(place.key for place in places),
        asked_by_id=admin.authority.user_id,
        expires_at=now() + LIFE,
    )
    session.add(made)
    session.flush()
    defer(session, "mail_about_invitation", [{"invitation_id": made.id}])
    _note(session, admin.school, admin.authority.user_id, made, "invitation.sent")
    return made


def take_back(session: Session, admin: Administrator, invitation_id: int) -> None:
    """Take an invitation of one's school back; raises `NotAllowed`, `NotFound` or `InvitationOver`."""
    accounts.hold_posts_for(session, admin)
    found = _locked(session, Invitation.id == invitation_id, Invitation.school_id == admin.school.id)
    _settle(found, "withdrawn")
    _note(session, admin.school, admin.authority.user_id, found, "invitation.withdrawn")


def accept(session: Session, authority: Authority, invitation_id: int) -> None:
    """Begin to work in the school that invites; deciders' posts among the places are asked for.

    The staff code that the account brings stays, though somebody of the school may have the same. Raises
    `NotFound` for another one's invitation, `InvitationOver`, `InvitedPasswordGiven` or `AlreadyAsked`.
    """
    school, user, found = _mine(session, authority, invitation_id)
    admin = _inviter(session, school, found)
    refuse_anothers(session, user.id, InvitedPasswordGiven)
    places = frozenset(Place.of(key) for key in found.places)
    try:
        accounts.check_places(session, school, places)
    except BadPlaces as error:
        raise InvitationOver from error
    _settle(found, "accepted")
    added = places - accounts.places_held(session, school, user).keys()
    asked = deciding(added)
    if begun := added.difference(asked):
        accounts.change_places(session, school, str(user.id), user, begun, ())
    if asked:
        ask_for_posts(session, admin, user, asked)
    _note(session, school, user.id, found, "invitation.accepted")


def decline(session: Session, authority: Authority, invitation_id: int) -> None:
    """Say no to an invitation; raises `NotFound` or `InvitationOver`."""
    school, user, found = _mine(session, authority, invitation_id)
    _settle(found, "declined")
    _note(session, school, user.id, found, "invitation.declined")


def waits() -> ColumnElement[bool]:
    """Return the condition that an invitation may still be accepted."""
    return and_(Invitation.outcome == "", Invitation.expires_at > func.now())


def _mine(session: Session, authority: Authority, invitation_id: int) -> tuple[School, User, Invitation]:
    """Return school, person and invitation, locked in this order; another one's is not to be found."""
    user = session.get_one(User, authority.user_id)
    own = (Invitation.id == invitation_id, _is_for(user.email))
    school_id = session.scalar(select(Invitation.school_id).where(*own))
    if school_id is None:
        raise NotFound
    hold_posts(session, school_id)
    caller_now(session, authority)
    found = _locked(session, *own)
    session.refresh(user, with_for_update=True)
    if user.email != found.email:
        raise NotFound
    return session.get_one(School, school_id), user, found


def _locked(session: Session, *conditions: ColumnElement[bool]) -> Invitation:
    fresh = select(Invitation).where(*conditions).with_for_update()
    found = session.scalars(fresh.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _inviter(session: Session, school: School, found: Invitation) -> Administrator:
    """Return who invited, who has to administer the school still; raises `InvitationOver`."""
    inviter = authority_of(session, found.asked_by_id)
    if inviter is None or not inviter.holds({Role.RECORDS_ADMIN}, school.id):
        raise InvitationOver
    return Administrator(inviter, school)


def _settle(found: Invitation, outcome: str) -> None:
    if found.outcome or found.expires_at <= now():
        raise InvitationOver
    found.outcome, found.answered_at = outcome, now()


def _let_expire(session: Session, school_id: int, email: str) -> None:
    over = select(Invitation).where(_is_for(email), _is_of(school_id), Invitation.expires_at <= func.now())
    for each in session.scalars(over.with_for_update()):
        each.outcome = "expired"
    session.flush()


def _is_of(school_id: int) -> ColumnElement[bool]:
    return and_(Invitation.school_id == school_id, Invitation.outcome == "")


def _is_for(email: str) -> ColumnElement[bool]:
    return Invitation.email == email


def _works_here(session: Session, school_id: int, email: str) -> bool:
    living = (Membership.school_id == school_id, Membership.ended_at.is_(None), User.email == email)
    here = select(User.id).join(Membership, Membership.user_id == User.id).where(*living).limit(1)
    return session.scalar(here) is not None


def _note(session: Session, school: School, by: uuid.UUID, about: Invitation, kind: str) -> None:
    """Write one step down; the address stays out of it, and what came of it is in the entries beside."""
    append(session, school.code, [Happening(kind, str(by), str(about.id), {"places": about.places})])
