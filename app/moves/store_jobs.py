"""Jobs about a store rather than its files: telling its people that they are needed, and measuring it."""

import uuid

from sqlalchemy import select

from app.context import Context
from app.jobs import LEISURELY, Arguments, defer
from app.notices.letters import Letter, write
from app.notices.mail import post
from app.people.models import Membership, Role, User
from app.schools.models import School
from app.storage.accounts import active_store, note_space, schools_in_clouds, store_lock
from app.storage.attended import AttendedStore
from app.storage.models import Part, StoreAccount, StoreState
from app.stuck.reasons import reason_with
from app.tree.stores import store_of


def tell_of_store(context: Context, store_id: int) -> None:
    """Queue a letter to each records administrator of the school whose store needs a person."""
    with context.database.transaction() as session:
        account = session.get_one(StoreAccount, store_id)
        readers = session.scalars(
            select(User.id)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.school_id == account.school_id,
                Membership.role == Role.RECORDS_ADMIN,
                Membership.ended_at.is_(None),
                User.disabled_at.is_(None),
            )
            .distinct()
        )
        letters: list[Arguments] = [{"store_id": store_id, "user_id": str(reader)} for reader in readers]
        defer(session, "mail_about_store", letters)


def mail_about_store(context: Context, store_id: int, user_id: str) -> None:
    """Write to one person, unless the store has been mended meanwhile; raises `OSError`, `MailRefused`."""
    with context.database.transaction() as session:
        account = session.get_one(StoreAccount, store_id)
        school = session.get_one(School, account.school_id)
        reader = session.get_one(User, uuid.UUID(user_id))
    if account.state != StoreState.CONNECTED:
        letter = _letter(context.settings.base_url, account, school, reader)
        post(context.settings, reader.email, letter)


def measure_stores(context: Context) -> None:
    """Queue a measurement of every store in a cloud; it also finds out early that a grant has ended."""
    with context.database.transaction() as session:
        schools = session.scalars(select(School.code).where(School.id.in_(schools_in_clouds()))).all()
        for code in schools:
            task = [{"school_code": code}]
            defer(session, "measure_store", task, lock=store_lock(code), priority=LEISURELY)


def measure_store(context: Context, school_code: str) -> None:
    """Note how much room a store has; one call. Raises `CloudError` and `PutOff`."""
    store = store_of(context, school_code)
    if not isinstance(store, AttendedStore):
        return
    space = store.space()
    with context.database.transaction() as session:
        school = session.scalars(select(School).where(School.code == school_code)).one()
        account = active_store(session, school.id)
        if account is not None:
            note_space(session, account.id, space)


def _letter(base_url: str, account: StoreAccount, school: School, reader: User) -> Letter:
    reason = reason_with(account.error_code or "")
    return write(
        "store_needs_you",
        reader.language,
        school=school.name,
        reader=reader.name,
        detail=reason.detail,
        hint=reason.hint,
        address=f"{base_url}/luu-tru{'/chuyen' if account.part == Part.NEXT else ''}",
    )
