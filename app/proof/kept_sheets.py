"""What is known of the sheets of heads in schools' stores: which were put there, and which are gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.context import Context
from app.db import now
from app.people.authority import LEADERS, Authority
from app.people.models import Role
from app.proof.models import KeptSheet
from app.schools.models import School
from app.schools.queries import overseen_schools
from app.storage.accounts import active_store
from app.storage.models import Provider, StoreAccount
from app.storage.protocol import MissingError, Store
from app.tree.filing import digest_in
from app.tree.paths import HEADS

FOLDER = f"{HEADS}/chuoi-nhat-ky"
KEEPERS = LEADERS | {Role.RECORDS_ADMIN}
"""Who keeps the heads of a school, and is told when they vanish from its store."""

TOLD_FOR = timedelta(days=31)
"""How long a lost sheet is looked for, and told of."""


@dataclass(frozen=True)
class Place:
    """The store of a school as it is at present."""

    school_id: int
    store_id: int | None
    """Empty for the school's folder on this machine."""

    def holds(self) -> ColumnElement[bool]:
        """Return the condition of a sheet having been put here."""
        return and_(
            KeptSheet.school_id == self.school_id, KeptSheet.store_id.is_not_distinct_from(self.store_id)
        )


@dataclass(frozen=True)
class Lost:
    """A sheet that is gone from a school's store, for those who keep its heads."""

    school: str
    at: datetime
    lost_at: datetime


def place_now(session: Session, school: School) -> tuple[Place, StoreAccount | None]:
    """Return where a school's sheets are put now, and the account by which that very store is opened.

    Read together: a school may change its store at any moment.
    """
    account = active_store(session, school.id)
    is_ours = account is None or account.provider == Provider.LOCAL
    return Place(school.id, None if account is None or is_ours else account.id), account


def kept_at(session: Session, place: Place) -> Sequence[KeptSheet]:
    """List what was put into a store, in the order of its paths."""
    return session.scalars(select(KeptSheet).where(place.holds()).order_by(KeptSheet.path)).all()


def note_kept(session: Session, place: Place, path: str, sha256: str, at: datetime) -> None:
    """Note that a sheet was put into a store; to do it again changes nothing."""
    row = insert(KeptSheet).values(
        school_id=place.school_id, store_id=place.store_id, path=path, sha256=sha256, at=at
    )
    session.execute(row.on_conflict_do_nothing())


def look_for_kept(context: Context, store: Store, place: Place) -> None:
    """Look whether the last sheet, and those lost of late, are in the store, and note which are not.

    One call for each in most clouds, and a download in the others. Raises `StorageError` and `PutOff`.
    """
    with context.database.sessions() as session:
        wanted = session.scalars(select(KeptSheet).where(place.holds(), _is_looked_for(place))).all()
    there = {each.id for each in wanted if _is_there(store, each)}
    gone = {each.id for each in wanted} - there
    with context.database.transaction() as session:
        _set_lost(session, there, None)
        _set_lost(session, gone, now())


def lost_sheets(session: Session, authority: Authority) -> Sequence[Lost]:
    """List what was lost of late in the stores of the schools whose heads somebody keeps, the last first."""
    gone = select(School.name, KeptSheet.at, KeptSheet.lost_at).join(School, School.id == KeptSheet.school_id)
    rows = session.execute(gone.where(*_lost_for(authority)).order_by(KeptSheet.at.desc(), School.name))
    return [Lost(name, at, lost_at) for name, at, lost_at in rows if lost_at is not None]


def count_lost(session: Session, authority: Authority, most: int) -> int:
    """Count them, no further than `most`."""
    gone = select(KeptSheet.id).where(*_lost_for(authority)).limit(most)
    return session.scalar(select(func.count()).select_from(gone.subquery())) or 0


def _lost_for(authority: Authority) -> tuple[ColumnElement[bool], ...]:
    own = KeptSheet.school_id.in_(authority.school_ids(KEEPERS))
    offices = authority.office_ids()
    near = or_(own, KeptSheet.school_id.in_(overseen_schools(offices))) if offices else own
    return near, _is_lost_of_late()


def _is_looked_for(place: Place) -> ColumnElement[bool]:
    """Return the condition of a sheet being the last of those that are there, or lost of late."""
    there = select(KeptSheet.id).where(place.holds(), KeptSheet.lost_at.is_(None))
    last = there.order_by(KeptSheet.path.desc()).limit(1).scalar_subquery()
    return or_(KeptSheet.id == last, _is_lost_of_late())


def _is_lost_of_late() -> ColumnElement[bool]:
    return and_(KeptSheet.lost_at.is_not(None), KeptSheet.lost_at > now() - TOLD_FOR)


def _is_there(store: Store, sheet: KeptSheet) -> bool:
    try:
        return digest_in(store, sheet.path) == sheet.sha256
    except MissingError:
        return False


def _set_lost(session: Session, ids: Collection[int], at: datetime | None) -> None:
    changed = KeptSheet.lost_at.is_(None) if at else KeptSheet.lost_at.is_not(None)
    session.execute(
        update(KeptSheet)
        .where(KeptSheet.id.in_(ids), changed)
        .values(lost_at=at)
        .execution_options(synchronize_session=False)
    )
