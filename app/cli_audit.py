"""The commands on the audit log: verifying it, and keeping the heads of its chains outside."""

import sys
from pathlib import Path

import click
from sqlalchemy import select

from app.audit.chain import DEPLOYMENT
from app.cli_context import print_lines, working_context
from app.proof.sheet_keeping import keep_heads, sheet_of, sheets_at, sheets_of
from app.proof.sheets import BadSheet, Sheet
from app.proof.verification import Scope, verify_whole
from app.schools.models import School

_PLACE = click.Path(exists=True, path_type=Path)


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command("verify")
@click.option("--school", help="Only this school's chain.")
@click.option("--against", type=_PLACE, help="A sheet of heads or a folder of them; else those in stores.")
def verify_command(school: str | None, against: Path | None) -> None:
    """Walk the hash chains and compare them with what was kept outside; exit 1 naming the first bad entry."""
    scope = Scope(None if school is None else frozenset({school}))
    with working_context() as context:
        with context.database.sessions() as session:
            schools = [each for each in session.scalars(select(School)) if scope.takes(each.code)]
        try:
            read = list(sheets_at(against) if against else sheets_of(context, schools))
        except BadSheet as error:
            raise click.ClickException(str(error)) from error
        sheets = [each for each in read if isinstance(each, Sheet)]
        for line in (each for each in read if isinstance(each, str)):
            click.echo(line, err=True)
        with context.database.snapshot() as snapshot:
            breaks = verify_whole(snapshot, scope, sheets)
    print_lines([f"{found.chain}: entry {found.number} {found.reason}" for found in breaks])
    sys.exit(1 if breaks else 0)


@audit.command("heads")
def heads_command() -> None:
    """Have the heads of all chains written into every school's store now, and print them as a sheet."""
    with working_context() as context:
        keep_heads(context)
        with context.database.transaction() as session:
            chains = [DEPLOYMENT, *session.scalars(select(School.code))]
            click.echo(sheet_of(session, chains)[0], nl=False)
