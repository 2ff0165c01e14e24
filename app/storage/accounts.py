"""The connected stores of schools: made, found, and told how their accounts are doing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ScalarResult, Select, delete, func, select, text, update
from sqlalchemy.orm import Session

from app.db import now
from app.jobs import defer
from app.storage.abilities import Space
from app.storage.ledger import Item, enter
from app.storage.models import Bucket, Part, Provider, SpareId, StoreAccount, StoreItem, StoreState
from app.storage.policy import CloudError, DriveFull, SignInAgain, Then
from app.storage.vault import Vault

LOOK_AGAIN = timedelta(hours=1)
"""How often a job looks whether somebody has mended a store that needs a person."""
_FIRST_PAUSE = {Then.STOP_ALL: timedelta(hours=1)}
_LAST_PAUSE = {Then.CHECK: timedelta(minutes=5)}
_SHORTEST = timedelta(seconds=2)
_LONGEST = timedelta(hours=24)


@dataclass(frozen=True)
class Connection:
    """What connecting has brought about: as whom, where the tree begins, and with which credentials."""

    provider: Provider
    account: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    """`root_id` and what else the provider needs to find it: `drive_id`, `shared_drive_id`, `tenant_id`."""
    secrets: dict[str, Any] = field(default_factory=dict, repr=False)
    held: Sequence[Item] = ()
    """What the application has put there before."""

    @property
    def place(self) -> tuple[object, ...]:
        """Where the tree lies; two connections with the same place are to the same store."""
        settings = self.settings
        return (self.provider, settings.get("drive_id"), settings.get("root_id"))


def refusal_with(code: str | None) -> type[CloudError] | None:
    """Return a cloud's refusal by the code that is kept with an account."""
    kinds: list[type[CloudError]] = CloudError.__subclasses__()
    while kinds:
        kind = kinds.pop()
        if kind.code == code:
            return kind
        kinds.extend(kind.__subclasses__())
    return None


def store_lock(school_code: str) -> str:
    """Return the queue lock that every job carries which calls the store of a school."""
    return f"store:{school_code}"


def store_with_part(session: Session, school_id: int, part: Part) -> StoreAccount | None:
    """Return the store that is this to a school, if there is one."""
    own = select(StoreAccount).where(StoreAccount.school_id == school_id, StoreAccount.part == part)
    return session.scalars(own.order_by(StoreAccount.id.desc()).limit(1)).one_or_none()


def active_store(session: Session, school_id: int) -> StoreAccount | None:
    """Return the store in which a school keeps its tree; None: its folder on this machine."""
    return store_with_part(session, school_id, Part.ACTIVE)


def lock_for(session: Session, school_id: int, school_code: str) -> str | None:
    """Return the queue lock for jobs that call the school's store; a folder of ours needs none."""
    account = active_store(session, school_id)
    is_ours = account is None or account.provider == Provider.LOCAL
    return None if is_ours else store_lock(school_code)


def schools_in_clouds() -> Select[int]:
    """Select the ids of the schools that keep their tree in a cloud."""
    active = select(StoreAccount.school_id).where(StoreAccount.part == Part.ACTIVE)
    return active.where(StoreAccount.provider != Provider.LOCAL)


def add_store(
    session: Session, vault: Vault, school_id: int, connection: Connection, part: Part
) -> StoreAccount:
    """Keep a new store of a school with what it holds already, its credentials encrypted."""
    account = StoreAccount(
        school_id=school_id,
        provider=connection.provider,
        part=part,
        state=StoreState.CONNECTED,
        account=connection.account,
        settings=connection.settings,
        secrets=vault.lock(connection.secrets),
        connected_at=now(),
    )
    session.add(account)
    session.flush()
    enter(session, account.id, connection.held)
    return account


def renew(session: Session, vault: Vault, account: StoreAccount, connection: Connection) -> None:
    """Take new credentials for a store that stays where it is, and let its jobs go on."""
    if account.account != connection.account:
        _forget_ids(session, account.id)
    account.account = connection.account
    account.settings = account.settings | connection.settings
    account.secrets = vault.lock(connection.secrets)
    account.connected_at = now()
    release(session, account)


def release(session: Session, account: StoreAccount) -> None:
    """Try again: forget what was wrong, and open the account's door."""
    account.state = StoreState.CONNECTED
    account.error_code = account.error_at = None
    session.execute(delete(Bucket).where(Bucket.key == door_of(account.provider, account.id)))


def place_of(account: StoreAccount) -> tuple[object, ...]:
    """Return where a store's tree lies, as `Connection.place` tells it."""
    settings = account.settings
    return (account.provider, settings.get("drive_id"), settings.get("root_id"))


