"""OneDrive as rclone sees it."""

import json

from emulators.microsoft.grants import Consent
from emulators.microsoft.service import Microsoft
from tests.emulators.remotes import Remote

ROOM = 10**9


def remote() -> Remote:
    """Return an emulator with one person who has signed in to rclone."""
    microsoft = Microsoft()
    # Debian's rclone sends its token with every fragment, which the live service lets pass.
    microsoft.world.refuse_uploads_with_token = False
    credentials = microsoft.furnish("https://graph.microsoft.com")
    directory = microsoft.world.directory
    user = directory.tenants[credentials["tenant_id"]].add_user("luutru", "Lưu trữ", ROOM)
    consent = Consent(
        directory.apps[credentials["client_id"]], user.tenant_id, user, "", microsoft.clock.now()
    )
    access = microsoft.login.grants.access_token(consent)
    token = json.dumps({"access_token": access, "refresh_token": "r", "expiry": "2099-01-01T00:00:00Z"})
    config = f"[cloud]\ntype = onedrive\ndrive_id = {user.drive_id}\ndrive_type = business\ntoken = {token}\n"
    return Remote(microsoft, config, ("graph.microsoft.com", "login.microsoftonline.com"))
