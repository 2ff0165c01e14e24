"""Connecting a school's store: the account is tried first, then kept, and waiting jobs go on."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.config import Settings
from app.context import Context
from app.errors import NotFound, Refused
from app.jobs import defer, put_under, wake
from app.people.authority import Authority
from app.people.permissions import Permission, may
from app.records.models import OfficialFile, Record
from app.schools.models import School
from app.schools.queries import school_by_code
from app.storage.accounts import (
    Connection,
    active_store,
    add_store,
    place_of,
    release,
    renew,
    store_lock,
    store_with_part,
)
from app.storage.finding import NotOurFolder, Tree, found, held
from app.storage.models import Part, Provider, StoreAccount
from app.text import N_
from app.tree.models import Folder
from app.tree.names import legal_name
from app.tree.stores import lock_of
from workflows.model import State


class DomainNotAllowed(Refused):
    """The account belongs to a domain that the deployment does not take."""

    code, status = "domain_not_allowed", 403
    detail = N_("Không nhận tài khoản thuộc tên miền %(domain)s.")
    hint = N_("Hãy kết nối bằng tài khoản thuộc: %(allowed)s.")


class HoldsFiles(Refused):
    """The school has filed records elsewhere: they have to move along."""

    code, status = "store_holds_files", 409
    detail = N_("Trường đã có hồ sơ trong kho hiện tại, nên không thể chỉ nối sang một kho khác.")
    hint = N_("Dùng “Chuyển kho” ở trang Lưu trữ: hồ sơ được chép, so từng tệp rồi mới đổi kho.")


def connect(context: Context, school_code: str, draft: Connection, actor: str) -> StoreAccount:
    """Try the account and keep it as the school's store; goes out to the store, outside any transaction.

    The same place again only renews the credentials. `actor` is a user's id, or empty for the command
    line. Raises `CloudError`, `DomainNotAllowed`, `HoldsFiles`, `NotFound` and `NotOurFolder`.
    """
    _demand_no_move(context, school_code, draft.provider)
    connection = tried(context, school_code, draft)
    with context.database.transaction() as session:
        school = _locked(session, school_code)
        account = _kept(context, session, school, connection)
        let_jobs_go_on(session, school)
        facts = {"provider": account.provider, "store": account.id}
        append(session, school.code, [Happening("store.connect", actor, str(account.id), facts)])
        return account


def tried(context: Context, school_code: str, draft: Connection) -> Connection:
    """Return the connection with account, place and what it holds, or raise why it cannot be taken.

    Keeps nothing.
    """
    with context.database.transaction() as session:
        school = school_by_code(session, school_code)
        present = active_store(session, school.id)
    tree = Tree(legal_name(school.name), school.code)
    connection = _renewed(context, draft, present, tree) or found(context.settings, draft, tree)
    _demand_domain(context.settings, connection)
    is_new = present is None or place_of(present) != connection.place
    if is_new:
        return replace(connection, held=held(context.settings, connection))
    return connection


def try_again(session: Session, authority: Authority, school_code: str) -> None:
    """Let a store that was stopped be called again, and its jobs go on; raises `NotFound`."""
    school = _locked(session, school_code)
    if not may(authority, Permission.CONNECT_STORE, school.id):
        raise NotFound
    account = active_store(session, school.id)
    if account is None:
        return
    release(session, account)
    wake(session, store_lock(school.code))
    happening = Happening("store.try_again", str(authority.user_id), str(account.id), {})
    append(session, school.code, [happening])


def _demand_no_move(context: Context, school_code: str, provider: Provider) -> None:
    """Refuse another provider before anything is asked of it, or made there, if files lie with this one."""
    with context.database.transaction() as session:
        school = school_by_code(session, school_code)
        present = active_store(session, school.id)
        if provider != (present.provider if present else Provider.LOCAL) and has_filed(session, school.id):
            raise HoldsFiles


def _renewed(
    context: Context, draft: Connection, present: StoreAccount | None, tree: Tree
) -> Connection | None:
    """Return a connection to the place that the school has already, if the new account reaches it."""
    if present is None or present.provider != draft.provider or draft.settings.get("root_id"):
        return None
    if draft.settings.get("drive_id") not in {None, present.settings.get("drive_id")}:
        return None
    try:
        return found(context.settings, replace(draft, settings=present.settings), tree)
    except NotOurFolder:
        return None


def _demand_domain(settings: Settings, connection: Connection) -> None:
    if connection.provider == Provider.LOCAL or not settings.allowed_domains:
        return
    domain = connection.account.rpartition("@")[2].lower()
    tenant = str(connection.settings.get("tenant_id", "")).lower()
    if not {domain, tenant} & set(settings.allowed_domains):
        raise DomainNotAllowed(domain=domain, allowed=", ".join(settings.allowed_domains))


def _locked(session: Session, school_code: str) -> School:
    """Return the school; whoever else connects it waits."""
    school = school_by_code(session, school_code)
    session.execute(select(School.id).where(School.id == school.id).with_for_update(key_share=True))
    return school


def _kept(context: Context, session: Session, school: School, connection: Connection) -> StoreAccount:
    vault = context.stores.vault
    present = active_store(session, school.id)
    if present is not None and place_of(present) == connection.place:
        renew(session, vault, present, connection)
        return present
    if present is None and connection.provider == Provider.LOCAL:
        return add_store(session, vault, school.id, connection, Part.ACTIVE)
    if has_filed(session, school.id):
        raise HoldsFiles
    if store_with_part(session, school.id, Part.NEXT) is not None:
        raise HoldsFiles
    if present is not None:
        present.part = Part.FORMER
        session.flush()
    # What was made in the store before has to be made anew in this one.
    session.execute(update(Folder).where(Folder.school_id == school.id).values(made_at=None))
    return add_store(session, vault, school.id, connection, Part.ACTIVE)


def has_filed(session: Session, school_id: int) -> bool:
    """Tell whether the school has records in its store, which another store has to be moved to with."""
    # In an index's order: asked only whether there is one, PostgreSQL may read the files of all schools.
    filed = (
        select(OfficialFile.turn)
        .where(OfficialFile.school_id == school_id, OfficialFile.filed_at.is_not(None))
        .order_by(OfficialFile.school_id, OfficialFile.path)
        .limit(1)
    )
    return session.scalar(filed) is not None


def let_jobs_go_on(session: Session, school: School) -> None:
    """Bring the jobs that were queued for another store under this one's lock, and make them due."""
    lock = lock_of(session, school)
    put_under(session, lock, "arrange_tree", "school_code", [school.code])
    put_under(session, lock, "file", "record_id", _unfiled(session, school))
    wake(session, store_lock(school.code))
    defer(session, "measure_store", [{"school_code": school.code}], lock=lock)


def _unfiled(session: Session, school: School) -> Sequence[str]:
    ids: Sequence[uuid.UUID] = session.scalars(
        select(Record.id).where(Record.school_id == school.id, Record.state == State.SIGNED_OFF)
    ).all()
    return [str(each) for each in ids]
