"""Access tokens: kept while they are good, renewed when refused, given up when a person has to agree."""

import logging

import httpx
import msal
import pytest

from app.storage.onedrive.client import GRAPH, Call, GraphClient
from app.storage.onedrive.tokens import LOGIN, AppTokens, LoginHttp, PersonTokens, Registration
from app.storage.policy import OutOfReach, SignInAgain
from tests.emulators.microsoft_cloud import MicrosoftCloud
from tests.storage.onedrive.school import INSIDE, School

SCOPES = ("https://graph.microsoft.com/Files.ReadWrite.All",)


def person(school: School, kept: list[str]) -> PersonTokens:
    """Have a person agree in his browser, and keep what msal got for it."""
    cache = msal.SerializableTokenCache()
    application = school.registration().application(cache)
    with MicrosoftCloud(school.emulator, school.credentials["login_root"]) as browser:
        flow = application.initiate_auth_code_flow(
            list(SCOPES), redirect_uri="http://localhost/back", response_mode="form_post"
        )
        application.acquire_token_by_auth_code_flow(flow, browser.answer(flow, user=INSIDE))
    return PersonTokens(school.registration(), SCOPES, cache.serialize(), kept.append)


def me(school: School, tokens: AppTokens | PersonTokens) -> object:
    return GraphClient(tokens, school.credentials["graph_root"]).send(Call("GET", "/me")).body["mail"]


def test_one_token_serves_many_calls(school: School) -> None:
    for _ in range(3):
        school.store.space()
    assert school.made() == ["drives.get"] * 3


def test_a_token_that_has_ended_is_renewed_without_anybody_noticing(school: School) -> None:
    school.emulator.login.grants.revoke(school.credentials["tenant_id"])
    school.store.space()
    assert school.made() == ["refused", "drives.get"]


def test_a_person_stays_signed_in_by_the_refresh_token(school: School) -> None:
    kept: list[str] = []
    tokens = person(school, kept)
    assert me(school, tokens) == INSIDE
    assert kept == []
    assert tokens.token() != tokens.renewed()
    again = PersonTokens(school.registration(), SCOPES, kept[-1], kept.append)
    assert me(school, again) == INSIDE


def test_a_grant_that_was_revoked_has_to_be_given_again(school: School) -> None:
    tokens = person(school, [])
    school.emulator.meddle({"verb": "revoke", "account": INSIDE})
    with pytest.raises(SignInAgain):
        me(school, tokens)


def test_without_anybody_signed_in_there_is_no_token(school: School) -> None:
    with pytest.raises(SignInAgain):
        PersonTokens(school.registration(), SCOPES, "{}", print).token()


def test_a_wrong_secret_has_to_be_mended_by_a_person(school: School) -> None:
    with pytest.raises(SignInAgain):
        AppTokens(school.registration(secret="wrong")).token()


def test_an_unknown_tenant_has_to_be_mended_by_a_person(school: School) -> None:
    known = school.registration()
    with pytest.raises(SignInAgain):
        AppTokens(
            Registration(known.client_id, known.client_secret, "nowhere.example", known.login_root)
        ).token()


def test_a_sign_in_service_that_does_not_answer_is_tried_again(school: School) -> None:
    tokens = AppTokens(school.registration())
    school.fault(operation="login.*", cut="before", times=1)
    with pytest.raises(OutOfReach):
        tokens.token()
    assert tokens.token()


@pytest.mark.parametrize("operation", ["login.discovery", "login.token"])
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_sign_in_service_that_is_busy_or_broken_disconnects_nobody(
    school: School, operation: str, status: int
) -> None:
    tokens = AppTokens(school.registration())
    school.fault(operation=operation, status=status)
    with pytest.raises(OutOfReach):
        tokens.token()
    assert tokens.token()


def test_only_the_sign_in_service_itself_is_replaced(school: School) -> None:
    here = LoginHttp(school.credentials["login_root"])
    answer = here.get(f"{LOGIN}/{school.credentials['tenant_id']}/v2.0/.well-known/openid-configuration")
    assert answer.status_code == 200
    with pytest.raises(httpx.ConnectError):
        here.get("http://127.0.0.1:9/")


def test_no_token_and_no_secret_is_written_to_the_log(
    school: School, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    kept: list[str] = []
    tokens = person(school, kept)
    secrets = [tokens.token(), tokens.renewed(), school.credentials["client_secret"]]
    me(school, tokens)
    assert caplog.text
    assert [secret for secret in secrets if secret in caplog.text] == []
    assert school.credentials["client_secret"] not in repr(school.registration())


def test_the_real_services_are_the_default() -> None:
    assert Registration("id", "secret").login_root == "https://login.microsoftonline.com"
    assert GRAPH == "https://graph.microsoft.com/v1.0"
