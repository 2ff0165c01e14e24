"""Which store keeps the tree of which school."""

from sqlalchemy.orm import Session

from app.context import Context
from app.schools.models import School
from app.schools.queries import school_by_code
from app.storage.accounts import active_store, lock_for
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
    return lock_for(session, school.id, school.code)
