"""Google Drive as rclone sees it."""

import json

from emulators.google.directory import DRIVE
from emulators.google.service import Google
from tests.emulators.remotes import Remote


def remote() -> Remote:
    """Return an emulator with one account, whose access token outlives the test."""
    google = Google()
    google.household.add_account("luutru@truong-a.example", limit=10**9)
    google.household.add_client("rclone", "secret")
    google.household.sign_in("luutru@truong-a.example", "rclone", frozenset({DRIVE}), token="t")
    token = json.dumps({"access_token": "t", "refresh_token": "r", "expiry": "2099-01-01T00:00:00Z"})
    config = (
        "[cloud]\ntype = drive\nscope = drive\nroot_folder_id = root\n"
        f"client_id = rclone\nclient_secret = secret\ntoken = {token}\n"
    )
    return Remote(google, config, ("www.googleapis.com", "oauth2.googleapis.com"))
