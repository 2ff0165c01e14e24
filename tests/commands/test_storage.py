"""The commands for stores, as somebody types them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands.main import main
from app.context import Context
from tests.tree.clouds import SCHOOL, Sky, account_of, google_sky, microsoft_sky

SKIES = {"google": google_sky, "microsoft": microsoft_sky}


@pytest.fixture(params=[*SKIES])
def sky(request: pytest.FixtureRequest, context: Context) -> Iterator[Sky]:
    with SKIES[request.param](context) as opened:
        yield opened


@pytest.fixture
def credentials(sky: Sky, tmp_path: Path) -> Path:
    """The file that the provider's console gives out."""
    file = tmp_path / "credentials.json"
    given = sky.furnished.get("authorized_user", sky.furnished)
    file.write_text(json.dumps(given), encoding="utf-8")
    return file


def run(sky: Sky, *command: str) -> Result:
    settings = sky.context.settings
    environment = {
        "KYDUYET_SECRET_KEY": settings.secret_key,
        "KYDUYET_DATABASE_URL": settings.database_url,
        "KYDUYET_DATA_DIR": str(settings.data_dir),
        "KYDUYET_GOOGLE_API_ROOT": settings.google_api_root,
        "KYDUYET_MICROSOFT_GRAPH_ROOT": settings.microsoft_graph_root,
        "KYDUYET_MICROSOFT_LOGIN_ROOT": settings.microsoft_login_root,
    }
    return CliRunner().invoke(main, command, env=environment)


def test_a_store_is_connected_by_the_names_of_the_contract(sky: Sky, credentials: Path) -> None:
    provider = str(sky.draft.provider)
    done = run(sky, "storage", "connect", SCHOOL, "--provider", provider, "--credentials", str(credentials))
    assert done.exit_code == 0, done.output
    account = account_of(sky.context)
    assert (account.provider, account.state) == (provider, "connected")


def test_a_file_that_is_no_credentials_connects_nothing_and_says_why(sky: Sky, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}", encoding="utf-8")
    provider = str(sky.draft.provider)
    done = run(sky, "storage", "connect", SCHOOL, "--provider", provider, "--credentials", str(wrong))
    assert done.exit_code == 1
    assert "thiếu hoặc sai mục" in done.output


def test_a_school_that_there_is_not_is_named_as_not_found(sky: Sky, credentials: Path) -> None:
    provider = str(sky.draft.provider)
    done = run(
        sky, "storage", "connect", "khong-co", "--provider", provider, "--credentials", str(credentials)
    )
    assert done.exit_code == 1
    assert "Không tìm thấy" in done.output
