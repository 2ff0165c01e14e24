"""The command line: running the product and its parts, and the tools of whoever looks after it."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace

import click

from app.commands.audit import audit
from app.commands.context import (
    Sentences,
    database_env,
    demand_public_address,
    read_settings,
    served,
    warn_of_owner,
)
from app.commands.demo import demo
from app.commands.jobs import jobs
from app.commands.schools import office, officer, school
from app.commands.shares import share
from app.commands.starting import demand_free, keeper_of_the_database, prepare_database
from app.commands.storage import storage
from app.commands.tree import tree
from app.config import Settings
from app.data_dir import make_only_ours
from app.logs import configure_logging
from app.running.parts import sandbox_part, web_part, worker_part
from app.running.supervisor import Child, exit_on_sigterm, supervise


@click.group(cls=Sentences)
def main() -> None:
    """Ký Duyệt: read, approve, sign off and file a school's professional records."""
    configure_logging()
    make_only_ours()
    exit_on_sigterm()


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def web(host: str, port: int) -> None:
    """Run the web server; any number of them may run."""
    demand_free(host, port)
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
        prepare_database(settings)


for command in (audit, demo, jobs, office, officer, school, share, storage, tree):
    main.add_command(command)


def _run_part(settings: Settings, part: Callable[[dict[str, str]], Child]) -> None:
    warn_of_owner(settings)
    own = replace(settings, socket=settings.data_dir / f"sandbox-{os.getpid()}.sock").sandbox_socket
    env = {
        "KYDUYET_SECRET_KEY": settings.secret_key,
        "KYDUYET_SANDBOX_SOCKET": str(own),
        **database_env(settings),
    }
    keeper = keeper_of_the_database(settings.data_dir)
    sys.exit(supervise([sandbox_part(own, settings.sandbox_demand), part(env)], look_after=keeper))