def note_success(session: Session, store_id: int, *, has_put: bool) -> bool:
    """Note that the store answers again, and tell whether nothing is wrong with it by now.

    A store that is full goes on answering: only that it took a file says that it has room.
    """
    mended = StoreAccount.error_code.is_not(None) if has_put else StoreAccount.error_code != DriveFull.code
    session.execute(
        update(StoreAccount)
        .where(StoreAccount.id == store_id, mended)
        .values(error_code=None, error_at=None, state=StoreState.CONNECTED)
    )
    left = select(StoreAccount.error_code).where(StoreAccount.id == store_id)
    return session.scalar(left) is None


def note_refusal(session: Session, store_id: int, error: CloudError) -> datetime:
    """Note why a store does nothing at present, and return when it is worth trying again.

    Of a refusal that only a person can end, the school is told once.
    """
    account = session.get_one(StoreAccount, store_id, with_for_update=True)
    if account.error_code != error.code:
        account.error_code, account.error_at = error.code, now()
    state = _state_after(error)
    if state != StoreState.CONNECTED and account.state != state:
        defer(session, "tell_of_store", [{"store_id": store_id}])
    account.state = state
    return _next_try(session, account, error)


def note_space(session: Session, store_id: int, space: Space) -> None:
    """Note how much room is used and left."""
    values = {"used_bytes": space.used, "limit_bytes": space.limit, "measured_at": now()}
    session.execute(update(StoreAccount).where(StoreAccount.id == store_id).values(**values))


def note_secrets(session: Session, store_id: int, locked: bytes) -> None:
    """Keep credentials that the provider has renewed."""
    session.execute(update(StoreAccount).where(StoreAccount.id == store_id).values(secrets=locked))


def rotate_keys(session: Session, vault: Vault) -> int:
    """Encrypt all credentials with the newest key and return how many; raises `UnreadableSecrets`."""
    accounts: ScalarResult[StoreAccount] = session.scalars(select(StoreAccount).with_for_update())
    count = 0
    for account in accounts:
        account.secrets = vault.rotate(account.secrets)
        count += 1
    return count


def closed_until(session: Session, account: StoreAccount) -> datetime | None:
    """Return until when nobody may call the account, or its whole provider."""
    doors = [door_of(account.provider, account.id), door_of(account.provider, None)]
    until = select(func.max(Bucket.closed_until)).where(Bucket.key.in_(doors), Bucket.closed_until > now())
    return session.scalar(until)


def closed_for_all(session: Session, provider: str) -> datetime | None:
    """Return until when nobody may call the provider."""
    door = select(Bucket.closed_until).where(Bucket.key == door_of(provider, None))
    return session.scalar(door.where(Bucket.closed_until > now()))


def pacing_key(provider: str, store_id: int) -> str:
    """Return the name under which an account's calls are counted."""
    return f"{provider}:{store_id}"


def door_of(provider: str, store_id: int | None) -> str:
    """Return the bucket whose closing holds up an account, or with None everybody's with the provider."""
    return f"{pacing_key(provider, store_id)}:account" if store_id is not None else f"{provider}:everyone"


def _forget_ids(session: Session, store_id: int) -> None:
    """Let go of the ids that were given out to somebody else, who alone might use them.

    What was begun under one is looked for by its mark before it is made.
    """
    session.execute(delete(SpareId).where(SpareId.store_id == store_id))
    begun = (StoreItem.store_id == store_id, StoreItem.confirmed_at.is_(None))
    session.execute(update(StoreItem).where(*begun).values(remote_id=None, upload_url=None))


def _state_after(error: CloudError) -> StoreState:
    if isinstance(error, SignInAgain):
        return StoreState.RECONNECT
    return StoreState.STOPPED if error.then is Then.STOP_SCHOOL else StoreState.CONNECTED


def _next_try(session: Session, account: StoreAccount, error: CloudError) -> datetime:
    """Return when to try again: the store's own word if it gave one, else ever later."""
    if error.then is Then.STOP_SCHOOL:
        return now() + LOOK_AGAIN
    told = closed_until(session, account)
    if told is not None:
        return told
    until = now() + _pause(error.then, account.error_at or now())
    if error.then is not Then.CHECK:
        everyone = error.then is Then.STOP_ALL
        _close(session, door_of(account.provider, None if everyone else account.id), until)
    return until


def _pause(then: Then, since: datetime) -> timedelta:
    """Return a pause as long as the trouble has lasted, so that each is about twice the one before."""
    shortest, longest = _FIRST_PAUSE.get(then, _SHORTEST), _LAST_PAUSE.get(then, _LONGEST)
    return min(max(now() - since, shortest), longest)


def _close(session: Session, key: str, until: datetime) -> None:
    session.execute(
        text(
            "INSERT INTO buckets AS bucket (key, tokens, refilled_at, closed_until)"
            " VALUES (:key, 0, :moment, :until)"
            " ON CONFLICT (key) DO UPDATE SET closed_until = excluded.closed_until"
        ),
        {"key": key, "moment": now(), "until": until},
    )
