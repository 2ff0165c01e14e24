"""The command that runs the whole product with demo data on one machine."""

import os
import secrets
import shutil
import sys
from functools import partial
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.commands.context import database_env, read_settings, served, warn_of_owner
from app.commands.starting import demand_free, keeper_of_the_database, prepare_database
from app.context import build_context
from app.data_dir import prepare_data_dir
from app.database.embedded import erase_embedded_database
from app.demo.cloud import DemoCloud, kept_settings, new_demo_cloud
from app.demo.people import plant
from app.demo.records import due_mark
from app.running.parts import address, samples_part, sandbox_part, web_part, worker_part
from app.running.supervisor import supervise
from app.storage.models import Provider

_DEMO_APPLICATION = "app.demo.wsgi:make_app()"
_DEMO_PARTS = (
    "postgres",
    "postgres.pass",
    "staging",
    "tree",
    "pages",
    "emulator",
    "secret.key",
    "samples.due",
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data", "data_dir", type=click.Path(path_type=Path), help="Where everything is kept.")
@click.option("--fresh", is_flag=True, help="Start over: erases the demo's data first.")
@click.option("--empty", is_flag=True, help="Without sample records, when the demo's data is first made.")
@click.option("--cloud", type=click.Choice(["google", "microsoft"]), help="Emulate this cloud.")
def demo(host: str, port: int, data_dir: Path | None, fresh: bool, empty: bool, cloud: str | None) -> None:
    """Run the whole product with demo data in one foreground process."""
    data = (data_dir or Path(os.environ.get("KYDUYET_DATA_DIR") or "var")).absolute()
    demand_free(host, port)
    if fresh:
        _erase(data)
    prepare_data_dir(data)
    os.environ.setdefault("KYDUYET_SECRET_KEY", _kept_secret(data))
    os.environ.setdefault("KYDUYET_BASE_URL", address(host, port))
    os.environ["KYDUYET_DATA_DIR"] = str(data)
    emulated = _demo_cloud(cloud, data)
    with served(read_settings()) as settings:
        prepare_database(settings, partial(_plant, due_mark(data), empty))
        warn_of_owner(settings)
        env = {"KYDUYET_SANDBOX_SOCKET": str(settings.sandbox_socket)}
        parts = [
            sandbox_part(settings.sandbox_socket, settings.sandbox_demand),
            worker_part(env | database_env(settings.for_worker())),
            web_part(host, port, env | database_env(settings), _DEMO_APPLICATION),
        ]
        if due_mark(data).exists():
            parts.append(samples_part(env | database_env(settings)))

        def say_ready() -> None:
            if emulated:
                emulated.connect_schools(build_context(settings, pool_size=1))
            click.echo(f"ready {address(host, port)}")

        sys.exit(
            supervise(
                [emulated.part, *parts] if emulated else parts,
                on_ready=say_ready,
                look_after=keeper_of_the_database(data),
            )
        )


def _demo_cloud(provider: str | None, data: Path) -> DemoCloud | None:
    """Return the emulated cloud asked for; an emulator forgets everything, so old data cannot go on."""
    if kept_settings(data).exists() or (provider and (data / "postgres").exists()):
        raise click.ClickException(
            "an emulated cloud holds its files in memory only: start over with --fresh"
        )
    if provider is None:
        return None
    emulated = new_demo_cloud(Provider(provider), data)
    os.environ.update(emulated.environment)
    return emulated


def _kept_secret(data_dir: Path) -> str:
    path = data_dir / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


def _plant(due: Path, empty: bool, session: Session) -> None:
    """Add the demo's schools and people once, and leave word that their records are to follow."""
    if plant(session) and not empty:
        due.touch()


def _erase(data: Path) -> None:
    if os.environ.get("KYDUYET_DATABASE_URL"):
        raise click.ClickException("--fresh erases the embedded database only: empty your own one yourself")
    if not data.exists():
        return
    erase_embedded_database(data)
    for name in _DEMO_PARTS:
        path = data / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
