"""Commands about a school's folders: planning, making, and comparing them with what was filed."""

import sys

import click

from app.commands.context import print_lines, working_context
from app.drift.looks import tree_drift
from app.tree.commands import tree_apply, tree_check, tree_plan


@click.group()
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
