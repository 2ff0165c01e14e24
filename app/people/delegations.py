"""Lending one's authority to a deputy from a day to a day, and taking it back."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.clock import midnight, today
from app.db import now
from app.errors import InvalidRequest, NotAllowed, NotFound, Refused
from app.people.authority import Authority, Post, rests_on_living_posts
from app.people.capacities import CAPACITIES
from app.people.consequences import deciders_changed
from app.people.delegation_queries import Candidate, candidates_of, held_delegation, lendable, may_revoke
from app.people.holding import caller_now, hold_posts
from app.people.models import Delegation, Membership, Role
from app.people.passwords import PasswordGiven
from app.people.which_school import the_school
from app.schools.models import School
from app.text import N_
from app.words import tidy

LONGEST = timedelta(days=366)
"""How far ahead a delegation may begin, and how long it may last."""


class BadTerm(Refused):
    """The days of a delegation are past, the wrong way round, too far ahead or too far apart."""

    code, status = "bad_term", 422
    detail = N_("Thời hạn ủy quyền không hợp lệ.")
    hint = N_("Bắt đầu từ hôm nay trở đi, kết thúc không trước ngày bắt đầu và kéo dài không quá một năm.")


class BadDelegate(Refused):
    """The person may not stand in for this authority."""

    code, status = "bad_delegate", 422
    detail = N_("Người này không thể nhận ủy quyền đó.")
    hint = N_(
        "Hiệu trưởng ủy quyền cho phó hiệu trưởng; tổ trưởng ủy quyền cho tổ phó hoặc giáo viên trong tổ."
    )


class NotADeputy(Refused):
    """Only a deputy signs in the superior's stead (Nghị định 30/2020/NĐ-CP, Điều 13, Phụ lục I)."""

    code, status = "not_a_deputy", 422
    detail = N_("Chỉ cấp phó mới ký thay (KT.); người này không phải là cấp phó.")
    hint = N_("Chọn TUQ. (thừa ủy quyền) và kèm giấy ủy quyền, hoặc chọn phó hiệu trưởng, tổ phó.")


class DelegationOverlaps(Refused):
    """The same person already has the same authority during these days."""

    code, status = "delegation_overlaps", 409
    detail = N_("Người này đã được ủy quyền trong thời gian đó.")
    hint = N_("Thu hồi ủy quyền cũ trước, hoặc chọn thời gian khác.")


class DelegationOver(Refused):
    """The delegation has ended or was revoked, so there is nothing to take back."""

    code, status = "not_now", 409
    detail = N_("Ủy quyền này đã hết hạn hoặc đã được thu hồi.")
    hint = N_("Tải lại trang để xem các ủy quyền hiện tại.")


@dataclass(frozen=True)
class Term:
    """The first and the last day of a delegation, both included, by the calendar of Vietnam."""

    first: date
    last: date


@dataclass(frozen=True)
class Mandate:
    """Whom an authority is lent to, and how he signs; `reason` names the paper it rests on."""

    to_user_id: uuid.UUID
    capacity: str
    """One of `CAPACITIES`, or empty for the one that fits the delegate best."""
    term: Term
    reason: str = ""
    department_id: int | None = None
    """The department whose head lends; None where the principal does."""
    school_id: int | None = None
    """The school whose principal lends; None for the only one that the caller leads."""


def delegate(session: Session, authority: Authority, mandate: Mandate) -> Delegation:
    """Lend one of the caller's own posts and return the delegation.

    Raises `NotAllowed` when the caller holds no such post, `WhichSchool` when he holds it in several and
    names none, `NotFound` for a person outside the school,
    `BadDelegate`, `PasswordGiven`, `BadTerm`, `InvalidRequest` for an unknown capacity, `NotADeputy`, or
    `DelegationOverlaps`.
    """
    hold_posts(session, _own_post(session, authority, mandate).school_id)
    lender = caller_now(session, authority)
    post = _own_post(session, lender, mandate)
    delegate = _delegate(session, lender, post, mandate.to_user_id)
    capacity = _capacity(delegate, mandate.capacity)
    starts_at, ends_at = _moments(mandate.term)
    made = Delegation(
        school_id=post.school_id,
        department_id=post.department_id,
        from_user_id=lender.user_id,
        to_user_id=mandate.to_user_id,
        role=post.role,
        capacity=capacity,
        reason=tidy(mandate.reason)[:500],
        starts_at=starts_at,
        ends_at=ends_at,
    )
    _refuse_overlap(session, made)
    session.add(made)
    session.flush()
    if not session.scalar(select(rests_on_living_posts()).where(Delegation.id == made.id)):
        raise NotAllowed
    _record(session, lender, made, "delegation.given")
    deciders_changed(session, made.school_id)
    return made


