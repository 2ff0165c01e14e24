"""Tokens: kept when they are new, renewed when they end, and what is said when there are none any more."""

import logging
from contextlib import closing
from typing import Any

import pytest

from app.storage.google_drive.client import DriveClient
from app.storage.google_drive.errors import ClockWrong
from app.storage.google_drive.store import GoogleStore
from app.storage.policy import OutOfReach, SignInAgain, Then
from tests.storage.google_case import Drive
from tests.storage.memory import FreePacer, MemoryLedger

HOUR = 3600


def connected(drive: Drive, secrets: dict[str, Any], kept: list[dict[str, Any]]) -> DriveClient:
    return DriveClient(secrets, kept.append, api_root=drive.furnished["api_root"])


def about(client: DriveClient) -> str:
    answer = client.send(client.api.about().get(fields="user(emailAddress)"))
    return str(answer["user"]["emailAddress"])


def sign_ins(drive: Drive) -> int:
    return drive.emulator.counters.calls("oauth.token")


@pytest.mark.parametrize("kind", ["authorized_user", "service_account"])
def test_a_new_token_is_kept_and_used_by_the_next_process(drive: Drive, kind: str) -> None:
    kept: list[dict[str, Any]] = []
    with closing(connected(drive, drive.furnished[kind], kept)) as client:
        account = about(client)
        about(client)
    assert len(kept) == 1
    assert kept[0]["token"]
    assert {key: kept[0][key] for key in drive.furnished[kind]} == drive.furnished[kind]
    before = sign_ins(drive)
    with closing(connected(drive, kept[0], kept)) as client:
        assert about(client) == account
    assert sign_ins(drive) == before


def test_a_token_that_has_ended_is_renewed_without_a_word(drive: Drive) -> None:
    drive.emulator.clock.advance(2 * HOUR)
    before = drive.kept[-1]["token"]
    drive.store().make_folder("a")
    assert drive.paths() == ["a"]
    assert drive.kept[-1]["token"] != before


def test_a_revoked_grant_asks_for_a_person(drive: Drive) -> None:
    drive.meddle("revoke", account=drive.furnished["account"])
    with pytest.raises(SignInAgain) as refused:
        drive.store().make_folder("a")
    assert refused.value.then is Then.STOP_SCHOOL


def test_a_token_that_is_refused_although_it_was_renewed_asks_for_a_person(drive: Drive) -> None:
    drive.fault(operation="files.create", kind="revoked_token", times=None)
    with pytest.raises(SignInAgain):
        drive.store().make_folder("a")


def test_no_answer_from_the_sign_in_is_no_reason_to_ask_anybody(drive: Drive) -> None:
    drive.emulator.clock.advance(2 * HOUR)
    drive.fault(operation="oauth.token", cut="before", times=None)
    with pytest.raises(OutOfReach):
        drive.store().make_folder("a")


@pytest.mark.parametrize("minutes", [-10, 70])
def test_a_clock_that_is_off_is_named(drive: Drive, minutes: int) -> None:
    drive.emulator.clock.advance(minutes * 60)
    client = connected(drive, drive.furnished["service_account"], [])
    with closing(client), pytest.raises(ClockWrong) as refused:
        about(client)
    assert refused.value.then is Then.STOP_ALL


@pytest.mark.parametrize(
    "secrets", [{}, {"type": "authorized_user"}, {"type": "service_account"}, {"type": "x"}]
)
def test_credentials_with_something_missing_are_refused_at_once(
    drive: Drive, secrets: dict[str, Any]
) -> None:
    with pytest.raises(SignInAgain):
        connected(drive, secrets, [])


def test_nobody_at_the_address_is_out_of_reach(drive: Drive) -> None:
    client = DriveClient(drive.kept[-1], drive.kept.append, api_root="http://127.0.0.1:9")
    with closing(client), pytest.raises(OutOfReach):
        about(client)


def test_an_answer_that_does_not_come_is_not_waited_for_longer_than_said(drive: Drive) -> None:
    drive.fault(operation="about.get", delay=2.0)
    client = DriveClient(drive.kept[-1], drive.kept.append, api_root=drive.furnished["api_root"], timeout=0.2)
    with closing(client), pytest.raises(OutOfReach):
        about(client)


def test_the_late_answer_to_one_question_is_not_taken_for_the_next(drive: Drive) -> None:
    client = DriveClient(drive.kept[-1], drive.kept.append, api_root=drive.furnished["api_root"], timeout=0.2)
    drive.fault(operation="about.get", delay=0.3)
    with closing(client):
        with pytest.raises(OutOfReach):
            about(client)
        store = GoogleStore(client, MemoryLedger(), FreePacer(), drive.root_id, shared_drive_id=None)
        assert store.state(drive.root_id).name == "Trường A"


def test_after_a_broken_answer_the_next_call_begins_afresh(drive: Drive) -> None:
    drive.fault(operation="about.get", cut="during")
    with pytest.raises(OutOfReach):
        about(drive.client)
    drive.client.send(drive.client.api.files().create(body={"name": "a"}))
    assert drive.emulator.counters.calls("files.create") == 2


@pytest.mark.parametrize(("idle", "connections"), [(60.0, 1), (0.0, 2)])
def test_a_connection_that_was_idle_too_long_is_not_used_again(
    drive: Drive, idle: float, connections: int
) -> None:
    client = DriveClient(drive.kept[-1], drive.kept.append, api_root=drive.furnished["api_root"], idle=idle)
    used = set()
    with closing(client):
        for _ in range(2):
            about(client)
            used.update(client._http.connections.values())
    assert len(used) == connections


def test_tokens_and_keys_are_in_no_log(drive: Drive, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="googleapiclient")
    drive.emulator.clock.advance(2 * HOUR)
    drive.fault(operation="files.create", kind="backend", skip=1)
    drive.store().make_folder("a")
    assert "URL being requested" in caplog.text
    secret = {drive.kept[-1]["token"], drive.furnished["authorized_user"]["refresh_token"]}
    assert not [word for word in secret if word in caplog.text]
