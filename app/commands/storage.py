"""Commands for the schools' stores: connecting without a browser, probing, and new keys."""

import sys
from pathlib import Path

import click

from app.commands.context import print_lines, working_context
from app.moves.connections import connect
from app.moves.credential_files import draft_from
from app.moves.decisions import begin_move
from app.moves.probing import probe
from app.storage.accounts import rotate_keys
from app.storage.models import Provider

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def storage() -> None:
    """Where the schools' trees are kept."""


@storage.command("connect")
@click.argument("school")
@click.option("--provider", required=True, type=click.Choice([each.value for each in Provider]))
@click.option("--credentials", type=_FILE, help="JSON from the provider's console.")
@click.option("--root", help="A folder (or shared drive) to build the tree in; else one is made.")
def connect_command(school: str, provider: Provider, credentials: Path | None, root: str | None) -> None:
    """Connect a school's store; the store is tried before it is saved."""
    with working_context() as context:
        draft = draft_from(context.settings, Provider(provider), credentials, root)
        account = connect(context, school, draft, actor="")
    print_lines([f"{school}: {account.provider} {account.account}".rstrip()])


@storage.command("move")
@click.argument("school")
@click.option("--provider", required=True, type=click.Choice([each.value for each in Provider]))
@click.option("--credentials", type=_FILE, help="JSON from the provider's console.")
@click.option("--root", help="A folder (or shared drive) to build the tree in; else one is made.")
def move_command(school: str, provider: Provider, credentials: Path | None, root: str | None) -> None:
    """Move a school to another store: the workers copy, compare and switch over; then confirm on the page."""
    with working_context() as context:
        draft = draft_from(context.settings, Provider(provider), credentials, root)
        move = begin_move(context, school, draft, actor="")
    print_lines([f"{school}: move {move.id} begun; /luu-tru/chuyen shows how far it is"])


@storage.command("probe")
@click.argument("school")
@click.option("--email", help="Also share the scratch folder with this address, and take it back.")
def probe_command(school: str, email: str | None) -> None:
    """Run the calls of docs/live-check.md on a connected account; exit 1 if one fails."""
    with working_context() as context:
        lines = probe(context, school, email)
    print_lines(lines)
    sys.exit(1 if any(line.startswith("FAILED") for line in lines) else 0)


@storage.command("rotate-keys")
def rotate_command() -> None:
    """Encrypt all kept credentials with the first of KYDUYET_TOKEN_KEYS."""
    with working_context() as context, context.database.transaction() as session:
        count = rotate_keys(session, context.stores.vault)
    print_lines([f"{count} credentials encrypted with the newest key"])
