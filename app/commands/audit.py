"""The commands on the audit log: verifying it, and keeping the heads of its chains outside."""

import sys
from pathlib import Path

import click
from sqlalchemy import select

from app.audit.chain import DEPLOYMENT
from app.commands.context import print_lines, working_context
from app.proof.sheet_keeping import keep_heads, sheet_of
from app.proof.sheet_reading import sheets_at, sheets_of, worth_reading
from app.proof.sheets import Sheet
from app.proof.verification import Scope, gaps_in, verify_whole
from app.schools.models import School

_PLACE = click.Path(exists=True, path_type=Path)


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command("verify")
@click.option("--school", help="Only this school's chain.")
@click.option("--against", type=_PLACE, help="A sheet of heads or a folder of them; else those in stores.")
@click.option("--every-sheet", is_flag=True, help="Read every sheet in the stores, not only those of late.")
def verify_command(school: str | None, against: Path | None, *, every_sheet: bool) -> None:
    """Walk the hash chains and compare them with what was kept outside.

    Exits 1 naming the first bad entry of each chain; 2 where none is bad, but something that was kept
    outside is missing or cannot be read, which is told on the error output.
    """
    scope = Scope(None if school is None else frozenset({school}))
    with working_context() as context:
        with context.database.sessions() as session:
            schools = [each for each in session.scalars(select(School)) if scope.takes(each.code)]
        choose = sorted if every_sheet else worth_reading
        read = list(sheets_at(against) if against else sheets_of(context, schools, scope.takes, choose))
        with context.database.snapshot() as snapshot:
            breaks = verify_whole(snapshot, scope, [each for each in read if isinstance(each, Sheet)])
            gaps = gaps_in(snapshot, [] if against else schools, read)
    print_lines([f"{found.chain}: entry {found.number} {found.reason}" for found in breaks])
    for gap in gaps:
        click.echo(f"{gap.source}: {gap.reason}", err=True)
    sys.exit(1 if breaks else 2 if gaps else 0)


@audit.command("heads")
def heads_command() -> None:
    """Have the heads of all chains written into every school's store now, and print them as a sheet."""
    with working_context() as context:
        keep_heads(context)
        with context.database.transaction() as session:
            chains = [DEPLOYMENT, *session.scalars(select(School.code))]
            click.echo(sheet_of(session, chains)[0], nl=False)
