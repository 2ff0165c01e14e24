"""Settings, read once from the environment; a missing or wrong one stops the start with its name."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


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

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may travel over HTTPS only."""
        return self.base_url.startswith("https://")

    @property
    def sandbox_socket(self) -> Path:
        """Where the PDF sandbox of this machine listens."""
        return self.data_dir / "sandbox.sock"

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
        )


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
