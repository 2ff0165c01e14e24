"""Connecting a school's store: tried before it is kept, renewed in place, and never to a stranger."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from app.context import Context
from app.moves.connections import DomainNotAllowed, HoldsFiles, connect
from app.storage.accounts import Connection, rotate_keys
from app.storage.finding import CredentialsRefused, NotOurFolder, RootRequired
from app.storage.models import Provider, StoreState
from app.storage.vault import UnreadableSecrets, Vault
from tests.tree.clouds import SCHOOL, Sky, account_of, google_sky, microsoft_sky, queued, set_up
from tests.tree.steps import file_one, sign_off

Cast = Any
Pdf = Callable[..., bytes]
SKIES: dict[str, Callable[..., AbstractContextManager[Sky]]] = {
    "google": google_sky,
    "microsoft": microsoft_sky,
}
NEW_KEY = "T4x3Jc0vWcZ1o1l3bX0m0q1y2z3A4B5C6D7E8F9G0H0="


@pytest.fixture(params=[*SKIES])
def sky(request: pytest.FixtureRequest, context: Context) -> Iterator[Sky]:
    with SKIES[request.param](context) as opened:
        yield opened


def test_a_connected_school_files_into_its_own_cloud(sky: Sky, cast: Cast, pdf: Pdf) -> None:
    sky.connect()
    record = file_one(sky.context, cast, pdf("Bài 1"))
    files = [path for path in sky.paths() if path.endswith(f"{record.code}.pdf")]
    assert len(files) == 1
    assert "Trường Tiểu học A/" in files[0]
    assert not (sky.context.settings.data_dir / "tree" / SCHOOL).exists()


def test_a_folder_of_the_schools_name_is_made_once_however_often_one_connects(sky: Sky) -> None:
    first, again = sky.connect(), sky.connect()
    assert first.id == again.id
    assert [path for path in sky.paths() if "Trường Tiểu học A" in path] == ["Trường Tiểu học A"]


def test_wrong_credentials_are_refused_and_nothing_is_kept(sky: Sky) -> None:
    wrong = replace(sky.draft, secrets=sky.draft.secrets | {"client_secret": "wrong"})
    with pytest.raises(CredentialsRefused):
        connect(sky.context, SCHOOL, wrong, actor="")
    with pytest.raises(Exception, match="No row was found"):
        account_of(sky.context)


def test_a_folder_that_is_not_ours_is_refused(sky: Sky) -> None:
    stray = replace(sky.draft, settings=sky.draft.settings | {"root_id": "nobody-knows-this"})
    with pytest.raises(NotOurFolder):
        connect(sky.context, SCHOOL, stray, actor="")


def test_an_account_of_another_domain_is_refused_by_name(sky: Sky) -> None:
    strict = set_up(sky.context, allowed_domains=("giaoduc.example",))
    with pytest.raises(DomainNotAllowed) as refused:
        connect(strict, SCHOOL, sky.draft, actor="")
    assert refused.value.values["allowed"] == "giaoduc.example"
    assert refused.value.values["domain"]


def test_an_account_of_an_allowed_domain_is_taken(sky: Sky) -> None:
    allowed = ("truong-a.example", sky.furnished.get("tenant_id", ""))
    connect(set_up(sky.context, allowed_domains=allowed), SCHOOL, sky.draft, actor="")
    assert account_of(sky.context).state == StoreState.CONNECTED


def test_credentials_are_kept_encrypted_and_in_no_log(
    sky: Sky, cast: Cast, pdf: Pdf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sky.connect()
    file_one(sky.context, cast, pdf("Bài 1"))
    kept = account_of(sky.context)
    opened = sky.context.stores.vault.open(kept.secrets)
    names = ("client_secret", "refresh_token", "token", "access_token", "private_key", "cache")
    secrets = [opened[name] for name in names if opened.get(name)]
    assert secrets
    for secret in secrets:
        assert secret.encode() not in kept.secrets
        assert secret not in repr(kept.settings)
        assert secret not in caplog.text


def test_a_service_account_needs_a_shared_drive_and_works_in_it(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    with google_sky(context) as sky:
        robot = Connection(Provider.GOOGLE, secrets=sky.furnished["service_account"])
        with pytest.raises(RootRequired):
            connect(sky.context, SCHOOL, robot, actor="")
        drive = sky.furnished["shared_drive"]
        connect(sky.context, SCHOOL, replace(robot, settings={"root_id": drive}), actor="")
        record = file_one(sky.context, cast, pdf("Bài 1"))
        assert any(path.endswith(f"{record.code}.pdf") for path in sky.paths())
        assert account_of(sky.context).settings["shared_drive_id"] == drive


def test_a_school_with_filed_records_is_not_just_connected_elsewhere(sky: Sky, cast: Cast, pdf: Pdf) -> None:
    file_one(sky.context, cast, pdf("Bài 1"))
    before = sky.paths()
    with pytest.raises(HoldsFiles):
        sky.connect()
    assert sky.calls() == {}
    assert sky.paths() == before


def test_what_waited_for_the_local_folder_goes_to_the_cloud_under_its_lock(
    sky: Sky, cast: Cast, pdf: Pdf
) -> None:
    sign_off(sky.context, cast, pdf("Bài 1"))
    sky.connect()
    file_one(sky.context, cast, pdf("Bài 2"), title="Bài 2")
    assert len([path for path in sky.paths() if path.endswith(".pdf")]) == 2
    assert queued(sky.context) == []


def test_new_keys_take_over_and_the_old_one_is_needed_no_more(sky: Sky) -> None:
    sky.connect()
    renewed = set_up(sky.context, token_keys=(NEW_KEY,))
    with renewed.database.transaction() as session:
        assert rotate_keys(session, renewed.stores.vault) == 1
    kept = account_of(renewed).secrets
    assert Vault((NEW_KEY,)).open(kept)["client_secret"] == sky.draft.secrets["client_secret"]
    with pytest.raises(UnreadableSecrets):
        sky.context.stores.vault.open(kept)
