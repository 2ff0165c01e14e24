"""Giving a folder another name: decided on a page, carried out in the store by a job."""

from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.context import Context
from app.errors import NotAllowed, NotNow, Refused
from app.jobs import defer
from app.people.authority import SCHOOL_WIDE, Authority
from app.schools.models import School
from app.schools.queries import school_by_code
from app.text import N_
from app.tree.arranging import apply
from app.tree.folders import rename_folder
from app.tree.models import Folder
from app.tree.moving import is_before_switch
from app.tree.names import legal_name
from app.tree.stores import lock_of, store_of

_LONGEST_NAME = 60


class NameRequired(Refused):
    """A folder cannot be without a name."""

    code, status = "name_required", 422
    detail = N_("Thư mục cần có tên.")
    hint = N_("Gõ tên mới, ngắn gọn, dễ nhận ra.")


class PathsMustStay(NotNow):
    """The school's files are being copied to another store, path by path."""

    detail = N_("Trường đang chuyển kho nên chưa đổi được tên thư mục.")
    hint = N_("Đợi chuyển kho xong rồi đổi tên.")


def may_rename(authority: Authority, folder: Folder) -> bool:
    """Tell whether the person may rename a folder: school-wide roles, and nothing but below the tiers."""
    return folder.department_id is not None and authority.holds(SCHOOL_WIDE, folder.school_id)


def rename(session: Session, authority: Authority, folder: Folder, wanted: str) -> None:
    """Decide on a name, made legal and unlike its siblings; raises `NotAllowed` and `NameRequired`."""
    if not may_rename(authority, folder):
        raise NotAllowed
    if is_before_switch(session, folder.school_id):
        raise PathsMustStay
    if not wanted.strip():
        raise NameRequired
    before = folder.name
    rename_folder(session, folder, legal_name(wanted, _LONGEST_NAME))
    school = session.get_one(School, folder.school_id)
    defer(session, "arrange_tree", [{"school_code": school.code}], lock=lock_of(session, school))
    facts = {"from": before, "to": folder.name}
    append(session, school.code, [Happening("folder.rename", str(authority.user_id), folder.key, facts)])


def arrange_tree(context: Context, school_code: str) -> None:
    """Bring a school's store in line with its plan; the job behind a rename."""
    with context.database.sessions() as session:
        school = school_by_code(session, school_code)
    apply(context, store_of(context, school.code), school)
