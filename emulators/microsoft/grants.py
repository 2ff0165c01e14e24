"""What the sign-in service has given out: codes, device codes, refresh tokens, access tokens."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from emulators.clock import Clock
from emulators.microsoft.people import App, Caller, User

ACCESS_LIFE = timedelta(seconds=3600)
REFRESH_LIFE = timedelta(days=90)
CODE_LIFE = timedelta(minutes=10)
DEVICE_LIFE = timedelta(minutes=15)


class GrantError(Exception):
    """The sign-in service refuses: an OAuth error code, the service's own number, and a sentence."""

    def __init__(self, error: str, number: int, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.error = error
        self.number = number
        self.sentence = sentence
        self.status = status


@dataclass(frozen=True)
class Consent:
    """What a person has agreed to: which application may act for him, and how far."""

    app: App
    tenant_id: str
    user: User | None
    scope: str
    until: datetime
    redirect_uri: str = ""
    nonce: str = ""
    challenge: str = ""

    @property
    def caller(self) -> Caller:
        """Return whom requests with this consent speak for."""
        return Caller(self.app, self.tenant_id, self.user)


@dataclass
class DeviceCode:
    """A sign-in that waits for a person to type a code on another device."""

    app: App
    user_code: str
    scope: str
    until: datetime
    user: User | None = None


class Grants:
    """Everything that is given out and not yet spent, expired or revoked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._codes: dict[str, Consent] = {}
        self._devices: dict[str, DeviceCode] = {}
        self._refresh: dict[str, Consent] = {}
        self._access: dict[str, Consent] = {}

    def code(self, consent: Consent) -> str:
        """Return a code that can be redeemed once within ten minutes."""
        code = "0." + secrets.token_urlsafe(32)
        self._codes[code] = replace(consent, until=self._clock.now() + CODE_LIFE)
        return code

    def redeem_code(self, app: App, code: str, redirect_uri: str, verifier: str) -> Consent:
        """Return what the code stands for and spend it; raises `GrantError`."""
        consent = self._codes.pop(code, None)
        if consent is None or consent.until < self._clock.now():
            raise GrantError(
                "invalid_grant", 70008, "The provided authorization code is expired or was used."
            )
        if consent.app is not app or consent.redirect_uri != redirect_uri:
            raise GrantError(
                "invalid_grant", 50011, "The redirect URI or client is not the one of the request."
            )
        if consent.challenge and consent.challenge not in {verifier, _challenge(verifier)}:
            raise GrantError("invalid_grant", 501481, "The code verifier does not match the code challenge.")
        return consent

    def device_code(self, app: App, scope: str) -> tuple[str, DeviceCode]:
        """Return a secret for the device and what the person has to type."""
        alphabet = "BCDFGHJKLMNPQRSTVWXZ23456789"
        user_code = "".join(secrets.choice(alphabet) for _ in range(9))
        secret = secrets.token_urlsafe(32)
        self._devices[secret] = DeviceCode(app, user_code, scope, self._clock.now() + DEVICE_LIFE)
        return secret, self._devices[secret]

    def answer_device(self, user_code: str, user: User) -> bool:
        """Let the person who typed the code in; tells whether the code was known."""
        waiting = [each for each in self._devices.values() if each.user_code == user_code.strip().upper()]
        for device in waiting:
            device.user = user
        return bool(waiting)

    def redeem_device(self, app: App, secret: str) -> Consent:
        """Return the consent that the device waits for; raises `GrantError` while there is none."""
        device = self._devices.get(secret)
        if device is None or device.app is not app:
            raise GrantError("invalid_grant", 70000, "The device code is not valid.")
        if device.until < self._clock.now():
            raise GrantError("expired_token", 70019, "The device code has expired.")
        if device.user is None:
            raise GrantError("authorization_pending", 70016, "The person has not signed in yet.")
        del self._devices[secret]
        return Consent(app, device.user.tenant_id, device.user, device.scope, device.until)

    def refresh_token(self, consent: Consent) -> str:
        """Return a token that renews the access for ninety days from now."""
        token = "1." + secrets.token_urlsafe(48)
        self._refresh[token] = replace(consent, until=self._clock.now() + REFRESH_LIFE)
        return token

    def redeem_refresh(self, app: App, token: str) -> Consent:
        """Return what the token stands for; it stays good, as the real one does. Raises `GrantError`."""
        consent = self._refresh.get(token)
        if consent is None or consent.app is not app:
            raise GrantError(
                "invalid_grant", 50173, "The provided grant has been revoked, a fresh one is needed."
            )
        if consent.until < self._clock.now():
            raise GrantError("invalid_grant", 700082, "The refresh token has expired due to inactivity.")
        return consent

    def access_token(self, consent: Consent) -> str:
        """Return a token for the hour to come."""
        token = "EwB4A8l6." + secrets.token_urlsafe(48)
        self._access[token] = replace(consent, until=self._clock.now() + ACCESS_LIFE)
        return token

    def caller(self, token: str) -> Caller | None:
        """Return whom an access token speaks for, or None for one that is unknown, expired or revoked."""
        consent = self._access.get(token)
        if consent is None or consent.until < self._clock.now():
            return None
        return consent.caller

    def revoke(self, tenant_id: str, user: User | None = None) -> None:
        """Take back every token of a tenant, or of one of its people."""
        for kept in (self._access, self._refresh):
            for token, consent in list(kept.items()):
                if consent.tenant_id == tenant_id and user in (None, consent.user):
                    del kept[token]


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
