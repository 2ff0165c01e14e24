"""The commands on shares as a terminal runs them."""

from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.commands.shares import share
from app.context import Context
from app.running.worker import run_worker
from tests.shares.sharing import OFFICER, give, year

Cast = Any


def run(context: Context, *arguments: str) -> Result:
    settings = context.settings
    environment = {
        "KYDUYET_DATABASE_URL": settings.database_url,
        "KYDUYET_DATA_DIR": str(settings.data_dir),
        "KYDUYET_SECRET_KEY": settings.secret_key,
    }
    return CliRunner().invoke(share, list(arguments), env=environment)


def test_shares_are_listed_a_line_each(context: Context, cast: Cast) -> None:
    assert run(context, "list").output == ""
    given = give(context, cast.principal)
    run_worker(context, wait=False)
    (line,) = run(context, "list").output.splitlines()
    assert line.startswith(f"{given.id} truong-a {year()} phong {OFFICER} until ")
    assert line.endswith(" open")


def test_an_audit_that_finds_nothing_succeeds(context: Context) -> None:
    result = run(context, "audit", "truong-a")
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "truong-a", "--office", "phong"),
        ("add", "truong-a", "--office", "phong", "--email", OFFICER, "--until", "31/7/2027"),
        ("revoke", "first"),
        ("revoke", "0"),
        ("revoke", "99999999999"),
    ],
)
def test_what_is_typed_wrong_is_said_before_anything_is_done(
    context: Context, arguments: tuple[str, ...]
) -> None:
    result = run(context, *arguments)
    assert result.exit_code == 2
    assert "Error: " in result.output