def revoke(session: Session, authority: Authority, delegation_id: int) -> None:
    """Take a delegation back: the lender may, and the school's principal.

    Raises `NotFound` for what the caller may not know of, `NotAllowed`, or `DelegationOver`.
    """
    caller, delegation = held_delegation(session, authority, delegation_id)
    if not may_revoke(caller, delegation):
        raise NotAllowed
    if delegation.revoked_at is not None or delegation.ends_at <= now():
        raise DelegationOver
    delegation.revoked_at = now()
    _record(session, caller, delegation, "delegation.revoked")
    deciders_changed(session, delegation.school_id)


def _own_post(session: Session, authority: Authority, mandate: Mandate) -> Post:
    role = Role.PRINCIPAL if mandate.department_id is None else Role.HEAD
    posts = {
        post.school_id: post
        for post in lendable(authority)
        if post.role is role
        and post.department_id == mandate.department_id
        and post.school_id is not None
        and mandate.school_id in (None, post.school_id)
    }
    return posts[the_school(session, posts.keys(), "").id]


def _delegate(session: Session, authority: Authority, post: Post, user_id: uuid.UUID) -> Candidate:
    for each in candidates_of(session, authority, post):
        if each.user_id == user_id:
            # While posts are held no administrator gives a password meanwhile.
            if each.may_be_anothers:
                raise PasswordGiven(name=each.name)
            return each
    colleague = select(Membership.id).where(
        Membership.user_id == user_id, Membership.school_id == post.school_id
    )
    raise BadDelegate if session.scalars(colleague).first() is not None else NotFound


def _capacity(delegate: Candidate, wanted: str) -> str:
    if wanted and wanted not in CAPACITIES:
        raise InvalidRequest(fields="capacity")
    if wanted and wanted not in delegate.capacities:
        raise NotADeputy
    return wanted or delegate.capacities[0]


def _moments(term: Term) -> tuple[datetime, datetime]:
    """A delegation of today begins now, not at midnight: nothing done this morning becomes authorised."""
    soon = timedelta(0) <= term.first - today() <= LONGEST
    if not soon or not timedelta(0) <= term.last - term.first <= LONGEST:
        raise BadTerm
    begins = midnight(term.first)
    ends = midnight(term.last + timedelta(days=1))
    return max(begins, now()), ends


def _refuse_overlap(session: Session, made: Delegation) -> None:
    other = select(Delegation.id).where(
        Delegation.from_user_id == made.from_user_id,
        Delegation.to_user_id == made.to_user_id,
        Delegation.role == made.role,
        Delegation.department_id.is_not_distinct_from(made.department_id),
        Delegation.revoked_at.is_(None),
        Delegation.starts_at < made.ends_at,
        Delegation.ends_at > made.starts_at,
    )
    if session.scalars(other).first() is not None:
        raise DelegationOverlaps


def _record(session: Session, authority: Authority, delegation: Delegation, kind: str) -> None:
    school = session.get_one(School, delegation.school_id)
    facts = {
        "from": str(delegation.from_user_id),
        "to": str(delegation.to_user_id),
        "role": delegation.role,
        "department": delegation.department_id,
        "capacity": delegation.capacity,
        "starts_at": delegation.starts_at.isoformat(),
        "ends_at": delegation.ends_at.isoformat(),
    }
    append(session, school.code, [Happening(kind, str(authority.user_id), str(delegation.id), facts)])
