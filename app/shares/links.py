"""Taking single permissions off: public links at a person's word, and leftovers of shares that have ended."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.context import Context
from app.errors import NotFound
from app.jobs import defer
from app.people.authority import SCHOOL_WIDE, Authority
from app.people.permissions import Permission, require
from app.schools.models import School
from app.schools.queries import school_by_code
from app.shares.jobs import shareable
from app.shares.models import FindingKind, ShareFinding
from app.shares.refusals import LinkAbove
from app.tree.stores import lock_of, store_of


def close_link(session: Session, authority: Authority, finding_id: int) -> None:
    """Have a public link closed, as the school decides; raises `NotFound`, `NotAllowed` and `LinkAbove`."""
    finding = session.get(ShareFinding, finding_id, with_for_update=True)
    if finding is None or not authority.holds(SCHOOL_WIDE, finding.school_id):
        raise NotFound
    require(authority, Permission.SHARE_FOLDERS, finding.school_id)
    queue_closing(session, str(authority.user_id), finding)


def queue_closing(session: Session, actor: str, finding: ShareFinding) -> None:
    """Queue the closing of a public link in the name of `actor`; raises `NotFound` and `LinkAbove`."""
    if finding.kind != FindingKind.PUBLIC:
        raise NotFound
    if not finding.closable:
        raise LinkAbove
    school = session.get_one(School, finding.school_id)
    arguments = {"school_code": school.code, "path": finding.path, "grant_id": finding.grant_id}
    defer(session, "remove_permission", [arguments], lock=lock_of(session, school))
    append(session, school.code, [Happening("share.link_closed", actor, finding.path, arguments)])


def remove_permission(context: Context, school_code: str, path: str, grant_id: str) -> None:
    """Take one permission off in the store and strike it out; raises `StorageError` and `PutOff`."""
    cloud = shareable(store_of(context, school_code))
    if cloud is not None:
        cloud.revoke(path, grant_id)
    with context.database.transaction() as session:
        school = school_by_code(session, school_code)
        done = (
            ShareFinding.school_id == school.id,
            ShareFinding.path == path,
            ShareFinding.grant_id == grant_id,
        )
        session.execute(delete(ShareFinding).where(*done))
