"""The brake on guessing passwords: who guesses has to wait, and the account's owner does not.

A wrong password counts against the account as tried from one network, against that network, and against
the account as tried from everywhere. A browser in which the account's owner has signed in before is
counted for itself alone: strangers' guesses do not shut it out.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.db import now
from app.errors import TooManyAttempts
from app.people.models import SignInFailure

WINDOW = timedelta(minutes=15)
MOST_PER_ACCOUNT = 5
"""Wrong tries on one account from one place within the window; QCVN 12:2026/BCA asks for five at most."""
MOST_PER_ADDRESS = 50
"""Wrong tries from one network on all accounts: a school's people share one."""
LONG_WINDOW = timedelta(hours=1)
MOST_FROM_EVERYWHERE = 30
"""Wrong tries on one account from all unknown browsers within the long window."""

_HOME_NETWORK = 64
"""Leading bits of an IPv6 address that one customer has to himself; the rest he changes as he likes."""


@dataclass(frozen=True)
class Attempt:
    """One try to sign in."""

    email: str
    password: str = field(repr=False)
    network_address: str
    known_browser: str = ""
    """What tells a browser apart in which this account was signed in before; empty: none is known."""


@dataclass(frozen=True)
class _Count:
    """Wrong tries that are counted together, and how many are too many within how long."""

    key: str
    most: int
    window: timedelta = WINDOW

    def wait(self, failures: Sequence[datetime], moment: datetime) -> timedelta:
        """Return how long until the next try may be made, given the failures, the newest first."""
        if len(failures) < self.most:
            return timedelta()
        return failures[self.most - 1] + self.window - moment


def account_key(email: str) -> str:
    """Return what stands for an account in counts and in the audit chain; unknown ones have one too."""
    return _digest("account", _canonical(email))


def refuse_guessing(session: Session, attempt: Attempt) -> None:
    """Raise `TooManyAttempts` while any count of the attempt is used up.

    Tries on one account come one after the other until the transaction ends, so that many at once are
    not more than the limit.
    """
    counts = _counts(attempt)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(counts[0].key, 0))))
    failures = (
        select(SignInFailure.key, func.array_agg(SignInFailure.at))
        .where(SignInFailure.key.in_([each.key for each in counts]), SignInFailure.at > now() - LONG_WINDOW)
        .group_by(SignInFailure.key)
    )
    found: dict[str, Sequence[datetime]] = dict(session.execute(failures).all())
    moment = now()
    wait = max(each.wait(sorted(found.get(each.key, ()), reverse=True), moment) for each in counts)
    if wait > timedelta():
        raise TooManyAttempts(wait)


def count_failure(session: Session, attempt: Attempt) -> None:
    """Count a wrong password."""
    session.add_all(SignInFailure(key=each.key) for each in _counts(attempt))


def forgive(session: Session, attempt: Attempt) -> None:
    """Forget the wrong tries made from the place in which the right password was given at last."""
    session.execute(delete(SignInFailure).where(SignInFailure.key == _counts(attempt)[0].key))


def forget_old_failures(session: Session) -> None:
    """Remove failures that no longer count."""
    session.execute(delete(SignInFailure).where(SignInFailure.at < now() - LONG_WINDOW))


def network_of(address: str) -> str:
    """Return the network that is counted as one place; what is no address at all is one place, too."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    if mapped is not None or parsed.version == 4:
        return str(mapped or parsed)
    return str(ipaddress.ip_network((int(parsed), _HOME_NETWORK), strict=False))


def _counts(attempt: Attempt) -> tuple[_Count, ...]:
    """Return what a wrong try counts against, the narrowest first."""
    account, network = _canonical(attempt.email), network_of(attempt.network_address)
    if attempt.known_browser:
        return (_Count(_digest("browser", account, attempt.known_browser), MOST_PER_ACCOUNT),)
    return (
        _Count(_digest("place", account, network), MOST_PER_ACCOUNT),
        _Count(_digest("network", network), MOST_PER_ADDRESS),
        _Count(account_key(attempt.email), MOST_FROM_EVERYWHERE, LONG_WINDOW),
    )


def _canonical(email: str) -> str:
    return email.strip().lower()


def _digest(kind: str, *parts: str) -> str:
    # Surrogates that stand alone cannot be written as UTF-8; they are merely another address nobody has.
    return hashlib.sha256("\n".join((kind, *parts)).encode(errors="backslashreplace")).hexdigest()
