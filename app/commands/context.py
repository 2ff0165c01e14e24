"""What every command of the command line works in: settings, a served database, and refusals as sentences."""

import getpass
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from app.config import SettingError, Settings
from app.context import Context, build_context
from app.data_dir import prepare_data_dir
from app.database.embedded import EmbeddedDatabaseError, embedded_database
from app.database.privileges import NotTheOwner, Roles, owns_the_tables
from app.db import Database
from app.demo.cloud import kept_settings
from app.errors import Refused
from app.storage.pacing import PutOff

_log = logging.getLogger(__name__)

_UNFENCED = (
    "the database is reached as the owner of its tables, who could switch the audit log's guards off:"
    " make roles of their own for web and worker, see docs/administrator.md"
)


class Sentences(click.Group):
    """A group whose commands end in a sentence where they would end in a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            sentences = f"{refusal.detail}\n{refusal.hint}" % refusal.values
            raise click.ClickException(sentences) from refusal
        except (EmbeddedDatabaseError, NotTheOwner, SettingError, PutOff) as error:
            raise click.ClickException(str(error)) from error


def read_settings() -> Settings:
    """Read the settings; beside a demo, those that the demo made for its data. The data folder exists."""
    settings = Settings.from_environment(_beside_a_demo(dict(os.environ)))
    prepare_data_dir(settings.data_dir)
    return settings


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
    """Yield the settings with real database URLs, serving the embedded PostgreSQL if need be."""
    if wanted.database_url:
        yield wanted
        return
    with embedded_database(wanted.data_dir) as urls:
        yield replace(
            wanted,
            database_url=urls.web,
            worker_database_url=urls.worker,
            owner_database_url=urls.owner,
        )


def database_env(settings: Settings) -> dict[str, str]:
    """Return the environment of a part that comes to the database by these settings, and in no other way."""
    return {
        "KYDUYET_DATABASE_URL": settings.database_url,
        "KYDUYET_WORKER_DATABASE_URL": "",
        "KYDUYET_OWNER_DATABASE_URL": "",
    }


def demand_public_address(settings: Settings) -> None:
    """Raise `SettingError` where people would find nobody at the address that is printed for good."""
    host = urlsplit(settings.base_url).hostname or ""
    if host == "localhost" or host.endswith(".localhost") or _leads_nowhere(host):
        raise SettingError(
            f"KYDUYET_BASE_URL is {settings.base_url}, an address of this machine alone:"
            " set it to the one that people type, since it is printed in QR codes for good"
        )


def _leads_nowhere(host: str) -> bool:
    try:
        found = ip_address(host)
    except ValueError:
        return not host
    return found.is_loopback or found.is_unspecified


def warn_of_owner(settings: Settings) -> None:
    """Say in the log where a part comes to the database as the owner of the tables, which no fence holds."""
    database = Database(settings.database_url, pool_size=1)
    try:
        with database.engine.connect() as connection:
            if owns_the_tables(connection):
                _log.warning("%s", _UNFENCED)
    except OperationalError as error:
        _log.warning("the database does not answer yet: %s", type(error).__name__)
    finally:
        database.engine.dispose()


def roles_of(settings: Settings) -> Roles | None:
    """Return the roles of web and worker, to be let in by the owner; None where all come as one.

    Raises `SettingError` for a URL that names no user.
    """
    if not settings.owner_database_url:
        return None
    return Roles(_role_in(settings.database_url), _role_in(settings.for_worker().database_url))


def _role_in(url: str) -> str:
    parsed = make_url(url)
    name = parsed.username or parsed.query.get("user")
    if not isinstance(name, str):
        raise SettingError(
            "KYDUYET_DATABASE_URL and KYDUYET_WORKER_DATABASE_URL must name a user"
            " where KYDUYET_OWNER_DATABASE_URL is set"
        )
    return name


@contextmanager
def working_context() -> Iterator[Context]:
    """Yield the parts of this process, on a database that is served meanwhile."""
    with served(read_settings()) as ready:
        context = build_context(ready.for_worker(), pool_size=2)
        try:
            yield context
        finally:
            context.stores.close()
            context.database.engine.dispose()


def operator() -> str:
    """Return the account on the server; containers may run under a number without a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def print_lines(lines: list[str]) -> None:
    """Print one line after the other."""
    for line in lines:
        click.echo(line)
