"""Shared drives, and the service account that can own nothing elsewhere."""

import pytest
from googleapiclient.errors import HttpError

from emulators.google.directory import DRIVE
from tests.emulators.google_cloud import ALL, OFFICER, SCHOOL, GoogleCloud, folder, reason, upload

CONTENT = b"%PDF-1.7\n"
ROBOT = "robot@emulator.example"


@pytest.fixture
def kho(google: GoogleCloud) -> str:
    return google.household.add_shared_drive("Kho", {ROBOT: "organizer", SCHOOL: "writer"}).id


def test_a_service_account_files_into_a_shared_drive(google: GoogleCloud, kho: str) -> None:
    robot = google.service()
    made = upload(robot, CONTENT, folder(robot, "Hồ sơ", kho)["id"])
    assert made["driveId"] == kho
    assert [each["name"] for each in robot.drives().list().execute()["drives"]] == ["Kho"]
    assert robot.drives().get(driveId=kho).execute()["name"] == "Kho"


def test_a_service_account_can_own_no_bytes(google: GoogleCloud) -> None:
    with pytest.raises(HttpError) as refused:
        upload(google.service(), CONTENT)
    assert reason(refused.value) == (403, "storageQuotaExceeded")


def test_a_service_account_acts_for_a_person_where_it_is_allowed_to(google: GoogleCloud) -> None:
    google.emulator.world.directory.delegated.add(ROBOT)
    drive = google.service(subject=SCHOOL)
    about = drive.about().get(fields="user(emailAddress)").execute()
    assert about["user"]["emailAddress"] == SCHOOL


def test_who_does_not_know_shared_drives_finds_nothing_there(google: GoogleCloud, kho: str) -> None:
    robot = google.service()
    made = upload(robot, CONTENT, kho)["id"]
    with pytest.raises(HttpError) as refused:
        robot.files().get(fileId=made).execute()
    assert reason(refused.value) == (404, "notFound")
    assert robot.files().list().execute()["files"] == []
    found = robot.files().list(
        corpora="drive", driveId=kho, includeItemsFromAllDrives=True, supportsAllDrives=True
    )
    assert [each["id"] for each in found.execute()["files"]] == [made]


def test_a_stranger_to_the_drive_finds_neither_it_nor_its_changes(google: GoogleCloud, kho: str) -> None:
    officer = google.user(OFFICER, DRIVE)
    for asked in (
        officer.drives().get(driveId=kho),
        officer.changes().getStartPageToken(driveId=kho, supportsAllDrives=True),
    ):
        with pytest.raises(HttpError) as refused:
            asked.execute()
        assert reason(refused.value) == (404, "notFound")


def test_a_writer_adds_and_edits_but_does_not_trash_or_delete(google: GoogleCloud, kho: str) -> None:
    made = upload(google.service(), CONTENT, kho)["id"]
    writer = google.user(scope=DRIVE).files()
    writer.update(fileId=made, supportsAllDrives=True, body={"name": "b.pdf"}).execute()
    for asked in (
        writer.update(fileId=made, supportsAllDrives=True, body={"trashed": True}),
        writer.delete(fileId=made, supportsAllDrives=True),
    ):
        with pytest.raises(HttpError) as refused:
            asked.execute()
        assert reason(refused.value) == (403, "insufficientFilePermissions")


def test_a_shared_drive_takes_so_many_items(google: GoogleCloud, kho: str) -> None:
    google.emulator.world.limits.items = 1
    robot = google.service()
    inner = folder(robot, "Một", kho)["id"]
    with pytest.raises(HttpError) as refused:
        upload(robot, CONTENT, inner)
    assert reason(refused.value) == (403, "teamDriveFileLimitExceeded")


def test_permissions_of_shared_drive_items_are_not_among_their_fields(google: GoogleCloud, kho: str) -> None:
    robot = google.service()
    made = upload(robot, CONTENT, kho)["id"]
    shown = robot.files().get(fileId=made, supportsAllDrives=True, fields="*").execute()
    assert "permissions" not in shown
    assert "owners" not in shown
    assert len(shown["permissionIds"]) == 2


def test_folders_are_not_moved_into_shared_drives(google: GoogleCloud, kho: str) -> None:
    drive = google.user(scope=DRIVE)
    made = folder(drive, "Của tôi")
    moving = drive.files().update(
        fileId=made["id"], addParents=kho, removeParents=made["parents"][0], supportsAllDrives=True
    )
    with pytest.raises(HttpError) as refused:
        moving.execute()
    assert reason(refused.value) == (403, "teamDrivesFolderMoveInNotSupported")


def test_a_file_that_moves_into_a_shared_drive_leaves_its_owner(google: GoogleCloud, kho: str) -> None:
    drive = google.user(scope=DRIVE)
    made = upload(drive, CONTENT)
    moved = drive.files().update(
        fileId=made["id"],
        addParents=kho,
        removeParents=made["parents"][0],
        supportsAllDrives=True,
        fields=ALL,
    )
    assert moved.execute()["driveId"] == kho
    assert drive.about().get(fields="storageQuota").execute()["storageQuota"]["usage"] == "0"
