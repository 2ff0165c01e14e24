"""What people do behind the application's back, and what of it Drive then shows."""

import pytest

from emulators.frame import MeddleError
from emulators.google.directory import DRIVE
from tests.emulators.google_cloud import OFFICER, SCHOOL, GoogleCloud, download, folder, upload

CONTENT = b"%PDF-1.7\n"


def test_an_edit_changes_the_bytes_and_the_hash(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)
    google.meddle("edit", file=made["id"], content="forged")
    assert download(drive, made["id"]) == b"forged"
    shown = drive.files().get(fileId=made["id"], fields="md5Checksum,lastModifyingUser").execute()
    assert shown["md5Checksum"] != made["md5Checksum"]
    assert shown["lastModifyingUser"]["emailAddress"] != SCHOOL


def test_items_can_be_named_by_their_path(google: GoogleCloud) -> None:
    drive = google.user()
    outer = folder(drive, "Hồ sơ")["id"]
    made = upload(drive, CONTENT, outer)["id"]
    assert google.meddle("rename", file="Hồ sơ/a.pdf", name="b.pdf") == {"id": made}
    assert google.meddle("rename", file="/Hồ sơ/b.pdf", name="c.pdf", by=OFFICER) == {"id": made}
    with pytest.raises(MeddleError, match="no item"):
        google.meddle("trash", file="Hồ sơ/a.pdf")


def test_a_trashed_item_comes_back(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)["id"]
    google.meddle("trash", file=made)
    google.meddle("untrash", file=made)
    assert drive.files().get(fileId=made, fields="trashed").execute() == {"trashed": False}


def test_a_lock_can_be_broken(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)["id"]
    google.meddle("lock", file=made, reason="x")
    assert drive.files().get(fileId=made, fields="contentRestrictions(reason)").execute()
    google.meddle("unlock", file=made)
    assert drive.files().get(fileId=made, fields="contentRestrictions").execute() == {}


def test_a_stranger_adds_a_file_of_his_own(google: GoogleCloud) -> None:
    drive = google.user(scope=DRIVE)
    outer = folder(drive, "Hồ sơ")["id"]
    google.meddle("add", to=outer, name="lạ.pdf", by=OFFICER)
    (found,) = (
        drive.files().list(q=f"'{outer}' in parents", fields="files(name,owners,size)").execute()["files"]
    )
    assert found["name"] == "lạ.pdf"
    assert found["owners"][0]["emailAddress"] == OFFICER


def test_a_revoked_account_is_signed_out_everywhere(google: GoogleCloud) -> None:
    told = google.household.sign_in(SCHOOL, "app.example")
    google.meddle("revoke", account=SCHOOL)
    consents = google.emulator.world.directory.consents
    assert consents[told["refresh_token"]].revoked


@pytest.mark.parametrize(
    ("verb", "order"),
    [
        ("dance", {}),
        ("rename", {}),
        ("fill", {"account": "nobody@x.example"}),
        ("share", {"file": "nowhere"}),
    ],
)
def test_an_order_that_cannot_be_carried_out_says_why(
    google: GoogleCloud, verb: str, order: dict[str, str]
) -> None:
    with pytest.raises(MeddleError):
        google.meddle(verb, **order)
