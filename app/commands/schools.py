"""The commands that found offices and schools, where a page would have nobody to let in yet."""

from datetime import datetime

import click

from app.clock import today
from app.commands.context import working_context
from app.commands.founding import add_first_administrator, add_officer, found_office, found_school, office_of
from app.people.confirming import confirm_at_the_server
from app.people.request_queries import waiting_requests
from app.schools.models import Level
from app.schools.offices import KINDS, close_office, oversee, rename_office
from app.schools.queries import school_by_code

_DAY = click.DateTime(["%Y-%m-%d"])
_LEVELS = tuple(level.value for level in Level)


@click.group()
def office() -> None:
    """Offices that oversee schools."""


@office.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--parent", help="The code of the office above.")
def add_office(code: str, name: str, kind: str, parent: str | None) -> None:
    """Add an oversight office."""
    with working_context() as context, context.database.transaction() as session:
        found_office(session, code, name, kind, parent)


@office.command("rename")
@click.argument("code")
@click.argument("name")
@click.option("--from", "first", type=_DAY, required=True, help="The first day of the name.")
def rename_office_command(code: str, name: str, first: datetime) -> None:
    """Give an office another name from a day on; older papers keep the older one."""
    with working_context() as context, context.database.transaction() as session:
        rename_office(session, office_of(session, code), "system", name, first.date(), today())


@office.command("close")
@click.argument("code")
@click.option("--on", "last", type=_DAY, required=True, help="The last day of the office.")
@click.option("--successor", help="The code of the office that takes over its schools the day after.")
def close_office_command(code: str, last: datetime, successor: str | None) -> None:
    """Close an office, as those of districts on 30 June 2025, and put its schools under its successor."""
    with working_context() as context, context.database.transaction() as session:
        heir = office_of(session, successor) if successor else None
        close_office(session, office_of(session, code), "system", last.date(), heir, today())


@click.group()
def officer() -> None:
    """People of the oversight offices."""


@officer.command("add")
@click.argument("office_code")
@click.argument("email")
@click.argument("name")
def add_officer_command(office_code: str, email: str, name: str) -> None:
    """Add an officer and print the temporary password."""
    with working_context() as context, context.database.transaction() as session:
        password = add_officer(session, office_code, email, name)
    click.echo(password)


@click.group()
def school() -> None:
    """Schools."""


@school.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--level", "levels", type=click.Choice(_LEVELS), required=True, multiple=True)
@click.option("--office", "office_code", help="The code of the office that oversees it.")
@click.option("--department", "departments", multiple=True, help="A department's name; may be repeated.")
@click.option("--admin-email", required=True)
@click.option("--admin-name", required=True)
def add_school(
    code: str,
    name: str,
    levels: tuple[str, ...],
    office_code: str | None,
    departments: tuple[str, ...],
    admin_email: str,
    admin_name: str,
) -> None:
    """Add a school with its first records administrator and print the temporary password."""
    with working_context() as context, context.database.transaction() as session:
        founded = found_school(session, code, name, levels, office_code, departments)
        password = add_first_administrator(session, founded, admin_email, admin_name)
    click.echo(password)


@school.command("oversee")
@click.argument("code")
@click.option("--office", "office_code", required=True, help="The code of the office that is to oversee it.")
@click.option("--from", "first", type=_DAY, required=True, help="The first day of that.")
def oversee_command(code: str, office_code: str, first: datetime) -> None:
    """Put a school under another office from a day on; who oversaw it before stays on record."""
    with working_context() as context, context.database.transaction() as session:
        found, above = school_by_code(session, code), office_of(session, office_code)
        oversee(session, found, "system", above, first.date(), today())


@school.command("requests")
@click.argument("code")
def requests_command(code: str) -> None:
    """List what waits for a second person: a number, what is asked for, and for whom, a line each."""
    with working_context() as context, context.database.transaction() as session:
        for each in waiting_requests(session, school_by_code(session, code).id):
            click.echo(f"{each.request.id}\t{each.request.kind}\t{each.person.email}\t{each.asker}")


@school.command("confirm")
@click.argument("code")
@click.argument("number", type=int)
def confirm_command(code: str, number: int) -> None:
    """Confirm a request where neither school nor office has anybody who could, as for a first principal.

    The audit chain and the letters say that it was done at the server. Prints the second half of a new
    temporary password, if there is one; the first is shown to who asked.
    """
    with working_context() as context, context.database.transaction() as session:
        confirmed = confirm_at_the_server(session, school_by_code(session, code), number)
    if confirmed.half:
        click.echo(confirmed.half)
