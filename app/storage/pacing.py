"""Pacing: a token bucket per account and kind of call, kept in the database for all workers together."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import text

from app.db import Database, now

LONGEST_WAIT = 5.0
"""Seconds a job waits in place; with longer to go it is put off and lets others work."""


@dataclass(frozen=True)
class Rate:
    """How fast a kind of call may go: tokens a second, and how many may be saved up."""

    per_second: float
    burst: float


class PutOff(Exception):
    """The account's bucket is empty for longer than a job should wait; try again at `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"put off until {until.isoformat(timespec='seconds')}")


class Pacer(Protocol):
    """Gives leave to call."""

    def take(self, kind: str, cost: float = 1) -> None:
        """Wait for leave to spend `cost` tokens of the bucket `kind`; raises `PutOff`."""
        ...

    def close(self, seconds: float) -> None:
        """Let nobody call this account for so many seconds: the store asked for it."""
        ...


_TAKE = text(
    """
    INSERT INTO buckets AS bucket (key, tokens, refilled_at)
    VALUES (:key, :burst - :cost, :moment)
    ON CONFLICT (key) DO UPDATE SET
        tokens = least(
            :burst,
            bucket.tokens + :rate * greatest(0, extract(epoch FROM :moment - bucket.refilled_at))
        ) - :cost,
        refilled_at = greatest(bucket.refilled_at, :moment)
    RETURNING tokens, closed_until
    """
)
_GIVE_BACK = text("UPDATE buckets SET tokens = tokens + :cost WHERE key = :key")
_CLOSE = text(
    """
    INSERT INTO buckets AS bucket (key, tokens, refilled_at, closed_until)
    VALUES (:key, 0, :moment, :until)
    ON CONFLICT (key) DO UPDATE SET closed_until = greatest(bucket.closed_until, excluded.closed_until)
    """
)
_ACCOUNT = "account"


class SharedPacer:
    """Buckets in the database: many workers together stay within one account's rate."""

    def __init__(self, database: Database, account: str, rates: dict[str, Rate]) -> None:
        self._database = database
        self._account = account
        self._rates = rates

    def take(self, kind: str, cost: float = 1) -> None:
        """Spend tokens, waiting for them up to `LONGEST_WAIT` seconds; raises `PutOff`."""
        self._respect_closing()
        rate = self._rates[kind]
        key = f"{self._account}:{kind}"
        with self._database.transaction() as session:
            values = {"key": key, "burst": rate.burst, "rate": rate.per_second, "cost": cost, "moment": now()}
            tokens = session.execute(_TAKE, values).one().tokens
        missing = max(0.0, -tokens) / rate.per_second
        if missing > LONGEST_WAIT:
            with self._database.transaction() as session:
                session.execute(_GIVE_BACK, {"key": key, "cost": cost})
            raise PutOff(now() + timedelta(seconds=missing))
        time.sleep(missing)

    def close(self, seconds: float) -> None:
        """Close the account's door until the store's Retry-After has passed."""
        until = now() + timedelta(seconds=seconds)
        key = f"{self._account}:{_ACCOUNT}"
        with self._database.transaction() as session:
            session.execute(_CLOSE, {"key": key, "moment": now(), "until": until})

    def _respect_closing(self) -> None:
        door = text("SELECT closed_until FROM buckets WHERE key = :key")
        with self._database.transaction() as session:
            until = session.scalar(door, {"key": f"{self._account}:{_ACCOUNT}"})
        left = (until - now()).total_seconds() if until else 0.0
        if left > LONGEST_WAIT:
            raise PutOff(until)
        time.sleep(max(0.0, left))
