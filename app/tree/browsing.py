"""The tree as people look at it: from the database alone, each seeing his own part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from app.approvals.models import Event
from app.catalogue.models import RecordType
from app.errors import NotFound
from app.people.authority import HEADS, SCHOOL_WIDE, Authority
from app.people.models import User
from app.records.models import OfficialFile, Record
from app.records.queries import visible_to
from app.records.search import fold
from app.schools.models import School
from app.schools.queries import overseen_schools
from app.tree.models import Folder
from app.tree.plan import is_restricted

_YEAR_WIDTH = len("2026-2027")


@dataclass(frozen=True)
class FiledFile:
    """One PDF in a folder, with who signed it off and when."""

    record: Record
    name: str
    size: int
    filed_at: datetime
    signed_off_by: str
    rendition: str
    """By which name the record hands it out: "official" or "certificate"."""
    version: int
    """The version of the record that was filed here."""
    is_replaced: bool
    """A later version of the record has been filed since."""


def years(session: Session, authority: Authority) -> list[tuple[School, Folder]]:
    """List the school years that the person may look into: by school, the latest year first."""
    rows = session.execute(
        select(School, Folder)
        .join(School, School.id == Folder.school_id)
        .where(Folder.parent_id.is_(None), visible_folder(authority))
        .order_by(School.name, func.right(Folder.key, _YEAR_WIDTH).desc(), Folder.key)
    )
    return [(school, folder) for school, folder in rows]


def folder_of(session: Session, authority: Authority, folder_id: int) -> Folder:
    """Return a folder; raises `NotFound` also for what the caller may not know of."""
    visible = select(Folder).where(Folder.id == folder_id, visible_folder(authority))
    folder = session.scalars(visible).one_or_none()
    if folder is None:
        raise NotFound
    return folder


def folders_above(session: Session, folder: Folder) -> Sequence[Folder]:
    """Return the folders that a folder lies in, from the top."""
    parts = folder.key.split("/")
    keys = ["/".join(parts[:count]) for count in range(1, len(parts))]
    above = select(Folder).where(Folder.school_id == folder.school_id, Folder.key.in_(keys))
    return session.scalars(above.order_by(Folder.key)).all()


def folders_in(session: Session, authority: Authority, folder: Folder) -> list[Folder]:
    """List the visible folders in a folder by their names."""
    inside = select(Folder).where(Folder.parent_id == folder.id, visible_folder(authority))
    return sorted(session.scalars(inside), key=lambda each: fold(each.name))


def files_in(session: Session, authority: Authority, folder: Folder) -> list[FiledFile]:
    """List the visible files in a folder by their names, certificates after what they certify."""
    beginning = f"{folder.path}/"
    rows = session.execute(
        select(OfficialFile, Record, User.name, _filed_again())
        .join(Record, Record.id == OfficialFile.record_id)
        .join(Event, and_(Event.record_id == Record.id, Event.turn == OfficialFile.turn))
        .join(User, User.id == Event.actor_id)
        .where(
            OfficialFile.school_id == folder.school_id,
            OfficialFile.filed_at.is_not(None),
            func.starts_with(OfficialFile.path, beginning),
            func.strpos(func.substr(OfficialFile.path, len(beginning) + 1), "/") == 0,
            visible_to(authority),
        )
    )
    filed = sorted(rows, key=lambda row: fold(row[0].path or ""))
    return [
        file
        for official, record, signer, is_replaced in filed
        for file in _files(official, record, signer, is_replaced=is_replaced)
    ]


def _filed_again() -> ColumnElement[bool]:
    later = aliased(OfficialFile)
    return exists().where(
        later.record_id == OfficialFile.record_id,
        later.turn > OfficialFile.turn,
        later.filed_at.is_not(None),
    )


def visible_folder(authority: Authority) -> ColumnElement[bool]:
    """Return the condition under which a person sees a folder: it is of his part, or on the way there."""
    below = aliased(Folder)
    overseen = overseen_schools(authority.office_ids())
    leads_there = exists().where(
        below.school_id == Folder.school_id,
        below.key > Folder.key + "/",
        below.key < Folder.key + "0",  # the character after "/"
        _of_his_part(authority, below, overseen),
    )
    return or_(_of_his_part(authority, Folder, overseen), leads_there)


def _of_his_part(authority: Authority, folder: type[Folder], overseen: Select[int]) -> ColumnElement[bool]:
    is_own = and_(folder.owner_id == authority.user_id, folder.school_id.in_(authority.own_schools()))
    conditions: list[ColumnElement[bool]] = [is_own]
    if departments := authority.department_ids(HEADS):
        conditions.append(folder.department_id.in_(departments))
    if schools := authority.school_ids(SCHOOL_WIDE):
        conditions.append(folder.school_id.in_(schools))
    if authority.office_ids():
        sensitive = select(RecordType.id).where(RecordType.sensitive)
        shown = and_(
            func.coalesce(folder.record_type_id.not_in(sensitive), True), not_(is_restricted(folder.key))
        )
        conditions.append(and_(folder.school_id.in_(overseen), shown))
    return or_(*conditions)


def _files(official: OfficialFile, record: Record, signer: str, *, is_replaced: bool) -> list[FiledFile]:
    if official.filed_at is None:
        return []
    paths = [("official", official.path, official.size)]
    if official.certificate_path:
        paths.append(("certificate", official.certificate_path, official.certificate_size or 0))
    return [
        FiledFile(
            record,
            (path or "").rpartition("/")[2],
            size,
            official.filed_at,
            signer,
            rendition,
            official.version,
            is_replaced=is_replaced,
        )
        for rendition, path, size in paths
    ]
