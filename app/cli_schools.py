"""The commands that found offices and schools, where a page would have nobody to let in yet."""

import click

from app.cli_context import working_context
from app.founding import add_first_administrator, add_officer, found_office, found_school
from app.schools.models import Level

_KINDS = ("provincial_education_dept", "commune_people_committee", "commune_culture_society_office")
_LEVELS = tuple(level.value for level in Level)


@click.group()
def office() -> None:
    """Offices that oversee schools."""


@office.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice(_KINDS), required=True)
@click.option("--parent", help="The code of the office above.")
def add_office(code: str, name: str, kind: str, parent: str | None) -> None:
    """Add an oversight office."""
    with working_context() as context, context.database.transaction() as session:
        found_office(session, code, name, kind, parent)


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
