"""A staff code means one person of a school: lists of assignments find people by it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.people.models import Membership, User
from app.text import N_
from app.words import folded


class StaffCodeTaken(Refused):
    """Somebody else of the school bears the staff code."""

    code, status = "staff_code_taken", 409
    detail = N_("Mã định danh %(given)s đã là của %(holder)s.")
    hint = N_("Ghi mã khác, hoặc để trống; mỗi mã chỉ một người trong trường.")


def check_code_free(session: Session, school_id: int, bearer: User) -> None:
    """Raise `StaffCodeTaken` where somebody else of the school bears the person's code."""
    wanted = folded(bearer.staff_code)
    if not wanted:
        return
    here = select(Membership.user_id).where(Membership.school_id == school_id, Membership.ended_at.is_(None))
    others = select(User.name, User.staff_code).where(User.id.in_(here), User.id != bearer.id)
    for name, code in session.execute(others.where(User.staff_code != "")):
        if folded(code) == wanted:
            raise StaffCodeTaken(given=bearer.staff_code, holder=name)
