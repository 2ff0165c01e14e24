"""Whom Google knows: accounts, groups, shared drives' names, OAuth clients, and the tokens that are out."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from emulators.clock import Clock

DRIVE = "https://www.googleapis.com/auth/drive"
DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
TOKEN_SECONDS = 3599


@dataclass
class Account:
    """A person's account, or a service account."""

    email: str
    name: str
    root: str
    limit: int | None
    """Bytes; None: no limit."""
    workspace: bool = True
    """Belongs to an organisation; its domain is then told as `hd`."""
    service: bool = False

    @property
    def domain(self) -> str:
        """What stands after the at sign."""
        return domain_of(self.email)


@dataclass(frozen=True)
class Caller:
    """Who calls, through which OAuth client, with which scopes."""

    email: str
    client: str
    scopes: frozenset[str]

    @property
    def only_own_files(self) -> bool:
        """Whether only items are visible that this client made or a person picked for it."""
        return not any(scope.startswith(DRIVE) and scope != DRIVE_FILE for scope in self.scopes)


@dataclass
class Consent:
    """A refresh token: what a person has agreed to."""

    caller: Caller
    revoked: bool = False


@dataclass
class _Access:
    caller: Caller
    expires: float
    consent: str


@dataclass
class Client:
    """An OAuth client; without redirect addresses it takes any."""

    id: str
    secret: str
    redirects: set[str] = field(default_factory=set)


def domain_of(email: str) -> str:
    """Return what stands after the at sign, in small letters."""
    return email.rpartition("@")[2].lower()


class Directory:
    """Accounts and tokens; the emulator's lock guards it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.accounts: dict[str, Account] = {}
        self.groups: dict[str, set[str]] = {}
        self.clients: dict[str, Client] = {}
        self.keys: dict[str, RSAPublicKey] = {}
        """Public keys of service accounts."""
        self.delegated: set[str] = set()
        """Service accounts that may act as any person of the domain."""
        self.without_account: set[str] = set()
        """Addresses that have no Google account: sharing with them needs the notification mail."""
        self.consents: dict[str, Consent] = {}
        self._access: dict[str, _Access] = {}

    def issue(
        self, caller: Caller, refresh: str = "", token: str = "", seconds: float = TOKEN_SECONDS
    ) -> str:
        """Return a new access token; `refresh` ties it to a consent, whose end ends it too."""
        token = token or f"ya29.{secrets.token_urlsafe(24)}"
        self._access[token] = _Access(caller, self._clock.seconds() + seconds, refresh)
        return token

    def consent(self, caller: Caller, refresh: str = "") -> str:
        """Return a refresh token for what a person has agreed to."""
        refresh = refresh or f"1//{secrets.token_urlsafe(24)}"
        self.consents[refresh] = Consent(caller)
        return refresh

    def caller(self, token: str) -> Caller | None:
        """Return whose access token this is, unless it is unknown, expired or revoked."""
        access = self._access.get(token)
        if access is None or access.expires <= self._clock.seconds():
            return None
        consent = self.consents.get(access.consent)
        return None if consent and consent.revoked else access.caller

    def revoke(self, token: str) -> bool:
        """End a refresh token, or the one behind an access token; returns whether it was known."""
        access = self._access.pop(token, None)
        consent = self.consents.get(access.consent if access else token)
        if consent:
            consent.revoked = True
        return bool(access or consent)

    def revoke_all(self, email: str) -> None:
        """End every token of an account, as when its password is changed."""
        for consent in self.consents.values():
            consent.revoked = consent.revoked or consent.caller.email == email
        self._access = {
            token: access for token, access in self._access.items() if access.caller.email != email
        }

    def addresses(self, kind: str, address: str) -> Iterable[str]:
        """Return the accounts that a user or group permission reaches."""
        return self.groups.get(address, set()) if kind == "group" else {address}
