"""Which store keeps the tree of which school."""

from sqlalchemy.orm import Session

from app.context import Context
from app.schools.models import School
from app.schools.queries import school_by_code
from app.storage.accounts import active_store, store_lock
from app.storage.models import Provider
from app.storage.protocol import Store


def store_of(context: Context, school_code: str) -> Store:
    """Return the store of a school: the connected one, else its folder in the data directory.

    Raises `NotFound`, and `CloudError` or `PutOff` while nothing may be asked of the store.
    """
    with context.database.sessions() as session:
        school = school_by_code(session, school_code)
        account = active_store(session, school.id)
    return context.stores.open(account, school_code)


def lock_of(session: Session, school: School) -> str | None:
    """Return the queue lock for jobs that call the school's store; a folder of ours needs none."""
    account = active_store(session, school.id)
    is_ours = account is None or account.provider == Provider.LOCAL
    return None if is_ours else store_lock(school.code)
