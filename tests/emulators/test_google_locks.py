"""Content restrictions and kept revisions."""

import io
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from emulators.google.directory import DRIVE
from tests.emulators.google_cloud import OFFICER, PDF, GoogleCloud, folder, reason, upload

CONTENT = b"%PDF-1.7\n"
LOCK = {"contentRestrictions": [{"readOnly": True, "ownerRestricted": True, "reason": "Đã ký"}]}
UNLOCK = {"contentRestrictions": [{"readOnly": False}]}


def locked_file(drive: Any) -> str:
    made: str = upload(drive, CONTENT)["id"]
    drive.files().update(fileId=made, body=LOCK).execute()
    return made


def replace(drive: Any, file_id: str, content: bytes, **more: Any) -> Any:
    media = MediaIoBaseUpload(io.BytesIO(content), PDF)
    return drive.files().update(fileId=file_id, media_body=media, **more).execute()


def test_a_lock_tells_who_and_why(google: GoogleCloud) -> None:
    drive = google.user()
    made = locked_file(drive)
    shown = drive.files().get(fileId=made, fields="contentRestrictions").execute()["contentRestrictions"][0]
    assert (shown["readOnly"], shown["ownerRestricted"], shown["reason"]) == (True, True, "Đã ký")


def test_a_locked_file_takes_neither_content_nor_name(google: GoogleCloud) -> None:
    drive = google.user()
    made = locked_file(drive)
    with pytest.raises(HttpError) as content:
        replace(drive, made, b"x")
    with pytest.raises(HttpError) as name:
        drive.files().update(fileId=made, body={"name": "b.pdf"}).execute()
    assert content.value.resp.status == name.value.resp.status == 403
    assert drive.files().get_media(fileId=made).execute() == CONTENT


def test_a_locked_file_can_still_be_moved_shared_and_trashed(google: GoogleCloud) -> None:
    drive = google.user()
    made, target = locked_file(drive), folder(drive, "Khác")["id"]
    body = {"type": "user", "role": "reader", "emailAddress": OFFICER}
    drive.permissions().create(fileId=made, body=body).execute()
    parent = drive.files().get(fileId=made, fields="parents").execute()["parents"][0]
    drive.files().update(
        fileId=made, addParents=target, removeParents=parent, body={"trashed": True}
    ).execute()
    shown = drive.files().get(fileId=made, fields="parents,trashed").execute()
    assert shown == {"parents": [target], "trashed": True}


def test_a_lock_of_the_owners_is_not_lifted_by_a_writer(google: GoogleCloud) -> None:
    drive, writer = google.user(), google.user(OFFICER, DRIVE)
    made = locked_file(drive)
    google.meddle("share", file=made, role="writer", **{"with": OFFICER})
    with pytest.raises(HttpError) as refused:
        writer.files().update(fileId=made, body=UNLOCK).execute()
    assert reason(refused.value) == (403, "insufficientFilePermissions")
    drive.files().update(fileId=made, body=UNLOCK).execute()
    assert replace(drive, made, b"x")["id"] == made


def test_a_plain_lock_is_lifted_by_any_writer(google: GoogleCloud) -> None:
    drive, writer = google.user(), google.user(OFFICER, DRIVE)
    made = upload(drive, CONTENT)["id"]
    google.meddle("share", file=made, role="writer", **{"with": OFFICER})
    drive.files().update(fileId=made, body={"contentRestrictions": [{"readOnly": True}]}).execute()
    writer.files().update(fileId=made, body=UNLOCK).execute()
    assert "contentRestrictions" not in drive.files().get(fileId=made, fields="*").execute()


def test_a_folder_cannot_be_locked(google: GoogleCloud) -> None:
    drive = google.user()
    with pytest.raises(HttpError) as refused:
        drive.files().update(fileId=folder(drive, "Tổ 1")["id"], body=LOCK).execute()
    assert reason(refused.value) == (400, "badRequest")


def test_a_revision_that_is_kept_for_ever_can_be_fetched_later(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)
    first = made["headRevisionId"]
    revisions = drive.revisions()
    revisions.update(fileId=made["id"], revisionId=first, body={"keepForever": True}).execute()
    replace(drive, made["id"], b"second")
    assert revisions.get_media(fileId=made["id"], revisionId=first).execute() == CONTENT
    with pytest.raises(HttpError) as refused:
        revisions.update(fileId=made["id"], revisionId=first, body={"keepForever": False}).execute()
    assert reason(refused.value) == (400, "illegalKeepForeverModification")


def test_other_revisions_cannot_be_fetched_and_go_after_a_month(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)
    replace(drive, made["id"], b"second")
    with pytest.raises(HttpError) as refused:
        drive.revisions().get_media(fileId=made["id"], revisionId=made["headRevisionId"]).execute()
    assert reason(refused.value) == (403, "download_restricted_for_revision")
    google.emulator.clock.advance(31 * 86_400)
    replace(google.user(), made["id"], b"third")
    ids = [each["id"] for each in google.user().revisions().list(fileId=made["id"]).execute()["revisions"]]
    assert made["headRevisionId"] not in ids


def test_the_last_revision_cannot_be_deleted(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)
    with pytest.raises(HttpError) as refused:
        drive.revisions().delete(fileId=made["id"], revisionId=made["headRevisionId"]).execute()
    assert refused.value.resp.status == 400
