"""A school's store together with what is known of it, for whoever compares the two."""

from dataclasses import dataclass

from app.context import Context
from app.schools.models import School
from app.schools.queries import school_by_code
from app.storage.accounts import active_store
from app.storage.attended import AttendedStore, CloudStore
from app.storage.ledger import Ledger, StoredLedger
from app.storage.models import StoreAccount
from app.storage.protocol import Store


@dataclass(frozen=True)
class ConnectedCloud:
    """What a cloud can tell beyond the files, and what we wrote down of it."""

    cloud: CloudStore
    ledger: Ledger
    root_id: str
    """The store's id of the tree's root folder."""
    account: str
    """As whom we are connected; what this one may do is no news."""
    store_id: int


@dataclass(frozen=True)
class OpenedStore:
    """The store of a school; `keeper` is None for a folder on this machine."""

    school: School
    store: Store
    keeper: ConnectedCloud | None


def opened_store_of(context: Context, school_code: str) -> OpenedStore:
    """Open the store that keeps a school's tree; raises what opening it raises, and `NotFound`."""
    with context.database.sessions() as session:
        school = school_by_code(session, school_code)
        account = active_store(session, school.id)
    store = context.stores.open(account, school.code)
    if account is None or not isinstance(store, AttendedStore):
        return OpenedStore(school, store, None)
    return OpenedStore(school, store, _keeper(context, store, account))


def _keeper(context: Context, store: CloudStore, account: StoreAccount) -> ConnectedCloud:
    return ConnectedCloud(
        cloud=store,
        ledger=StoredLedger(context.database, account.id),
        root_id=account.settings.get("root_id", ""),
        account=account.account,
        store_id=account.id,
    )
