"""The commands on shares of schools' years with those who oversee them."""

import sys
from datetime import datetime

import click

from app.commands.context import operator, print_lines, working_context
from app.shares.commands import Order, share_add, share_audit, share_list, share_revoke

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def share() -> None:
    """Read-only shares of a school's year with oversight offices."""


@share.command("add")
@click.argument("school")
@click.option("--office", required=True, help="The code of the office that is to read.")
@click.option("--email", required=True, help="The reader's address at the store's provider.")
@click.option("--until", type=_DAY, help="The last day, like 2027-07-31; else the end of the school year.")
@click.option("--year", default="", help="The school year, like 2026-2027; else the present one.")
def add_command(school: str, office: str, email: str, until: datetime | None, year: str) -> None:
    """Let somebody of an office read a school year until a day; again: until another day."""
    order = Order(school, office, email, until.date() if until else None, year)
    with working_context() as context:
        print_lines(share_add(context, operator(), order))


@share.command("list")
def list_command() -> None:
    """Print every share: number, school, year, office, reader, last day and state."""
    with working_context() as context:
        print_lines(share_list(context))


@share.command("revoke")
@click.argument("share_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
def revoke_command(share_id: int) -> None:
    """End a share before its time, or refuse a request."""
    with working_context() as context:
        print_lines(share_revoke(context, operator(), share_id))


@share.command("audit")
@click.argument("school")
@click.option("--close-links", is_flag=True, help="Close the public links that are found.")
def audit_command(school: str, *, close_links: bool) -> None:
    """Compare the permissions in the store with what was decided; exit 1 if anything differs."""
    with working_context() as context:
        found = share_audit(context, operator(), school, close_links=close_links)
    print_lines(found)
    sys.exit(1 if found else 0)
