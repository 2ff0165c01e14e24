"""What has to be done now and then, so that nothing piles up that nobody needs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from sqlalchemy import ARRAY, String, any_, literal, select, union_all
from sqlalchemy.orm import Session

from app.context import Context
from app.people.guessing import forget_old_failures
from app.people.models import DelegationPaper
from app.people.sessions import forget_ended
from app.records.models import OfficialFile, Version
from app.records.page_images import forget_pages
from app.schools.models import School
from app.storage.accounts import schools_in_clouds
from app.storage.local import LocalStore
from app.tree.stores import store_of

_ORPHAN_AGE = timedelta(days=1)
"""By then every request and job that could still write the row of its bytes has ended."""
_PAGES_AGE = timedelta(days=120)
_BATCH = 500


def sweep_staging(context: Context) -> None:
    """Remove bytes from staging that no row speaks of, a day after they came."""
    keys = context.staging.older_than(_ORPHAN_AGE)
    while batch := list(islice(keys, _BATCH)):
        with context.database.transaction() as session:
            named = _named(session, batch)
        for key in batch:
            if key not in named:
                context.staging.discard(key)


def sweep_stores(context: Context) -> None:
    """Remove what killed writers left beside the trees."""
    with context.database.transaction() as session:
        codes = session.scalars(select(School.code).where(School.id.not_in(schools_in_clouds()))).all()
    for store in _local(store_of(context, code) for code in codes):
        store.sweep(_ORPHAN_AGE)


def sweep_pages(context: Context) -> None:
    """Remove pictures of pages that were drawn long ago."""
    forget_pages(context.settings.data_dir, _PAGES_AGE)


def sweep_sign_ins(context: Context) -> None:
    """Forget wrong passwords, sessions and tokens that no longer count."""
    with context.database.transaction() as session:
        forget_old_failures(session)
        forget_ended(session, context.settings.session_life)


def _named(session: Session, keys: Sequence[str]) -> set[str]:
    """Return which of the keys a row speaks of."""
    asked = any_(literal(keys, ARRAY(String)))
    columns = (Version.blob, OfficialFile.blob, OfficialFile.certificate_blob, DelegationPaper.blob)
    named = session.scalars(union_all(*(select(column).where(column == asked) for column in columns)))
    return {key for key in named if key is not None}


def _local(stores: Iterable[object]) -> Iterator[LocalStore]:
    return (store for store in stores if isinstance(store, LocalStore))
