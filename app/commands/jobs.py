"""The commands on jobs: what is stuck, and having it tried again."""

import click

from app.commands.context import operator, print_lines, working_context
from app.stuck.queries import stuck_lines
from app.stuck.retrying import retry_as_operator


@click.group()
def jobs() -> None:
    """What is done in the background."""


@jobs.command("stuck")
def stuck_command() -> None:
    """Print what is stuck, a line each: number, since when (UTC), job, subject, whose it is, why."""
    with working_context() as context, context.database.transaction() as session:
        print_lines(stuck_lines(session))


@jobs.command("retry")
@click.argument("stuck_ids", metavar="NUMBER...", nargs=-1, required=True, type=click.IntRange(1, 2**31 - 1))
def retry_command(stuck_ids: tuple[int, ...]) -> None:
    """Have what is stuck tried again, by the numbers that `stuck` prints."""
    with working_context() as context:
        for stuck_id in stuck_ids:
            # A transaction each: the heads of several audit chains are locked in their order only.
            with context.database.transaction() as session:
                retry_as_operator(session, operator(), stuck_id)
