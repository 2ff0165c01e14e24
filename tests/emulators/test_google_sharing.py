"""Permissions: given, inherited, ended, taken back, refused."""

from datetime import timedelta

import pytest
from googleapiclient.errors import HttpError

from emulators.google.directory import DRIVE
from tests.emulators.google_cloud import OFFICER, SCHOOL, GoogleCloud, folder, reason, upload

CONTENT = b"%PDF-1.7\n"


def share(drive: object, file_id: str, email: str = OFFICER, **more: object) -> dict[str, str]:
    body = {"type": "user", "role": "reader", "emailAddress": email, **more}
    asked = drive.permissions().create(  # type: ignore[attr-defined]
        fileId=file_id, body=body, sendNotificationEmail=False, supportsAllDrives=True, fields="*"
    )
    made: dict[str, str] = asked.execute()
    return made


def ends(google: GoogleCloud, **after: int) -> str:
    return (google.emulator.clock.now() + timedelta(**after)).isoformat()


def test_whoever_a_folder_is_shared_with_reads_what_is_below_and_changes_nothing(google: GoogleCloud) -> None:
    drive, officer = google.user(), google.user(OFFICER, DRIVE)
    year = folder(drive, "2026-2027")["id"]
    filed = upload(drive, CONTENT, year)["id"]
    share(drive, year)
    assert officer.files().get_media(fileId=filed).execute() == CONTENT
    with pytest.raises(HttpError) as refused:
        officer.files().update(fileId=filed, body={"name": "x"}).execute()
    assert reason(refused.value) == (403, "insufficientFilePermissions")


def test_a_permission_has_one_id_per_person_and_tells_where_it_comes_from(google: GoogleCloud) -> None:
    drive = google.user()
    year = folder(drive, "2026-2027")["id"]
    filed = upload(drive, CONTENT, year)["id"]
    made = share(drive, year)
    held = drive.permissions().list(fileId=filed, fields="*").execute()["permissions"]
    inherited = next(each for each in held if each["emailAddress"] == OFFICER)
    assert inherited["id"] == made["id"]
    assert [each["inherited"] for each in inherited["permissionDetails"]] == [True]


def test_what_is_inherited_is_taken_back_only_where_it_was_given(google: GoogleCloud) -> None:
    drive, officer = google.user(), google.user(OFFICER, DRIVE)
    year = folder(drive, "2026-2027")["id"]
    filed = upload(drive, CONTENT, year)["id"]
    permission = share(drive, year)["id"]
    with pytest.raises(HttpError) as refused:
        drive.permissions().delete(fileId=filed, permissionId=permission).execute()
    assert refused.value.resp.status == 403
    drive.permissions().delete(fileId=year, permissionId=permission).execute()
    with pytest.raises(HttpError) as gone:
        officer.files().get(fileId=filed).execute()
    assert reason(gone.value) == (404, "notFound")
    with pytest.raises(HttpError) as again:
        drive.permissions().delete(fileId=year, permissionId=permission).execute()
    assert reason(again.value) == (404, "notFound")


def test_a_direct_permission_survives_the_folders(google: GoogleCloud) -> None:
    drive, officer = google.user(), google.user(OFFICER, DRIVE)
    year = folder(drive, "2026-2027")["id"]
    filed = upload(drive, CONTENT, year)["id"]
    permission = share(drive, year)["id"]
    google.meddle("share", file=filed, **{"with": OFFICER})
    drive.permissions().delete(fileId=year, permissionId=permission).execute()
    assert officer.files().get(fileId=filed).execute()["id"] == filed


def test_a_limited_folder_inherits_only_from_its_owner(google: GoogleCloud) -> None:
    drive, officer = google.user(), google.user(OFFICER, DRIVE)
    year = folder(drive, "2026-2027")["id"]
    share(drive, year)
    inner = folder(drive, "Nhạy cảm", year)["id"]
    drive.files().update(fileId=inner, body={"inheritedPermissionsDisabled": True}).execute()
    with pytest.raises(HttpError) as refused:
        officer.files().get(fileId=inner).execute()
    assert reason(refused.value) == (404, "notFound")
    assert drive.files().get(fileId=inner).execute()["id"] == inner


