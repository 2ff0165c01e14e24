"""Signing in with Google: the browser's way, refresh tokens, service accounts, and their ends."""

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient.errors import HttpError

from emulators.google.directory import DRIVE, DRIVE_FILE
from tests.emulators.google_cloud import CLIENT, SCHOOL, GoogleCloud, reason

BACK = "http://127.0.0.1:8000/cloud/google/back"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "client_id": CLIENT,
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": f"openid email {DRIVE_FILE}",
    "state": "s1",
    "access_type": "offline",
    "prompt": "consent",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.fixture
def browser(google: GoogleCloud) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=google.origin) as client:
        yield client


def agree(browser: httpx.Client, account: str = SCHOOL, **changed: str) -> dict[str, str]:
    asked = {**ASKED, **changed}
    form = {"account": account, "scope": asked["scope"].split()}
    answer = browser.post("/o/oauth2/v2/auth", params=asked, data=form)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{BACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def redeem(browser: httpx.Client, code: str, **changed: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": CLIENT,
        "client_secret": "secret",
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    return browser.post("/token", data={**form, **changed})


def userinfo(browser: httpx.Client, token: str) -> httpx.Response:
    return browser.get("/v1/userinfo", headers={"Authorization": f"Bearer {token}"})


def test_the_page_shows_the_accounts_and_what_is_asked_for(browser: httpx.Client) -> None:
    page = browser.get("/o/oauth2/v2/auth", params=ASKED).text
    assert SCHOOL in page
    assert DRIVE_FILE in page


def test_a_code_becomes_tokens_that_tell_the_domain(browser: httpx.Client) -> None:
    back = agree(browser)
    assert back["state"] == "s1"
    tokens = redeem(browser, back["code"]).json()
    told = userinfo(browser, tokens["access_token"]).json()
    assert (told["email"], told["hd"]) == (SCHOOL, "truong-a.example")
    assert tokens["refresh_token"]
    assert set(tokens["scope"].split()) == {
        "openid",
        DRIVE_FILE,
        "https://www.googleapis.com/auth/userinfo.email",
    }


def test_a_private_account_has_no_domain_of_its_own(google: GoogleCloud, browser: httpx.Client) -> None:
    google.household.add_account("ai.do@gmail.example", workspace=False)
    tokens = redeem(browser, agree(browser, "ai.do@gmail.example")["code"]).json()
    assert "hd" not in userinfo(browser, tokens["access_token"]).json()


def test_refusing_sends_the_person_back_with_the_reason(browser: httpx.Client) -> None:
    assert agree(browser, account="") == {"state": "s1", "error": "access_denied"}


def test_a_scope_that_was_not_ticked_is_not_granted(google: GoogleCloud, browser: httpx.Client) -> None:
    answer = browser.post("/o/oauth2/v2/auth", params=ASKED, data={"account": SCHOOL, "scope": ["openid"]})
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    tokens = redeem(browser, code).json()
    assert tokens["scope"] == "openid"
    drive = google.connect(Credentials(token=tokens["access_token"]))
    with pytest.raises(HttpError) as refused:
        drive.files().list().execute()
    assert reason(refused.value) == (403, "insufficientPermissions")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_verifier": "x" * 50}, "invalid_grant"),
        ({"redirect_uri": "http://elsewhere.example/"}, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_code_is_given_only_to_who_asked_for_it(
    browser: httpx.Client, changed: dict[str, str], error: str
) -> None:
    assert redeem(browser, agree(browser)["code"], **changed).json()["error"] == error


def test_a_code_works_once_and_not_for_long(google: GoogleCloud, browser: httpx.Client) -> None:
    code, later = agree(browser)["code"], agree(browser)["code"]
    assert redeem(browser, code).status_code == 200
    assert redeem(browser, code).json()["error"] == "invalid_grant"
    google.emulator.clock.advance(601)
    assert redeem(browser, later).json()["error"] == "invalid_grant"


def test_without_offline_access_there_is_no_refresh_token(browser: httpx.Client) -> None:
    code = agree(browser, access_type="online")["code"]
    assert "refresh_token" not in redeem(browser, code).json()


@pytest.mark.parametrize("changed", [{"client_id": "nobody"}, {"response_type": "token"}, {"scope": ""}])
def test_a_request_that_is_wrong_gets_no_page(browser: httpx.Client, changed: dict[str, str]) -> None:
    assert browser.get("/o/oauth2/v2/auth", params={**ASKED, **changed}).status_code == 400


def test_a_redirect_address_must_be_registered(google: GoogleCloud, browser: httpx.Client) -> None:
    google.household.add_client(CLIENT, "secret", "https://other.example/back")
    assert "redirect_uri_mismatch" in browser.get("/o/oauth2/v2/auth", params=ASKED).text


def connected(google: GoogleCloud) -> Credentials:
    told = google.household.sign_in(SCHOOL, CLIENT)
    return Credentials(
        None,
        refresh_token=told["refresh_token"],
        client_id=CLIENT,
        client_secret="secret",
        token_uri=f"{google.origin}/token",
    )


def test_an_expired_access_token_is_refreshed_by_the_client(google: GoogleCloud) -> None:
    drive = google.connect(connected(google))
    drive.about().get(fields="user").execute()
    google.emulator.clock.advance(3600)
    drive.about().get(fields="user").execute()
    assert google.emulator.counters.calls("oauth.token") == 2


def test_a_revoked_consent_ends_its_access_tokens_and_refreshing(
    google: GoogleCloud, browser: httpx.Client
) -> None:
    credentials = connected(google)
    drive = google.connect(credentials)
    drive.about().get(fields="user").execute()
    assert browser.post("/revoke", data={"token": credentials.refresh_token}).status_code == 200
    with pytest.raises(RefreshError, match="invalid_grant"):
        drive.about().get(fields="user").execute()
    assert browser.post("/revoke", data={"token": "never was"}).status_code == 400


def test_a_token_that_is_unknown_is_refused(google: GoogleCloud) -> None:
    drive = google.connect(Credentials(token="nonsense"))
    with pytest.raises(RefreshError):
        drive.files().list().execute()
    with httpx.Client(base_url=google.origin) as plain:
        answer = plain.get("/drive/v3/files", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert answer.json()["error"]["errors"][0]["reason"] == "authError"


def test_a_service_account_with_a_clock_ten_minutes_ahead_is_told_so(google: GoogleCloud) -> None:
    google.emulator.clock.advance(-600)
    with pytest.raises(RefreshError, match="reasonable timeframe"):
        google.service().about().get(fields="user").execute()


def test_a_service_account_without_delegation_is_nobody_else(google: GoogleCloud) -> None:
    with pytest.raises(RefreshError, match="unauthorized_client"):
        google.service(subject=SCHOOL).about().get(fields="user").execute()


def test_a_service_account_needs_its_own_key(google: GoogleCloud) -> None:
    robot = google.service("first@emulator.example")
    google.household.add_service_account("first@emulator.example")
    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        robot.about().get(fields="user").execute()


def test_shared_drives_are_not_for_the_narrow_scope(google: GoogleCloud) -> None:
    with pytest.raises(HttpError) as refused:
        google.user(scope=DRIVE_FILE).drives().list().execute()
    assert reason(refused.value) == (403, "insufficientPermissions")
    assert google.user(scope=DRIVE).drives().list().execute()["drives"] == []
