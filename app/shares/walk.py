"""The look at every permission of a school's tree: in pieces, so that filing is not held up by it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache

from sqlalchemy import Select, delete, func, or_, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.context import Context
from app.db import now
from app.jobs import LEISURELY, defer
from app.people.authority import Authority
from app.people.permissions import Permission, require
from app.records.models import OfficialFile
from app.schools.models import School
from app.schools.queries import school_by_code
from app.shares.audit import Difference, Expected, differences_at_top, differences_below, expected_of
from app.shares.jobs import SYSTEM, shareable
from app.shares.models import LIVING, FindingKind, Share, ShareCheck, ShareFinding, ShareState
from app.shares.steps import carry_out, note
from app.storage.abilities import Shareable
from app.storage.accounts import active_store
from app.storage.models import Part, Provider, StoreAccount
from app.storage.protocol import MissingError, Store
from app.tree.models import Folder
from app.tree.plan import restricted_folder
from app.tree.stores import lock_of, store_of

BATCH = 40
"""Folders and files that one job looks at; each costs a call."""
_GIVEN_AGAIN = {FindingKind.MISSING, FindingKind.OTHER_END}


def queue_audit(session: Session, authority: Authority, school: School) -> None:
    """Queue a look at a school's permissions, as somebody of the school asked; raises `NotAllowed`."""
    require(authority, Permission.SHARE_FOLDERS, school.id)
    defer(session, "audit_shares", [{"school_code": school.code, "after": ""}])


def audit_shares(context: Context, school_code: str, after: str) -> None:
    """Look at the permissions of the next `BATCH` folders and files, and queue the rest.

    Raises `StorageError` and `PutOff`; may run twice, since what it finds replaces what was found there.
    """
    last = look_on(context, store_of(context, school_code), school_code, after)
    if last is None:
        return
    with context.database.transaction() as session:
        arguments = {"school_code": school_code, "after": last}
        defer(session, "audit_shares", [arguments], priority=LEISURELY)


def audit_every_share(context: Context) -> None:
    """Queue a look at the permissions of every school that shares something; a chore by the clock."""
    sharing = (
        select(School.code)
        .join(StoreAccount, StoreAccount.school_id == School.id)
        .where(
            StoreAccount.part == Part.ACTIVE,
            StoreAccount.provider != Provider.LOCAL,
            School.id.in_(select(Share.school_id).where(Share.state.in_(LIVING))),
        )
    )
    with context.database.transaction() as session:
        arguments = [{"school_code": code, "after": ""} for code in session.scalars(sharing)]
        defer(session, "audit_shares", arguments, priority=LEISURELY)


def look_on(context: Context, store: Store, school_code: str, after: str) -> str | None:
    """Look at the next places after the path `after`, queue the mending of what is ours, return the last.

    None: that was all, or the store is a folder of this machine and knows no permissions.
    """
    cloud = shareable(store)
    if cloud is None:
        return None
    with context.database.transaction() as session:
        school = school_by_code(session, school_code)
        tops = _tops(session, school)
        paths = session.scalars(_places(school, tops, after)).all()
        expected = _expected(session, school, tops)
    found = list(_differences(cloud, paths, expected))
    with context.database.transaction() as session:
        _keep(session, school, after, paths, found)
        for difference in found:
            _mend(session, school, difference)
    return paths[-1] if len(paths) == BATCH else None


def _tops(session: Session, school: School) -> dict[str, Folder]:
    """Return the shared folders of the school and the restricted ones beside them, by path."""
    shared = select(Folder).where(Folder.id.in_(select(Share.folder_id).where(Share.school_id == school.id)))
    keys = [folder.key for folder in session.scalars(shared)]
    keys += [restricted_folder(key).key for key in keys]
    tops = select(Folder).where(
        Folder.school_id == school.id, Folder.key.in_(keys), Folder.made_at.is_not(None)
    )
    return {folder.path: folder for folder in session.scalars(tops)}


def _places(school: School, tops: Mapping[str, Folder], after: str) -> Select[str]:
    """Select the next folders and files to look at: those at the top and all below, by path."""
    columns = (
        (Folder.path, Folder.made_at, Folder.school_id),
        (OfficialFile.path, OfficialFile.filed_at, OfficialFile.school_id),
        (OfficialFile.certificate_path, OfficialFile.filed_at, OfficialFile.school_id),
    )
    inside = union(
        *(
            select(path.label("path")).where(
                owner == school.id,
                there.is_not(None),
                or_(path.in_(tops), *(func.starts_with(path, f"{top}/") for top in tops)),
            )
            for path, there, owner in columns
        )
    ).subquery()
    ordered = inside.c.path.collate("C")
    return select(inside.c.path).where(ordered > after).order_by(ordered).limit(BATCH)


def _expected(session: Session, school: School, tops: Mapping[str, Folder]) -> dict[str, Expected]:
    account = active_store(session, school.id)
    ids = {folder.id: path for path, folder in tops.items()}
    shares: dict[str, list[Share]] = {path: [] for path in tops}
    for share in session.scalars(select(Share).where(Share.folder_id.in_(ids))):
        shares[ids[share.folder_id]].append(share)
    as_whom = account.account if account else ""
    return {path: expected_of(of_folder, as_whom) for path, of_folder in shares.items()}


def _differences(
    cloud: Shareable, paths: Sequence[str], expected: Mapping[str, Expected]
) -> Iterator[Difference]:
    """Ask the store about each place; what it has lost is for those who look for drift."""

    @cache
    def at_top(top: str) -> frozenset[str]:
        return frozenset(grant.id for grant in cloud.grants(top))

    for path in paths:
        top = path.partition("/")[0]
        try:
            if path == top:
                yield from differences_at_top(path, expected[top], cloud.grants(path))
            else:
                yield from differences_below(path, expected[top], at_top(top), cloud.grants(path))
        except MissingError:
            continue


def _keep(
    session: Session, school: School, after: str, paths: Sequence[str], found: Sequence[Difference]
) -> None:
    """Replace what was found before at these places, and note how far the look has come."""
    moment = now()
    if not after:
        fresh = {"began_at": moment, "ended_at": None, "looked_at": 0}
        row = insert(ShareCheck).values(school_id=school.id, **fresh)
        session.execute(row.on_conflict_do_update(index_elements=["school_id"], set_=fresh))
    own = ShareFinding.school_id == school.id
    session.execute(delete(ShareFinding).where(own, ShareFinding.path.in_(paths)))
    rows = [{"school_id": school.id, "at": moment, **asdict(difference)} for difference in found]
    if rows:
        session.execute(insert(ShareFinding).on_conflict_do_nothing(), rows)
    check = session.get_one(ShareCheck, school.id, populate_existing=True)
    check.looked_at += len(paths)
    if len(paths) < BATCH:
        check.ended_at = moment
        session.execute(delete(ShareFinding).where(own, ShareFinding.at < check.began_at))


def _mend(session: Session, school: School, difference: Difference) -> None:
    """Queue what puts right a permission of ours; of what others gave, people decide."""
    if difference.kind is FindingKind.LEFT_OVER:
        arguments = {
            "school_code": school.code,
            "path": difference.path,
            "grant_id": difference.grant_id,
        }
        defer(session, "remove_permission", [arguments], lock=lock_of(session, school))
    if difference.share_id is None or difference.kind not in _GIVEN_AGAIN:
        return
    share = session.get_one(Share, difference.share_id, with_for_update=True)
    if share.state == ShareState.OPEN:
        share.state = ShareState.OPENING
        carry_out(session, share, tells=False)
        note(session, share, "share.mended", SYSTEM, {"found": difference.kind})
