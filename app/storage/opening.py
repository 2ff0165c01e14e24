"""From an account's row to a store that can be called, kept open for the next job."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from app.config import Settings
from app.db import Database, now
from app.storage.accounts import (
    LOOK_AGAIN,
    closed_for_all,
    note_secrets,
    pacing_key,
    refusal_with,
)
from app.storage.attended import AccountAttendant, AttendedStore, CloudStore
from app.storage.ledger import Ledger, StoredLedger
from app.storage.local import LocalStore
from app.storage.models import Provider, StoreAccount, StoreState
from app.storage.pacing import Pacer, PutOff, Rate, SharedPacer
from app.storage.policy import SignInAgain
from app.storage.protocol import Store
from app.storage.vault import Vault

Secrets = dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """What a cloud's adapter is made of."""

    settings: Settings
    place: Mapping[str, Any]
    """An account's settings that are no secret: where the tree begins."""
    secrets: Secrets
    ledger: Ledger
    pacer: Pacer
    keep: Callable[[Secrets], None]
    """Told of credentials that the provider has renewed."""


@dataclass(frozen=True)
class Built:
    """A store that can be called, and how to end its connections."""

    store: CloudStore
    close: Callable[[], None]


@dataclass(frozen=True)
class Cloud:
    """A cloud that stores can be in."""

    build: Callable[[Parts], Built]
    rates: dict[str, Rate]
    lanes: int
    """How many files the job that holds an account's lock may send at the same time."""


class StoreOpener:
    """Opens stores for one process; one store is called by one job at a time."""

    def __init__(self, settings: Settings, database: Database, clouds: Mapping[str, Cloud]) -> None:
        self.vault = Vault(settings.vault_keys)
        self._settings = settings
        self._database = database
        self._clouds = clouds
        self._kept: dict[int, tuple[datetime, Built]] = {}
        self._guard = threading.Lock()

    def open(self, account: StoreAccount | None, school_code: str) -> Store:
        """Return the store; without an account, the school's folder on this machine.

        Raises `CloudError` while somebody has to mend the store first, `PutOff` while its provider
        holds everybody up, and `UnreadableSecrets`.
        """
        if account is None or account.provider == Provider.LOCAL:
            return LocalStore(self._settings.data_dir / "tree", school_code)
        self._demand_open(account)
        attendant = AccountAttendant(self._database, account.id, troubled=account.error_code is not None)
        return AttendedStore(self._adapter(account), attendant, self._clouds[account.provider].lanes)

    def open_quietly(self, account: StoreAccount) -> Store:
        """Return a store in a cloud that is only looked into: of its refusals nobody is told.

        Raises what `open` raises.
        """
        self._demand_open(account)
        return self._adapter(account)

    def _demand_open(self, account: StoreAccount) -> None:
        if account.state != StoreState.CONNECTED:
            error = (refusal_with(account.error_code) or SignInAgain)()
            error.until = now() + LOOK_AGAIN
            raise error
        with self._database.transaction() as session:
            until = closed_for_all(session, account.provider)
        if until is not None:
            raise PutOff(until)

    def close(self) -> None:
        """End the connections of every store that is kept open."""
        with self._guard:
            for _, built in self._kept.values():
                built.close()
            self._kept.clear()

    def _adapter(self, account: StoreAccount) -> CloudStore:
        with self._guard:
            kept = self._kept.get(account.id)
            if kept is not None and kept[0] == account.connected_at:
                return kept[1].store
            if kept is not None:
                kept[1].close()
            built = self._built(account)
            self._kept[account.id] = (account.connected_at, built)
            return built.store

    def _built(self, account: StoreAccount) -> Built:
        cloud = self._clouds[account.provider]
        parts = Parts(
            self._settings,
            account.settings,
            self.vault.open(account.secrets),
            StoredLedger(self._database, account.id),
            SharedPacer(self._database, pacing_key(account.provider, account.id), cloud.rates),
            partial(self._keep_secrets, account.id),
        )
        return cloud.build(parts)

    def _keep_secrets(self, store_id: int, secrets: Secrets) -> None:
        with self._database.transaction() as session:
            note_secrets(session, store_id, self.vault.lock(secrets))
