"""Settings, read once from the environment; a missing or wrong one stops the start with its name."""

import hashlib
import ipaddress
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
    """A PostgreSQL URL; empty: the embedded server in `data_dir`."""
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

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may travel over HTTPS only."""
        return self.base_url.startswith("https://")

    @property
    def sandbox_socket(self) -> Path:
        """Where the PDF sandbox listens: a short path, since kernels allow no long ones."""
        path = self.socket or self.data_dir / "sandbox.sock"
        return path if len(os.fsencode(path)) <= _LONGEST_SOCKET else _short_twin(path)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read every `KYDUYET_*` variable.

        Raises `SettingError` naming the first one that is missing or malformed.
        """
        read = _Reader(environment)
        return cls(
            secret_key=read.secret("SECRET_KEY"),
            database_url=read.text("DATABASE_URL", ""),
            data_dir=Path(read.text("DATA_DIR", "var")).absolute(),
            base_url=read.url("BASE_URL", cls.base_url),
            max_upload_mb=read.number("MAX_UPLOAD_MB", cls.max_upload_mb),
            max_pages=read.number("MAX_PAGES", cls.max_pages),
            staging_url=read.text("STAGING_URL", ""),
            metrics_allow=read.networks("METRICS_ALLOW", cls.metrics_allow),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0, least=0),
            socket=Path(given).absolute() if (given := read.text("SANDBOX_SOCKET", "")) else None,
        )


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
