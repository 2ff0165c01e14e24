"""The changes feed tells what became of the items since the last look, and nothing else."""

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from emulators.google.directory import DRIVE
from tests.emulators.google_cloud import OFFICER, SCHOOL, GoogleCloud, folder, reason, upload

CONTENT = b"%PDF-1.7\n"
FIELDS = "nextPageToken,newStartPageToken,changes(fileId,removed,driveId,file(id,name,trashed,version))"


def start(drive: Any, **more: Any) -> str:
    token: str = drive.changes().getStartPageToken(**more).execute()["startPageToken"]
    return token


def changes(drive: Any, token: str, **more: Any) -> list[dict[str, Any]]:
    answer = drive.changes().list(pageToken=token, fields=FIELDS, **more).execute()
    found: list[dict[str, Any]] = answer["changes"]
    return found


def test_nothing_new_is_an_empty_page_with_a_new_token(google: GoogleCloud) -> None:
    drive = google.user()
    upload(drive, CONTENT)
    token = start(drive)
    answer = drive.changes().list(pageToken=token).execute()
    assert answer["changes"] == []
    assert answer["newStartPageToken"] == token


@pytest.mark.parametrize(
    ("verb", "order", "seen"),
    [
        ("edit", {"content": "x"}, {"name": "a.pdf", "trashed": False}),
        ("rename", {"name": "b.pdf"}, {"name": "b.pdf", "trashed": False}),
        ("trash", {}, {"name": "a.pdf", "trashed": True}),
        ("unlock", {}, {"name": "a.pdf", "trashed": False}),
        ("share", {"with": "ai@do.example"}, {"name": "a.pdf", "trashed": False}),
    ],
)
def test_what_people_do_shows(
    google: GoogleCloud, verb: str, order: dict[str, str], seen: dict[str, Any]
) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)
    token = start(drive)
    google.meddle(verb, file=made["id"], **order)
    (change,) = changes(drive, token)
    assert {name: change["file"][name] for name in seen} == seen
    assert int(change["file"]["version"]) > int(made["version"])


def test_only_the_last_of_many_changes_of_one_item_is_told(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)["id"]
    token = start(drive)
    google.meddle("rename", file=made, name="b.pdf")
    google.meddle("rename", file=made, name="c.pdf")
    (change,) = changes(drive, token)
    assert change["file"]["name"] == "c.pdf"


def test_deleting_shows_as_removed_for_everything_below(google: GoogleCloud) -> None:
    drive = google.user()
    outer = folder(drive, "Tổ 1")["id"]
    inner = upload(drive, CONTENT, outer)["id"]
    token = start(drive)
    google.meddle("delete", file=outer)
    assert {(each["fileId"], each["removed"]) for each in changes(drive, token)} == {
        (outer, True),
        (inner, True),
    }


def test_losing_access_shows_as_removed_to_who_lost_it_only(google: GoogleCloud) -> None:
    drive, officer = google.user(), google.user(OFFICER, DRIVE)
    made = upload(drive, CONTENT)["id"]
    google.meddle("share", file=made, **{"with": OFFICER})
    token = start(officer)
    google.meddle("unshare", file=made, **{"with": OFFICER})
    assert [each["removed"] for each in changes(officer, token)] == [True]
    assert [each["removed"] for each in changes(drive, token)] == [False]


def test_reading_makes_no_noise(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)["id"]
    token = start(drive)
    drive.files().get(fileId=made).execute()
    drive.files().get_media(fileId=made).execute()
    drive.permissions().list(fileId=made).execute()
    assert changes(drive, token) == []


def test_changes_come_in_pages(google: GoogleCloud) -> None:
    drive = google.user()
    token = start(drive)
    made = [folder(drive, f"Lớp {number}")["id"] for number in range(5)]
    first = drive.changes().list(pageToken=token, pageSize=3, fields=FIELDS).execute()
    assert "newStartPageToken" not in first
    second = drive.changes().list(pageToken=first["nextPageToken"], pageSize=3, fields=FIELDS).execute()
    assert "nextPageToken" not in second
    assert [each["fileId"] for each in first["changes"] + second["changes"]] == made


def test_a_client_with_the_narrow_scope_is_not_told_of_strangers_files(google: GoogleCloud) -> None:
    drive, everything = google.user(), google.user(scope=DRIVE)
    outer = folder(drive, "Hồ sơ")["id"]
    token = start(drive)
    google.meddle("add", to=outer, name="lạ.pdf", by=SCHOOL)
    assert changes(drive, token) == []
    assert [each["file"]["name"] for each in changes(everything, token)] == ["lạ.pdf"]


def test_a_shared_drive_has_a_log_of_its_own(google: GoogleCloud) -> None:
    kho = google.household.add_shared_drive("Kho", {SCHOOL: "organizer"}).id
    drive = google.user(scope=DRIVE)
    asked = {"driveId": kho, "supportsAllDrives": True, "includeItemsFromAllDrives": True}
    token = start(drive, driveId=kho, supportsAllDrives=True)
    made = upload(drive, CONTENT, kho)["id"]
    assert [each["fileId"] for each in changes(drive, token, **asked)] == [made]
    assert changes(drive, token) == []


def test_leaving_a_drive_is_removal_in_its_log(google: GoogleCloud) -> None:
    kho = google.household.add_shared_drive("Kho", {SCHOOL: "organizer"}).id
    drive = google.user(scope=DRIVE)
    made = upload(drive, CONTENT)["id"]
    token = start(drive)
    google.meddle("move", file=made, to=kho)
    (change,) = changes(drive, token)
    assert change["removed"]
    assert "file" not in change


@pytest.mark.parametrize("token", ["nonsense", "999999"])
def test_a_token_that_never_was_is_refused(google: GoogleCloud, token: str) -> None:
    with pytest.raises(HttpError) as refused:
        changes(google.user(), token)
    assert reason(refused.value) == (400, "invalid")


def test_a_forgotten_log_refuses_the_tokens_that_are_out(google: GoogleCloud) -> None:
    drive = google.user()
    token = start(drive)
    upload(drive, CONTENT)
    google.meddle("forget_changes")
    with pytest.raises(HttpError) as refused:
        changes(drive, token)
    assert refused.value.resp.status == 410
    assert changes(drive, start(drive)) == []