def test_a_permission_ends_when_its_time_has_come(google: GoogleCloud) -> None:
    drive, officer = google.user(), google.user(OFFICER, DRIVE)
    year = folder(drive, "2026-2027")["id"]
    share(drive, year, expirationTime=ends(google, minutes=10))
    assert officer.files().get(fileId=year).execute()["id"] == year
    google.emulator.clock.advance(601)
    with pytest.raises(HttpError) as refused:
        officer.files().get(fileId=year).execute()
    assert reason(refused.value) == (404, "notFound")


@pytest.mark.parametrize(
    ("days", "more", "expected"),
    [
        (-1, {}, "expirationDatesMustBeInTheFuture"),
        (400, {}, "cannotSetExpiration"),
        (5, {"role": "writer"}, "cannotSetExpiration"),
    ],
)
def test_an_end_that_drive_does_not_take_is_refused(
    google: GoogleCloud, days: int, more: dict[str, str], expected: str
) -> None:
    drive = google.user()
    year = folder(drive, "2026-2027")["id"]
    with pytest.raises(HttpError) as refused:
        share(drive, year, expirationTime=ends(google, days=days), **more)
    assert reason(refused.value) == (403, expected)


def test_an_address_without_an_account_needs_the_mail(google: GoogleCloud) -> None:
    drive = google.user()
    year = folder(drive, "2026-2027")["id"]
    google.emulator.world.directory.without_account.add("canbo@khac.example")
    body = {"type": "user", "role": "reader", "emailAddress": "canbo@khac.example"}
    with pytest.raises(HttpError) as refused:
        share(drive, year, "canbo@khac.example")
    assert reason(refused.value) == (400, "invalidSharingRequest")
    drive.permissions().create(fileId=year, body=body, emailMessage="Kính gửi").execute()
    assert google.emulator.state()["mails"] == [
        {"to": "canbo@khac.example", "file": year, "message": "Kính gửi"}
    ]


def test_a_domain_that_keeps_to_itself_refuses_outsiders(google: GoogleCloud) -> None:
    drive = google.user()
    year = folder(drive, "2026-2027")["id"]
    google.emulator.world.closed_domains.add("truong-a.example")
    with pytest.raises(HttpError) as refused:
        share(drive, year)
    assert reason(refused.value) == (400, "invalidSharingRequest")
    assert share(drive, year, "gv1@truong-a.example")["role"] == "reader"


def test_a_public_link_lets_anybody_in(google: GoogleCloud) -> None:
    drive, officer = google.user(), google.user(OFFICER, DRIVE)
    filed = upload(drive, CONTENT)["id"]
    google.meddle("share", file=filed, type="anyone")
    assert officer.files().get(fileId=filed).execute()["id"] == filed
    ids = drive.files().get(fileId=filed, fields="permissionIds").execute()["permissionIds"]
    assert "anyoneWithLink" in ids


def test_a_role_is_changed_and_an_end_removed(google: GoogleCloud) -> None:
    drive = google.user()
    filed = upload(drive, CONTENT)["id"]
    made = share(drive, filed, expirationTime=ends(google, days=5))["id"]
    changed = (
        drive.permissions()
        .update(fileId=filed, permissionId=made, removeExpiration=True, body={"role": "writer"}, fields="*")
        .execute()
    )
    assert changed["role"] == "writer"
    assert "expirationTime" not in changed


def test_a_group_reaches_its_members(google: GoogleCloud) -> None:
    drive, officer = google.user(), google.user(OFFICER, DRIVE)
    google.emulator.world.directory.groups["doan@phong.example"] = {OFFICER}
    filed = upload(drive, CONTENT)["id"]
    share(drive, filed, "doan@phong.example", type="group")
    assert officer.files().get(fileId=filed).execute()["id"] == filed


def test_members_of_a_shared_drive_have_its_roles(google: GoogleCloud) -> None:
    drive_id = google.household.add_shared_drive("Kho", {SCHOOL: "organizer", OFFICER: "reader"}).id
    school, officer = google.user(scope=DRIVE), google.user(OFFICER, DRIVE)
    filed = upload(school, CONTENT, drive_id)["id"]
    held = school.permissions().list(fileId=filed, supportsAllDrives=True, fields="*").execute()
    details = {each["emailAddress"]: each["permissionDetails"][0] for each in held["permissions"]}
    assert details[OFFICER]["permissionType"] == "member"
    assert details[OFFICER]["inheritedFrom"] == drive_id
    with pytest.raises(HttpError) as refused:
        officer.files().update(fileId=filed, supportsAllDrives=True, body={"name": "x"}).execute()
    assert reason(refused.value) == (403, "insufficientFilePermissions")
