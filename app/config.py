"""Settings, read once from the environment; a missing or wrong one stops the start with its name."""

import base64
import hashlib
import ipaddress
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


_LONGEST_SOCKET = 100
"""Bytes of a socket's path that every kernel takes."""


class SettingError(ValueError):
    """A setting is missing or cannot be read; the text names it."""


@dataclass(frozen=True)
class Settings:
    """What a deployment decides; each field is the environment variable `KYDUYET_<NAME>`."""

    secret_key: str
    """Signs sessions and forms; at least 32 characters."""
    database_url: str = ""
    """A PostgreSQL URL, as the role of the web; empty: the embedded server in `data_dir`."""
    worker_database_url: str = ""
    """The same database as the role of workers and commands; empty: as the web's role."""
    owner_database_url: str = ""
    """The same database as the role that owns the tables, for migrations alone; empty: as the web's role."""
    data_dir: Path = Path("var")
    base_url: str = "http://127.0.0.1:8000"
    """Where people reach the product; printed in QR codes. Secure cookies follow its scheme."""
    max_upload_mb: int = 20
    max_pages: int = 500
    staging_url: str = ""
    """Empty: a folder in `data_dir`; otherwise `s3://bucket/prefix`."""
    metrics_allow: tuple[Network, ...] = (
        ipaddress.ip_network("127.0.0.1/32"),
        ipaddress.ip_network("::1/128"),
    )
    trusted_proxies: int = 0
    """How many reverse proxies in front set X-Forwarded-* headers."""
    socket: Path | None = None
    """Where the PDF sandbox listens; empty: in `data_dir`."""
    sandbox_demand: tuple[str, ...] = ()
    """Parts of the sandbox's fence without which it must not start: account, landlock, seccomp."""
    token_keys: tuple[str, ...] = ()
    """Fernet keys for the credentials of stores, the newest first; empty: one made from `secret_key`."""
    allowed_domains: tuple[str, ...] = ()
    """Domains (or Microsoft tenant ids) whose accounts may be connected; empty: any."""
    google_api_root: str = "https://www.googleapis.com"
    google_login_root: str = ""
    """Empty: Google's own hosts, or `google_api_root` where that is another's."""
    google_client_id: str = ""
    """Of the OAuth client that schools connect through in the browser; empty: not offered."""
    google_client_secret: str = ""
    microsoft_graph_root: str = "https://graph.microsoft.com/v1.0"
    microsoft_login_root: str = "https://login.microsoftonline.com"
    microsoft_client_id: str = ""
    """Of the app registration that schools connect through in the browser; empty: not offered."""
    microsoft_client_secret: str = ""
    mail_url: str = ""
    """`smtp://user:password@host:port` or `smtps://…`; empty: no mail is sent."""
    mail_from: str = ""
    session_hours: int = 12
    """How long a sign-in in a browser lasts at most: a working day."""
    session_idle_minutes: int = 120
    """After how long without a click a browser is signed out."""
    token_days: int = 30
    temporary_password_days: int = 7
    """How long a password that somebody else has given is good for choosing one's own."""

    @property
    def session_life(self) -> timedelta:
        """The longest that a browser stays signed in."""
        return timedelta(hours=self.session_hours)

    @property
    def session_idle(self) -> timedelta:
        """The longest that a browser stays signed in without a click."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def token_life(self) -> timedelta:
        """How long an API token is good for."""
        return timedelta(days=self.token_days)

    @property
    def temporary_password_life(self) -> timedelta:
        """How long a temporary password is good for."""
        return timedelta(days=self.temporary_password_days)

    def cookie_name(self, plain: str) -> str:
        """Return a cookie's name; over HTTPS one that no other host, and no plain page, can set."""
        return f"__Host-{plain}" if self.secure_cookies else plain

    @property
    def vault_keys(self) -> tuple[str, ...]:
        """The keys that open stored credentials; the one made from `secret_key` always comes last."""
        digest = hashlib.sha256(b"credentials of stores:" + self.secret_key.encode()).digest()
        return (*self.token_keys, base64.urlsafe_b64encode(digest).decode())

    @property
    def google_consent_url(self) -> str:
        """Where a person agrees to the connection."""
        return f"{self._google_login or 'https://accounts.google.com'}/o/oauth2/v2/auth"

    @property
    def google_token_url(self) -> str:
        """Where Google's tokens come from."""
        return f"{self._google_login or 'https://oauth2.googleapis.com'}/token"

    @property
    def _google_login(self) -> str:
        """What stands in for Google's sign-in, if anything does."""
        is_google = self.google_api_root == Settings.google_api_root
        return self.google_login_root or ("" if is_google else self.google_api_root)

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may travel over HTTPS only."""
        return self.base_url.startswith("https://")

    @property
    def sandbox_socket(self) -> Path:
        """Where the PDF sandbox listens: a short path, since kernels allow no long ones."""
        path = self.socket or self.data_dir / "sandbox.sock"
        return path if len(os.fsencode(path)) <= _LONGEST_SOCKET else _short_twin(path)

    def for_worker(self) -> "Settings":
        """Return the settings under which workers and commands come to the database."""
        return replace(self, database_url=self.worker_database_url or self.database_url)

    def for_owner(self) -> "Settings":
        """Return the settings under which migrations come to the database."""
        return replace(self, database_url=self.owner_database_url or self.database_url)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read every `KYDUYET_*` variable.

        Raises `SettingError` naming the first one that is missing or malformed.
        """
        read = _Reader(environment)
        return cls(
            secret_key=read.secret("SECRET_KEY"),
            database_url=read.text("DATABASE_URL", ""),
            worker_database_url=read.text("WORKER_DATABASE_URL", ""),
            owner_database_url=read.text("OWNER_DATABASE_URL", ""),
            data_dir=Path(read.text("DATA_DIR", "var")).absolute(),
            base_url=read.url("BASE_URL", cls.base_url),
            max_upload_mb=read.number("MAX_UPLOAD_MB", cls.max_upload_mb),
            max_pages=read.number("MAX_PAGES", cls.max_pages),
            staging_url=read.text("STAGING_URL", ""),
            metrics_allow=read.networks("METRICS_ALLOW", cls.metrics_allow),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0, least=0),
            socket=Path(given).absolute() if (given := read.text("SANDBOX_SOCKET", "")) else None,
            sandbox_demand=tuple(read.list("SANDBOX_DEMAND")),
            token_keys=read.keys("TOKEN_KEYS"),
            allowed_domains=tuple(domain.lower() for domain in read.list("ALLOWED_DOMAINS")),
            google_api_root=read.url("GOOGLE_API_ROOT", cls.google_api_root),
            google_login_root=read.text("GOOGLE_LOGIN_ROOT", "").rstrip("/"),
            google_client_id=read.text("GOOGLE_CLIENT_ID", ""),
            google_client_secret=read.text("GOOGLE_CLIENT_SECRET", ""),
            microsoft_graph_root=_versioned(read.url("MICROSOFT_GRAPH_ROOT", cls.microsoft_graph_root)),
            microsoft_login_root=read.url("MICROSOFT_LOGIN_ROOT", cls.microsoft_login_root),
            microsoft_client_id=read.text("MICROSOFT_CLIENT_ID", ""),
            microsoft_client_secret=read.text("MICROSOFT_CLIENT_SECRET", ""),
            mail_url=read.mail_url("MAIL_URL"),
            mail_from=read.text("MAIL_FROM", ""),
            session_hours=read.number("SESSION_HOURS", cls.session_hours),
            session_idle_minutes=read.number("SESSION_IDLE_MINUTES", cls.session_idle_minutes),
            token_days=read.number("TOKEN_DAYS", cls.token_days),
            temporary_password_days=read.number("TEMPORARY_PASSWORD_DAYS", cls.temporary_password_days),
        )


