"""Giving a folder another name: decided on a page, carried out in the store by a job."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.context import Context
from app.errors import NotAllowed, NotNow, Refused
from app.jobs import defer
from app.people.authority import Authority
from app.people.permissions import Permission, may
from app.schools.models import Department, School
from app.schools.queries import school_by_code
from app.schools.years import present_year
from app.storage.accounts import store_with_part
from app.storage.models import Part
from app.text import N_
from app.tree.arranging import apply
from app.tree.folders import rename_folder
from app.tree.models import Folder
from app.tree.names import legal_name
from app.tree.plan import department_folder_name, is_of_department
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


class FoldersMustStay(PathsMustStay):
    """A department's folders cannot be renamed with it at the moment."""

    hint = N_("Đợi chuyển kho xong, hoặc bỏ chọn “Đổi cả tên thư mục của tổ trong kho”.")


def may_rename(authority: Authority, folder: Folder) -> bool:
    """Tell whether the person may rename a folder: school-wide roles, and nothing but below the tiers."""
    belongs = folder.department_id is not None or folder.owner_id is not None
    return belongs and may(authority, Permission.RENAME_FOLDERS, folder.school_id)


def rename(session: Session, authority: Authority, folder: Folder, wanted: str) -> None:
    """Decide on a name, made legal and unlike its siblings; raises `NotAllowed` and `NameRequired`."""
    if not may_rename(authority, folder):
        raise NotAllowed
    if _is_being_copied(session, folder.school_id):
        raise PathsMustStay
    if not wanted.strip():
        raise NameRequired
    school = session.get_one(School, folder.school_id)
    _decide(session, school, str(authority.user_id), {folder: legal_name(wanted, _LONGEST_NAME)})


def follow_department(session: Session, school: School, by: str, department: Department) -> None:
    """Decide that a department's folders bear its name, those of this school year and of later ones.

    What was filed in the years before stays under the name of its time. Raises `FoldersMustStay`.
    """
    own = session.scalars(select(Folder).where(Folder.department_id == department.id).order_by(Folder.key))
    year, name = present_year(), department_folder_name(department)
    due = [each for each in own if is_of_department(each.key, department, year) and each.name != name]
    if due and _is_being_copied(session, school.id):
        raise FoldersMustStay
    _decide(session, school, by, dict.fromkeys(due, name))


def _is_being_copied(session: Session, school_id: int) -> bool:
    """Tell whether a school's files are being copied, so that their paths must stay as they are.

    The next store is kept from the first moment of a move until the switch, or until it is cancelled.
    """
    return store_with_part(session, school_id, Part.NEXT) is not None


def _decide(session: Session, school: School, by: str, names: Mapping[Folder, str]) -> None:
    happenings = []
    for folder, name in names.items():
        before = folder.name
        rename_folder(session, folder, name)
        happenings.append(Happening("folder.rename", by, folder.key, {"from": before, "to": folder.name}))
    if happenings:
        append(session, school.code, happenings)
        defer(session, "arrange_tree", [{"school_code": school.code}], lock=lock_of(session, school))


def arrange_tree(context: Context, school_code: str) -> None:
    """Bring a school's store in line with its plan; the job behind a rename."""
    with context.database.sessions() as session:
        school = school_by_code(session, school_code)
    apply(context, store_of(context, school.code), school)
