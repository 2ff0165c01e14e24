"""Google's two kinds of credentials as JSON: a person's consent, or a service account's key."""

from datetime import UTC, datetime
from typing import Any

from google.oauth2 import credentials, service_account

from app.storage.policy import SignInAgain

USER_SCOPE = "https://www.googleapis.com/auth/drive.file"
"""Only what the application has made, or a person has picked for it: needs no review by Google."""
SERVICE_SCOPE = "https://www.googleapis.com/auth/drive"
"""A service account sees nothing but what it was given, so this is the school's folder too."""
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 -- an address

_User: Any = credentials.Credentials
_Service: Any = service_account.Credentials


def read_credentials(secrets: dict[str, Any]) -> Any:
    """Return google-auth's credentials from `authorized_user` or `service_account` JSON.

    An access token among the secrets is used until it expires. Raises `SignInAgain` when something is
    missing.
    """
    try:
        made = _READERS[secrets["type"]](secrets)
        made.token, made.expiry = secrets.get("token"), _expiry(secrets.get("expiry"))
    except (KeyError, ValueError) as error:
        raise SignInAgain from error
    return made


def with_token(secrets: dict[str, Any], present: Any) -> dict[str, Any]:
    """Return the secrets with the access token that the credentials hold now."""
    expiry = present.expiry.replace(tzinfo=UTC).isoformat() if present.expiry else None
    renewed = {"token": present.token, "expiry": expiry}
    if getattr(present, "refresh_token", None):
        renewed["refresh_token"] = present.refresh_token
    return secrets | renewed


def _read_user(secrets: dict[str, Any]) -> Any:
    return _User(
        token=None,
        refresh_token=secrets["refresh_token"],
        token_uri=secrets.get("token_uri", TOKEN_URI),
        client_id=secrets["client_id"],
        client_secret=secrets["client_secret"],
    )


def _read_service(secrets: dict[str, Any]) -> Any:
    return _Service.from_service_account_info(secrets, scopes=[SERVICE_SCOPE])


_READERS = {"authorized_user": _read_user, "service_account": _read_service}


def _expiry(text: str | None) -> datetime | None:
    """Return a time in UTC without a zone, as google-auth compares it."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None) if text else None
