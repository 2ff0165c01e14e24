"""Leave to teach from lesson plans on a computer: asked for by the teacher, given by the principal."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.db import now
from app.errors import CommentRequired, NotAllowed, NotFound, Refused
from app.fields import bounded
from app.laptops.models import LaptopPermission
from app.laptops.queries import LaptopState, known_to
from app.people.authority import HEADS, LEADERS, Authority, Post
from app.people.holding import caller_now, keep_posts, keeping
from app.people.models import Role
from app.people.permissions import Permission, Target, may
from app.reasons import reason_of
from app.schools.models import School
from app.text import N_
from app.words import tidy

LONGEST_REMARK = 500
TEACHING = HEADS | LEADERS | {Role.TEACHER}


class ConditionsMissing(Refused):
    """Not every condition was confirmed."""

    code, status = "conditions_missing", 422
    detail = N_("Chưa đủ điều kiện sử dụng kế hoạch bài dạy trên máy tính.")
    hint = N_("Xác nhận đủ cả ba điều kiện rồi gửi lại.")


class AlreadyRegistered(Refused):
    """The teacher has a registration at the school for that year that waits or was permitted."""

    code, status = "already_registered", 409
    detail = N_("Bạn đã đăng ký cho năm học này.")
    hint = N_("Xem tình trạng trong danh sách; muốn đăng ký lại thì rút đăng ký cũ trước.")


class RegistrationMoved(Refused):
    """The registration is not at the step that this belongs to."""

    code, status = "not_now", 409
    detail = N_("Đăng ký đang ở bước không cho phép việc này.")
    hint = N_("Tải lại trang để xem tình trạng hiện tại của đăng ký.")


@dataclass(frozen=True)
class Registration:
    """What a teacher confirms: the conditions that the provinces' guidance names, all of them."""

    year: str
    brings_computer: bool
    skilled: bool
    voluntary: bool
    remark: str = ""

    @property
    def complete(self) -> bool:
        """Whether every condition was confirmed; the fourth, permission, is the principal's."""
        return self.brings_computer and self.skilled and self.voluntary


def register(
    session: Session, authority: Authority, school_id: int, registration: Registration
) -> LaptopPermission:
    """Ask a school for the permission for a school year.

    Raises `NotAllowed` for whoever does not teach there, `ConditionsMissing` or `AlreadyRegistered`.
    """
    if not authority.holds(TEACHING, school_id):
        raise NotAllowed  # before anybody has to wait for a stranger
    keep_posts(session, [school_id])
    caller = caller_now(session, authority)
    if not caller.holds(TEACHING, school_id):
        raise NotAllowed
    if not registration.complete:
        raise ConditionsMissing
    asked = LaptopPermission(
        school_id=school_id,
        year=registration.year,
        user_id=caller.user_id,
        state=LaptopState.REQUESTED,
        remark=bounded(tidy(registration.remark), "remark", LONGEST_REMARK),
    )
    session.add(asked)
    try:
        session.flush()
    except IntegrityError as error:
        raise AlreadyRegistered from error
    _record(session, caller, asked, "laptop.requested")
    return asked


def withdraw(session: Session, authority: Authority, permission_id: int) -> None:
    """Take one's own registration back; raises `NotFound`, `NotAllowed` or `RegistrationMoved`."""
    caller, asked = _locked(session, authority, permission_id)
    if asked.user_id != caller.user_id or not caller.belongs_to(asked.school_id):
        raise NotAllowed
    _move(asked, {LaptopState.REQUESTED, LaptopState.PERMITTED}, LaptopState.WITHDRAWN)
    _record(session, caller, asked, "laptop.withdrawn")


def permit(session: Session, authority: Authority, permission_id: int, comment: str = "") -> None:
    """Give the permission; raises `NotFound`, `NotAllowed` or `RegistrationMoved`.

    The principal decides, or his delegate; nobody about his own registration.
    """
    caller, asked, post = _to_decide(session, authority, permission_id)
    _move(asked, {LaptopState.REQUESTED}, LaptopState.PERMITTED)
    _decided(session, caller, asked, post, comment)


def refuse(session: Session, authority: Authority, permission_id: int, comment: str) -> None:
    """Refuse the permission and say why; raises as `permit` does, and `CommentRequired`."""
    caller, asked, post = _to_decide(session, authority, permission_id)
    comment = reason_of(comment, LONGEST_REMARK, CommentRequired, name="comment")
    _move(asked, {LaptopState.REQUESTED}, LaptopState.REFUSED)
    _decided(session, caller, asked, post, comment)


def revoke(session: Session, authority: Authority, permission_id: int, comment: str) -> None:
    """Take a permission back and say why; raises as `refuse` does."""
    caller, asked, post = _to_decide(session, authority, permission_id)
    comment = reason_of(comment, LONGEST_REMARK, CommentRequired, name="comment")
    _move(asked, {LaptopState.PERMITTED}, LaptopState.REVOKED)
    _decided(session, caller, asked, post, comment)


def may_decide(authority: Authority, school_id: int, person: uuid.UUID) -> bool:
    """Tell whether the caller decides about a person's registration."""
    return may(authority, Permission.DECIDE_LAPTOPS, Target(school_id, frozenset({person})))


def _locked(session: Session, authority: Authority, permission_id: int) -> tuple[Authority, LaptopPermission]:
    """Return the caller as he is now and a registration that he may know of, locked while posts are kept."""
    session.execute(keeping(select(LaptopPermission.school_id).where(LaptopPermission.id == permission_id)))
    caller = caller_now(session, authority)
    found = select(LaptopPermission).where(LaptopPermission.id == permission_id, known_to(caller))
    fresh = found.with_for_update().execution_options(populate_existing=True)
    asked = session.scalars(fresh).one_or_none()
    if asked is None:
        raise NotFound
    return caller, asked


def _to_decide(
    session: Session, authority: Authority, permission_id: int
) -> tuple[Authority, LaptopPermission, Post]:
    caller, asked = _locked(session, authority, permission_id)
    post = caller.leads(asked.school_id)
    if post is None or not may_decide(caller, asked.school_id, asked.user_id):
        raise NotAllowed
    return caller, asked, post


def _move(asked: LaptopPermission, sources: set[LaptopState], target: LaptopState) -> None:
    if asked.state not in sources:
        raise RegistrationMoved
    asked.state = target


def _decided(
    session: Session, authority: Authority, asked: LaptopPermission, post: Post, comment: str
) -> None:
    asked.decided_by_id, asked.decided_at = authority.user_id, now()
    asked.role, asked.capacity = post.role, post.capacity
    asked.comment = bounded(tidy(comment), "comment", LONGEST_REMARK)
    _record(session, authority, asked, f"laptop.{asked.state}")


def _record(session: Session, authority: Authority, asked: LaptopPermission, kind: str) -> None:
    school = session.get_one(School, asked.school_id)
    facts = {
        "teacher": str(asked.user_id),
        "year": asked.year,
        "role": asked.role,
        "capacity": asked.capacity,
        "comment": asked.comment,
    }
    append(session, school.code, [Happening(kind, str(authority.user_id), str(asked.id), facts)])
