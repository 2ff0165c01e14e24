"""The command line: running the product and its parts, and the tools of whoever looks after it."""

import os
import secrets
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.catalogue.shipped import load_shipped_types
from app.cli_audit import audit
from app.cli_context import (
    Sentences,
    database_env,
    demand_public_address,
    kept_settings,
    print_lines,
    read_settings,
    roles_of,
    served,
    warn_of_owner,
    working_context,
)
from app.cli_schools import office, officer, school
from app.cli_shares import share
from app.cli_storage import storage
from app.config import Settings
from app.context import build_context
from app.data_dir import make_only_ours, prepare_data_dir
from app.db import Database
from app.demo.cloud import DemoCloud, new_demo_cloud
from app.demo.people import plant
from app.demo.records import due_mark
from app.embedded import erase_embedded_database, revive_embedded_database
from app.logs import configure_logging
from app.obligations.building import rebuild_where_never_built
from app.parts import address, is_free, samples_part, sandbox_part, web_part, worker_part
from app.processes import Child, exit_on_sigterm, supervise
from app.schema import migrate as bring_up_to_date
from app.storage.models import Provider
from app.tree.commands import tree_apply, tree_check, tree_plan
from app.tree.drift import tree_drift

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


@click.group(cls=Sentences)
def main() -> None:
    """Ký Duyệt: read, approve, sign off and file a school's professional records."""
    configure_logging()
    make_only_ours()
    exit_on_sigterm()


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data", "data_dir", type=click.Path(path_type=Path), help="Where everything is kept.")
@click.option("--fresh", is_flag=True, help="Start over: erases the demo's data first.")
@click.option("--empty", is_flag=True, help="Without sample records, when the demo's data is first made.")
@click.option("--cloud", type=click.Choice(["google", "microsoft"]), help="Emulate this cloud.")
def demo(host: str, port: int, data_dir: Path | None, fresh: bool, empty: bool, cloud: str | None) -> None:
    """Run the whole product with demo data in one foreground process."""
    data = (data_dir or Path(os.environ.get("KYDUYET_DATA_DIR") or "var")).absolute()
    _demand_free(host, port)
    if fresh:
        _erase(data)
    prepare_data_dir(data)
    os.environ.setdefault("KYDUYET_SECRET_KEY", _kept_secret(data))
    os.environ.setdefault("KYDUYET_BASE_URL", address(host, port))
    os.environ["KYDUYET_DATA_DIR"] = str(data)
    emulated = _demo_cloud(cloud, data)
    with served(read_settings()) as settings:
        _prepare(settings, partial(_plant, due_mark(data), empty))
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
                look_after=_keeper_of_the_database(data),
            )
        )


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def web(host: str, port: int) -> None:
    """Run the web server; any number of them may run."""
    _demand_free(host, port)
    wanted = read_settings()
    demand_public_address(wanted)
    with served(wanted) as settings:
        _run_part(settings, lambda env: web_part(host, port, env))


@main.command()
def worker() -> None:
    """Run a worker for the jobs; any number of them may run."""
    with served(read_settings()) as settings:
        _run_part(settings.for_worker(), worker_part)


@main.command()
def migrate() -> None:
    """Bring the database and the shipped catalogue up to date."""
    with served(read_settings()) as settings:
        _prepare(settings)


for command in (audit, office, officer, school, share, storage):
    main.add_command(command)


@main.group()
def tree() -> None:
    """A school's folders."""


@tree.command("plan")
@click.argument("school")
def plan_command(school: str) -> None:
    """Print the folders that are to be made, moved or renamed."""
    with working_context() as context:
        print_lines(tree_plan(context, school))


@tree.command("apply")
@click.argument("school")
def apply_command(school: str) -> None:
    """Make the folders; safe to run again after a kill."""
    with working_context() as context:
        print_lines(tree_apply(context, school))


@tree.command("check")
@click.option("--school", help="Only this school.")
def check_command(school: str | None) -> None:
    """Compare every filed record with the bytes in the store; exit 1 if anything differs."""
    with working_context() as context:
        differences = tree_check(context, school)
    print_lines(differences)
    sys.exit(1 if differences else 0)


@tree.command("drift")
@click.argument("school")
def drift_command(school: str) -> None:
    """Look at the store now and print what changed behind the application's back; exit 1 if anything."""
    with working_context() as context:
        changes = tree_drift(context, school)
    print_lines(changes)
    sys.exit(1 if changes else 0)


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


def _prepare(settings: Settings, plant_in: Callable[[Session], None] | None = None) -> None:
    database = Database(settings.for_owner().database_url, pool_size=1)
    bring_up_to_date(database.engine, roles=roles_of(settings))
    with database.transaction() as session:
        load_shipped_types(session)
        if plant_in:
            plant_in(session)
        rebuild_where_never_built(session)
    database.engine.dispose()


def _plant(due: Path, empty: bool, session: Session) -> None:
    """Add the demo's schools and people once, and leave word that their records are to follow."""
    if plant(session) and not empty:
        due.touch()


def _run_part(settings: Settings, part: Callable[[dict[str, str]], Child]) -> None:
    warn_of_owner(settings)
    own = replace(settings, socket=settings.data_dir / f"sandbox-{os.getpid()}.sock").sandbox_socket
    env = {
        "KYDUYET_SECRET_KEY": settings.secret_key,
        "KYDUYET_SANDBOX_SOCKET": str(own),
        **database_env(settings),
    }
    keeper = _keeper_of_the_database(settings.data_dir)
    sys.exit(supervise([sandbox_part(own, settings.sandbox_demand), part(env)], look_after=keeper))


def _keeper_of_the_database(data_dir: Path) -> Callable[[], None] | None:
    """Return what brings a dead embedded PostgreSQL back; a database of one's own is not ours to mend."""
    if os.environ.get("KYDUYET_DATABASE_URL"):
        return None
    return partial(revive_embedded_database, data_dir)


def _demand_free(host: str, port: int) -> None:
    if not is_free(host, port):
        raise click.ClickException(f"{host}:{port} is in use or cannot be listened on: choose another --port")


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