def _versioned(graph_root: str) -> str:
    """Return Graph's address with the version that is spoken here."""
    return graph_root if graph_root.endswith("/v1.0") else f"{graph_root}/v1.0"


def _short_twin(path: Path) -> Path:
    """Return a path in a folder that is this account's alone, the same for the same long path."""
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"kyduyet-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077:
        raise SettingError(
            f"{folder} belongs to somebody else: set KYDUYET_SANDBOX_SOCKET to a path of your own"
        )
    return folder / "sandbox.sock"


@dataclass(frozen=True)
class _Reader:
    environment: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        return self.environment.get(f"KYDUYET_{name}", default).strip()

    def secret(self, name: str) -> str:
        value = self.text(name, "")
        if len(value) < 32:
            raise SettingError(f"KYDUYET_{name} must be set to a secret of at least 32 characters")
        return value

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        if not value.startswith(("http://", "https://")):
            raise SettingError(f"KYDUYET_{name} must begin with http:// or https://, not {value!r}")
        return value

    def list(self, name: str) -> list[str]:
        return [part.strip() for part in self.text(name, "").split(",") if part.strip()]

    def keys(self, name: str) -> tuple[str, ...]:
        keys = tuple(self.list(name))
        try:
            for key in keys:
                Fernet(key)
        except ValueError as error:
            # The value stays out of the message: it may be a key with one letter wrong.
            raise SettingError(f"KYDUYET_{name} must list Fernet keys (32 bytes, url-safe base64)") from error
        return keys

    def mail_url(self, name: str) -> str:
        value = self.text(name, "")
        if value and (urlsplit(value).scheme not in {"smtp", "smtps"} or not urlsplit(value).hostname):
            raise SettingError(f"KYDUYET_{name} must look like smtp://user:password@host:port")
        return value

    def number(self, name: str, default: int, least: int = 1) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or int(value) < least:
            raise SettingError(f"KYDUYET_{name} must be a whole number of at least {least}, not {value!r}")
        return int(value)

    def networks(self, name: str, default: tuple[Network, ...]) -> tuple[Network, ...]:
        value = self.text(name, "")
        if not value:
            return default
        try:
            return tuple(ipaddress.ip_network(part.strip()) for part in value.split(","))
        except ValueError as error:
            raise SettingError(f"KYDUYET_{name} must list networks like 10.0.0.0/8: {error}") from error
