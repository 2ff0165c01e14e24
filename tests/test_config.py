"""Settings are read from the environment, and a wrong one is named without being shown."""

import pytest

from app.config import SettingError, Settings
from app.storage.vault import Vault

SECRET = {"KYDUYET_SECRET_KEY": "k" * 32}
KEY = "T4x3Jc0vWcZ1o1l3bX0m0q1y2z3A4B5C6D7E8F9G0H0="


def read(**variables: str) -> Settings:
    return Settings.from_environment(SECRET | {f"KYDUYET_{name}": value for name, value in variables.items()})


def test_a_wrong_key_is_named_and_not_shown() -> None:
    with pytest.raises(SettingError, match="KYDUYET_TOKEN_KEYS") as refused:
        read(TOKEN_KEYS=f"{KEY},{KEY[:-3]}")
    assert KEY[:-3] not in str(refused.value)


def test_a_wrong_mail_server_is_named_and_its_password_not_shown() -> None:
    with pytest.raises(SettingError, match="KYDUYET_MAIL_URL") as refused:
        read(MAIL_URL="imap://somebody:topsecret@mail.example")
    assert "topsecret" not in str(refused.value)


def test_without_keys_of_its_own_a_deployment_keeps_credentials_under_its_secret() -> None:
    locked = Vault(read().vault_keys).lock({"a": 1})
    assert b'"a"' not in locked
    assert Vault(read(TOKEN_KEYS=KEY).vault_keys).open(locked) == {"a": 1}


def test_a_stand_in_for_googles_api_stands_in_for_its_sign_in_too() -> None:
    assert read().google_token_url == "https://oauth2.googleapis.com/token"
    assert read(GOOGLE_API_ROOT="http://127.0.0.1:9").google_token_url == "http://127.0.0.1:9/token"
    apart = read(GOOGLE_API_ROOT="http://127.0.0.1:9", GOOGLE_LOGIN_ROOT="http://127.0.0.1:8/")
    assert apart.google_consent_url == "http://127.0.0.1:8/o/oauth2/v2/auth"


@pytest.mark.parametrize("given", ["http://127.0.0.1:9", "http://127.0.0.1:9/v1.0/"])
def test_graph_is_spoken_to_in_the_version_that_is_known(given: str) -> None:
    assert read(MICROSOFT_GRAPH_ROOT=given).microsoft_graph_root == "http://127.0.0.1:9/v1.0"


def test_domains_are_compared_in_small_letters() -> None:
    assert read(ALLOWED_DOMAINS="Truong-A.example, so.example").allowed_domains == (
        "truong-a.example",
        "so.example",
    )
