"""What every command of the command line works in: settings, a served database, and refusals as sentences."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from app.config import SettingError, Settings
from app.context import Context, build_context
from app.embedded import EmbeddedDatabaseError, embedded_database
from app.errors import Refused
from app.storage.pacing import PutOff


class Sentences(click.Group):
    """A group whose commands end in a sentence where they would end in a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            sentences = f"{refusal.detail}\n{refusal.hint}" % refusal.values
            raise click.ClickException(sentences) from refusal
        except (EmbeddedDatabaseError, SettingError, PutOff) as error:
            raise click.ClickException(str(error)) from error


def read_settings() -> Settings:
    """Read the settings; beside a demo, those that the demo made for its data. The data folder exists."""
    settings = Settings.from_environment(_beside_a_demo(dict(os.environ)))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return settings


def kept_settings(data_dir: Path) -> Path:
    """Return where a demo with an emulated cloud leaves word of how to reach it."""
    return data_dir / "emulator/settings.json"


def _beside_a_demo(environment: dict[str, str]) -> dict[str, str]:
    """Let commands beside a running demo use the secret and the cloud that the demo made for its data."""
    data_dir = Path(environment.get("KYDUYET_DATA_DIR") or "var")
    secret, cloud = data_dir / "secret.key", kept_settings(data_dir)
    made: dict[str, str] = {}
    if secret.exists():
        made["KYDUYET_SECRET_KEY"] = secret.read_text(encoding="ascii")
    if cloud.exists():
        made |= json.loads(cloud.read_text(encoding="utf-8"))
    return made | environment


@contextmanager
def served(wanted: Settings) -> Iterator[Settings]:
    """Yield the settings with a real database URL, serving the embedded PostgreSQL if need be."""
    if wanted.database_url:
        yield wanted
        return
    with embedded_database(wanted.data_dir) as url:
        yield replace(wanted, database_url=url)


@contextmanager
def working_context() -> Iterator[Context]:
    """Yield the parts of this process, on a database that is served meanwhile."""
    with served(read_settings()) as ready:
        context = build_context(ready, pool_size=2)
        try:
            yield context
        finally:
            context.stores.close()
            context.database.engine.dispose()


def print_lines(lines: list[str]) -> None:
    """Print one line after the other."""
    for line in lines:
        click.echo(line)
