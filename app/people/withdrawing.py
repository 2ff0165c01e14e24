"""Requests about deciders that end by themselves, since one of the two has left, or may not ask any more."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from app.db import now
from app.people.account_queries import is_asked_for
from app.people.models import AccountRequest, Membership, Role, User
from app.people.request_journal import note
from app.people.request_letters import tell_of_requests
from app.schools.models import School

_LEFT = "Người này đã thôi làm việc ở trường."
_ASKER_STOPPED = "Người đề nghị không còn quản trị hồ sơ của trường, hoặc tài khoản đã bị khóa."
_SYSTEM = "system"


def withdraw_about(session: Session, school: School, person: uuid.UUID, by: uuid.UUID) -> None:
    """Take back what a school asked for about somebody who leaves it; the caller holds the school's posts.

    Else a confirmation after he left would make him a decider again.
    """
    about_him = AccountRequest.school_id == school.id, AccountRequest.user_id == person
    waiting = _lock(session, *about_him)
    for request in waiting:
        _take_back(request, _LEFT, by)
        note(session, school, str(by), "account.withdrawn", request, left=True)
    tell_of_requests(session, waiting)


def withdraw_unfounded(session: Session, school_id: int) -> None:
    """Take back what was asked for by whoever administers the school no more, or may not sign in.

    To be called where posts or accounts have changed. Who comes back to the post asks anew.
    """
    waiting = _lock(session, AccountRequest.school_id == school_id, ~_asker_administers())
    if not waiting:
        return
    school = session.get_one(School, school_id)
    for request in waiting:
        _take_back(request, _ASKER_STOPPED, None)
    tell_of_requests(session, waiting)
    for request in waiting:
        note(session, school, _SYSTEM, "account.withdrawn", request, asker_stopped=True)


def _asker_administers() -> ColumnElement[bool]:
    return exists().where(
        Membership.user_id == AccountRequest.asked_by_id,
        Membership.school_id == AccountRequest.school_id,
        Membership.role == Role.RECORDS_ADMIN,
        Membership.ended_at.is_(None),
        User.id == Membership.user_id,
        User.disabled_at.is_(None),
    )


def _lock(session: Session, *conditions: ColumnElement[bool]) -> Sequence[AccountRequest]:
    waiting = select(AccountRequest).where(*conditions, is_asked_for()).order_by(AccountRequest.id)
    fresh = waiting.with_for_update(of=AccountRequest).execution_options(populate_existing=True)
    return session.scalars(fresh).all()


def _take_back(request: AccountRequest, answer: str, by: uuid.UUID | None) -> None:
    request.outcome, request.answer = "withdrawn", answer
    request.answered_by_id, request.answered_at = by, now()
