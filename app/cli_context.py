"""What every command begins with: the settings, a served database, and the parts made on them."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.config import Settings
from app.context import Context, build_context
from app.embedded import embedded_database


def settings_of_environment() -> Settings:
    """Read the settings; the data folder exists afterwards. Raises `SettingError`."""
    settings = Settings.from_environment(_with_kept_secret(dict(os.environ)))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return settings


def _with_kept_secret(environment: dict[str, str]) -> dict[str, str]:
    """Let commands beside a running demo use the secret that the demo made for its data."""
    kept = Path(environment.get("KYDUYET_DATA_DIR") or "var") / "secret.key"
    if "KYDUYET_SECRET_KEY" not in environment and kept.exists():
        environment["KYDUYET_SECRET_KEY"] = kept.read_text(encoding="ascii")
    return environment


def kept_secret(data_dir: Path) -> str:
    """Return the secret kept with the data, making one at first."""
    path = data_dir / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


@contextmanager
def served_database(settings: Settings) -> Iterator[Settings]:
    """Yield the settings with a real database URL, serving the embedded PostgreSQL if need be."""
    if settings.database_url:
        yield settings
        return
    with embedded_database(settings.data_dir) as url:
        yield replace(settings, database_url=url)


@contextmanager
def opened_context() -> Iterator[Context]:
    """Yield the parts of a process that runs one command."""
    with served_database(settings_of_environment()) as settings:
        context = build_context(settings, pool_size=2)
        try:
            yield context
        finally:
            context.database.engine.dispose()
