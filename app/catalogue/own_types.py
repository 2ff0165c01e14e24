"""Record types of a school's own, of tier C: added, changed by a new version, ended and taken up again."""

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.catalogue.changes import note_change, rebuild_obligations
from app.catalogue.models import RecordType, TypeSwitch
from app.catalogue.own_drafts import OwnType, checked
from app.catalogue.periods import present_year, year_after
from app.catalogue.rights import school_to_change
from app.catalogue.switching import Choice, changeable_years, check_unused, check_year
from app.catalogue.usage import was_ever_used
from app.db import now
from app.errors import NotFound, Refused
from app.people.authority import Authority
from app.schools.models import School
from app.text import N_

_TIER = "C"
_AFTER_ALL_SHIPPED = 9000
"""Own types follow the shipped ones in lists, in the order in which they were added."""


class WarningNotAccepted(Refused):
    """A record type beyond the circulars is added without the warning having been accepted."""

    code, status = "warning_not_accepted", 422
    detail = N_("Loại hồ sơ này nằm ngoài danh mục của điều lệ.")
    hint = N_(
        "Các thông tư không cho phép đặt thêm hồ sơ, sổ sách bắt buộc. "
        "Nếu nhà trường vẫn cần, đánh dấu vào ô xác nhận đã đọc cảnh báo."
    )


class CodeTaken(Refused):
    """The catalogue has a type of that code already."""

    code, status = "code_taken", 409
    detail = N_("Mã “%(given)s” đã có trong danh mục.")
    hint = N_("Chọn một mã khác; mã của loại hồ sơ đã ngừng dùng cũng không dùng lại được.")


class FolderNameTaken(Refused):
    """Another record type files into folders of that name already."""

    code, status = "folder_name_taken", 409
    detail = N_("Tên thư mục “%(given)s” đã là của loại hồ sơ %(holder)s.")
    hint = N_("Chọn tên thư mục khác, nên bắt đầu bằng mã của loại hồ sơ, để hồ sơ hai loại không nằm lẫn.")


def add_own_type(
    session: Session, authority: Authority, school_id: int, draft: OwnType, *, warned: bool
) -> RecordType:
    """Add a record type to a school's catalogue from the present school year on.

    Raises `NotAllowed`, `WarningNotAccepted`, `BadOwnType`, `InvalidRequest`, `CodeTaken` and
    `FolderNameTaken`.
    """
    school = school_to_change(session, authority, school_id)
    if not warned:
        raise WarningNotAccepted
    described = checked(draft)
    _check_code_free(session, school, described.code)
    _check_folder_free(session, school, described)
    added = _new_version(session, school, described, version=1, position=_next_position(session, school))
    _take_up(session, authority, school, described.code)
    _finish(session, authority, school, "add_own", added)
    return added


def edit_own_type(session: Session, authority: Authority, school_id: int, draft: OwnType) -> RecordType:
    """Change an own type: in its place while no record began with it, else as a new version.

    The new version holds from this school year on; records that began with the one before keep it.
    Raises `NotAllowed`, `NotFound`, `BadOwnType`, `InvalidRequest` and `FolderNameTaken`.
    """
    school = school_to_change(session, authority, school_id)
    described = checked(draft)
    present = own_type(session, school_id, described.code)
    if present.last_year is not None:
        raise NotFound
    _check_folder_free(session, school, described)
    changed = _succeeded(session, school, present, described)
    _finish(session, authority, school, "edit_own", changed)
    return changed


def retire_own_type(session: Session, authority: Authority, choice: Choice) -> None:
    """Have a school no longer keep an own type from a school year on.

    Raises `NotAllowed`, `NotFound`, `YearIsOver`, and `TypeInUse` where records were handed in for that
    year already.
    """
    school = school_to_change(session, authority, choice.school_id)
    check_year(choice.year)
    present = own_type(session, choice.school_id, choice.code)
    check_unused(session, choice, present.name)
    present.last_year = year_after(choice.year, -1)
    _finish(session, authority, school, "retire_own", present)


def restore_own_type(session: Session, authority: Authority, school_id: int, code: str) -> None:
    """Have a school keep an own type again that had been ended; raises `NotAllowed` and `NotFound`.

    Where the school does not keep it this year, it is owed from now on, as one that is new.
    """
    school = school_to_change(session, authority, school_id)
    present = own_type(session, school_id, code)
    if present.last_year is not None and present.last_year < present_year():
        _take_up(session, authority, school, present.code)
    present.last_year = None
    _finish(session, authority, school, "restore_own", present)


def own_type(session: Session, school_id: int, code: str) -> RecordType:
    """Return the newest version of a school's own type, ended or not; raises `NotFound`."""
    found = session.scalars(
        select(RecordType)
        .where(RecordType.school_id == school_id, RecordType.code == code)
        .order_by(RecordType.version.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _take_up(session: Session, authority: Authority, school: School, code: str) -> None:
    """Note since when the school keeps the type: nothing is owed that would have been due before."""
    session.merge(
        TypeSwitch(
            school_id=school.id,
            code=code,
            year=present_year(),
            on=True,
            switched_by_id=authority.user_id,
            switched_at=now(),
        )
    )


def _succeeded(session: Session, school: School, present: RecordType, described: OwnType) -> RecordType:
    if not was_ever_used(session, present):
        for name, value in _columns(described).items():
            setattr(present, name, value)
        return present
    present.last_year = year_after(present_year(), -1)
    return _new_version(session, school, described, version=present.version + 1, position=present.position)


def _new_version(
    session: Session, school: School, described: OwnType, *, version: int, position: int
) -> RecordType:
    added = RecordType(
        school_id=school.id,
        version=version,
        tier=_TIER,
        position=position,
        levels=[],
        bases=[],
        first_year=present_year(),
        on_by_default=True,
        **_columns(described),
    )
    session.add(added)
    return added


def _columns(described: OwnType) -> dict[str, Any]:
    return {
        "code": described.code,
        "name": described.name,
        "short_name": described.short_name,
        "owner_kind": described.owner_kind,
        "submitter": described.submitter,
        "period_kind": described.period_kind,
        "slot_format": described.slot_format,
        "paper_required": described.paper_required,
        "sensitive": described.sensitive,
        "retention_years": described.retention.years,
        "retention_basis": described.retention.basis,
    }


def _check_code_free(session: Session, school: School, code: str) -> None:
    taken = select(RecordType.id).where(RecordType.code == code, _mine_or_shipped(school)).limit(1)
    if session.scalar(taken) is not None:
        raise CodeTaken(given=code)


def _check_folder_free(session: Session, school: School, described: OwnType) -> None:
    others = select(RecordType.short_name, RecordType.code).where(
        RecordType.code != described.code, _mine_or_shipped(school)
    )
    wanted = described.short_name.casefold()
    for name, holder in session.execute(others):
        if name.casefold() == wanted:
            raise FolderNameTaken(given=name, holder=holder)


def _mine_or_shipped(school: School) -> ColumnElement[bool]:
    return or_(RecordType.school_id == school.id, RecordType.school_id.is_(None))


def _next_position(session: Session, school: School) -> int:
    last = session.scalar(select(func.max(RecordType.position)).where(RecordType.school_id == school.id))
    return (last or _AFTER_ALL_SHIPPED) + 1


def _finish(
    session: Session, authority: Authority, school: School, what: str, record_type: RecordType
) -> None:
    session.flush()
    rebuild_obligations(session, school, set(changeable_years()))
    more = {"version": record_type.version, "last_year": record_type.last_year}
    note_change(session, authority, school, what, record_type.code, more)
