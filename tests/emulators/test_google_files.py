"""Google's own client makes, fills, finds, moves and removes items."""

import hashlib
import io
from pathlib import Path

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from emulators.google.directory import DRIVE
from emulators.google.nodes import FOLDER
from tests.emulators.google_cloud import (
    ALL,
    OFFICER,
    PDF,
    SCHOOL,
    GoogleCloud,
    download,
    folder,
    reason,
    session,
    upload,
)

CONTENT = bytes(range(256)) * 4000 + b"\r"
"""More than four chunks of 256 KiB less one byte, ending in what a line could end in."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Kế hoạch.pdf"
    path.write_bytes(CONTENT * 2)
    return path


def test_a_small_upload_is_described_at_once(google: GoogleCloud) -> None:
    made = upload(google.user(), CONTENT)
    assert made["size"] == str(len(CONTENT))
    assert made["sha256Checksum"] == hashlib.sha256(CONTENT).hexdigest()
    assert made["md5Checksum"] == hashlib.md5(CONTENT).hexdigest()
    assert made["version"].isdecimal()
    assert made["headRevisionId"]


@pytest.mark.parametrize("chunk", [-1, 256 * 1024])
def test_a_resumable_upload_arrives_byte_for_byte(google: GoogleCloud, file: Path, chunk: int) -> None:
    drive = google.user()
    made = session(drive, file, chunk).execute()
    assert made["name"] == file.name
    assert download(drive, made["id"]) == file.read_bytes()


def test_another_process_resumes_an_upload(google: GoogleCloud, file: Path) -> None:
    first = session(google.user(), file, 256 * 1024)
    first.next_chunk()
    second = session(google.user(), file, 256 * 1024)
    second.resumable_uri, second._in_error_state = first.resumable_uri, True
    made = second.execute()
    assert made["sha256Checksum"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert google.emulator.counters.calls("uploads.begin") == 1


def test_a_session_ends_after_a_week(google: GoogleCloud, file: Path) -> None:
    drive = google.user()
    begun = session(drive, file, 256 * 1024)
    begun.next_chunk()
    google.emulator.clock.advance(8 * 86_400)
    later = session(google.user(), file, 256 * 1024)
    later.resumable_uri, later._in_error_state = begun.resumable_uri, True
    with pytest.raises(HttpError) as refused:
        later.execute()
    assert refused.value.resp.status == 404


def test_a_download_comes_in_ranges(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)
    assert download(drive, made["id"], chunk=100_001) == CONTENT
    assert google.emulator.counters.calls("files.download") > 5


def test_an_empty_file_can_be_sent_and_fetched(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, b"")
    assert made["size"] == "0"
    assert drive.files().get_media(fileId=made["id"]).execute() == b""


def test_a_reserved_id_works_once(google: GoogleCloud) -> None:
    drive = google.user()
    reserved = drive.files().generateIds(count=2).execute()["ids"][0]
    assert upload(drive, CONTENT, id=reserved)["id"] == reserved
    with pytest.raises(HttpError) as refused:
        upload(drive, CONTENT, id=reserved)
    assert reason(refused.value) == (409, "fileIdInUse")


def test_an_id_that_was_not_reserved_is_refused(google: GoogleCloud) -> None:
    with pytest.raises(HttpError) as refused:
        upload(google.user(), CONTENT, id="1selfmade")
    assert reason(refused.value) == (400, "invalid")


def test_names_need_not_be_unique(google: GoogleCloud) -> None:
    drive = google.user()
    assert folder(drive, "Năm học")["id"] != folder(drive, "Năm học")["id"]


def test_a_parent_that_is_gone_refuses_children(google: GoogleCloud) -> None:
    drive = google.user()
    parent = folder(drive, "Tổ 1")["id"]
    drive.files().delete(fileId=parent).execute()
    with pytest.raises(HttpError) as refused:
        upload(drive, CONTENT, parent)
    assert reason(refused.value) == (404, "notFound")


def test_an_item_is_moved_and_renamed_in_one_call(google: GoogleCloud) -> None:
    drive = google.user()
    old, new = folder(drive, "Cũ")["id"], folder(drive, "Mới")["id"]
    made = upload(drive, CONTENT, old)
    moved = (
        drive.files()
        .update(fileId=made["id"], addParents=new, removeParents=old, body={"name": "b.pdf"}, fields=ALL)
        .execute()
    )
    assert (moved["parents"], moved["name"]) == ([new], "b.pdf")
    assert int(moved["version"]) > int(made["version"])


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"addParents": "root"}, (403, "cannotAddParent")),
        ({"body": {"parents": ["root"]}}, (403, "fieldNotWritable")),
        ({"body": {"size": "1"}}, (403, "fieldNotWritable")),
        ({"fields": "id,nonsense"}, (400, "invalidParameter")),
    ],
)
def test_a_change_that_drive_does_not_know_is_refused(
    google: GoogleCloud, change: dict[str, object], answer: tuple[int, str]
) -> None:
    drive = google.user()
    made = upload(drive, CONTENT, folder(drive, "Tổ 1")["id"])
    with pytest.raises(HttpError) as refused:
        drive.files().update(fileId=made["id"], **change).execute()
    assert reason(refused.value) == answer


def test_a_folder_cannot_be_put_into_itself(google: GoogleCloud) -> None:
    drive = google.user()
    outer = folder(drive, "Ngoài")
    inner = folder(drive, "Trong", outer["id"])
    with pytest.raises(HttpError) as refused:
        drive.files().update(
            fileId=outer["id"], addParents=inner["id"], removeParents=outer["parents"][0]
        ).execute()
    assert reason(refused.value) == (400, "badRequest")


def test_what_lies_in_a_trashed_folder_is_trashed_though_not_by_itself(google: GoogleCloud) -> None:
    drive = google.user()
    outer = folder(drive, "Tổ 1")["id"]
    inner = upload(drive, CONTENT, outer)["id"]
    drive.files().update(fileId=outer, body={"trashed": True}).execute()
    seen = drive.files().get(fileId=inner, fields="trashed,explicitlyTrashed").execute()
    assert seen == {"trashed": True, "explicitlyTrashed": False}


def test_deleting_a_folder_deletes_what_is_in_it(google: GoogleCloud) -> None:
    drive = google.user()
    outer = folder(drive, "Tổ 1")["id"]
    inner = upload(drive, CONTENT, outer)["id"]
    assert drive.files().delete(fileId=outer).execute() == ""
    with pytest.raises(HttpError) as refused:
        drive.files().get(fileId=inner).execute()
    assert reason(refused.value) == (404, "notFound")
    assert drive.about().get(fields="storageQuota").execute()["storageQuota"]["usage"] == "0"


def test_a_copy_has_the_same_bytes_and_another_id(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)
    copied = drive.files().copy(fileId=made["id"], body={"name": "c.pdf"}, fields=ALL).execute()
    assert copied["sha256Checksum"] == made["sha256Checksum"]
    assert copied["id"] != made["id"]


def test_new_content_keeps_the_id_and_makes_a_revision(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)
    media = MediaIoBaseUpload(io.BytesIO(b"%PDF-2"), PDF)
    again = drive.files().update(fileId=made["id"], media_body=media, fields=ALL).execute()
    assert again["sha256Checksum"] == hashlib.sha256(b"%PDF-2").hexdigest()
    assert len(drive.revisions().list(fileId=made["id"]).execute()["revisions"]) == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name = 'Lớp 5A\\'s.pdf'", {"Lớp 5A's.pdf"}),
        ("name contains 'lớp' and trashed = false", {"Lớp 5A's.pdf"}),
        (f"mimeType = '{FOLDER}'", {"Tổ 1"}),
        ("(name = 'a.pdf' or (name = 'b.pdf')) and not trashed = true", {"a.pdf", "b.pdf"}),
        ("appProperties has { key='doc' and value='42' }", {"b.pdf"}),
        ("modifiedTime > '2020-01-01T00:00:00' and 'root' in parents", {"Tổ 1", "Lớp 5A's.pdf"}),
        (f"'{SCHOOL}' in owners and name = 'a.pdf'", {"a.pdf"}),
    ],
)
def test_a_search_finds_what_it_describes(google: GoogleCloud, query: str, found: set[str]) -> None:
    drive = google.user()
    inner = folder(drive, "Tổ 1")["id"]
    upload(drive, b"1", name="Lớp 5A's.pdf")
    upload(drive, b"2", inner, "a.pdf")
    upload(drive, b"3", inner, "b.pdf", appProperties={"doc": "42"})
    answer = drive.files().list(q=query, fields="files(name)").execute()
    assert {each["name"] for each in answer["files"]} == found


@pytest.mark.parametrize("query", ["name =", "name ~ 'x'", "nonsense = 'x'", "(name = 'x'", "'x' in friends"])
def test_a_search_that_makes_no_sense_is_refused(google: GoogleCloud, query: str) -> None:
    with pytest.raises(HttpError) as refused:
        google.user().files().list(q=query).execute()
    assert reason(refused.value) == (400, "invalid")


def test_a_long_list_comes_in_pages(google: GoogleCloud) -> None:
    drive = google.user()
    made = {folder(drive, f"Lớp {number}")["id"] for number in range(7)}
    seen, token = [], None
    while True:
        page = drive.files().list(pageSize=3, pageToken=token, q="trashed = false").execute()
        seen += [each["id"] for each in page["files"]]
        token = page.get("nextPageToken")
        if token is None:
            break
    assert sorted(seen) == sorted(made)
    with pytest.raises(HttpError) as refused:
        drive.files().list(pageToken="nonsense").execute()
    assert reason(refused.value) == (400, "invalid")


def test_a_client_with_the_narrow_scope_sees_only_its_own_and_what_was_picked(google: GoogleCloud) -> None:
    drive = google.user()
    own = folder(drive, "Hồ sơ")["id"]
    foreign = google.meddle("add", to=own, name="lạ.pdf", by=SCHOOL)["id"]
    with pytest.raises(HttpError) as refused:
        drive.files().get(fileId=foreign).execute()
    assert reason(refused.value) == (404, "notFound")
    assert google.user(scope=DRIVE).files().get(fileId=foreign).execute()["name"] == "lạ.pdf"
    google.meddle("pick", file=foreign, client="app.example")
    assert drive.files().get(fileId=foreign).execute()["name"] == "lạ.pdf"


def test_a_stranger_is_told_that_there_is_nothing(google: GoogleCloud) -> None:
    made = upload(google.user(), CONTENT)
    with pytest.raises(HttpError) as refused:
        google.user(OFFICER).files().get(fileId=made["id"]).execute()
    assert reason(refused.value) == (404, "notFound")


def test_properties_belong_to_the_client_that_wrote_them(google: GoogleCloud) -> None:
    google.household.add_client("other.example", "secret")
    made = upload(google.user(), CONTENT, appProperties={"doc": "42"})["id"]
    other = google.user(scope=DRIVE, client="other.example").files()
    assert "appProperties" not in other.get(fileId=made, fields="*").execute()
    own = google.user().files()
    assert own.get(fileId=made, fields="appProperties").execute() == {"appProperties": {"doc": "42"}}


def test_a_property_longer_than_124_bytes_is_refused_and_leaves_no_file(google: GoogleCloud) -> None:
    drive = google.user()
    with pytest.raises(HttpError) as refused:
        upload(drive, CONTENT, appProperties={"doc": "đ" * 61})
    assert reason(refused.value) == (400, "badRequest")
    assert drive.files().list().execute()["files"] == []


def test_a_full_drive_takes_no_more(google: GoogleCloud) -> None:
    drive = google.user()
    upload(drive, CONTENT)
    google.meddle("fill", account=SCHOOL)
    with pytest.raises(HttpError) as refused:
        upload(drive, b"x")
    assert reason(refused.value) == (403, "storageQuotaExceeded")
    assert folder(drive, "Tổ 1")["name"] == "Tổ 1"


def test_folders_are_nested_no_deeper_than_the_limit(google: GoogleCloud) -> None:
    google.emulator.world.limits.depth = 2
    drive = google.user()
    inner = folder(drive, "2", folder(drive, "1")["id"])["id"]
    with pytest.raises(HttpError) as refused:
        folder(drive, "3", inner)
    assert reason(refused.value) == (403, "myDriveHierarchyDepthLimitExceeded")


def test_a_batch_answers_each_call_and_counts_it(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)["id"]
    answers: dict[str, object] = {}
    batch = drive.new_batch_http_request(lambda name, _, error: answers.update({name: error}))
    batch.add(drive.files().get(fileId=made), request_id="there")
    batch.add(drive.files().get(fileId="gone"), request_id="gone")
    batch.execute()
    assert answers["there"] is None
    assert isinstance(answers["gone"], HttpError)
    assert reason(answers["gone"]) == (404, "notFound")
    assert google.emulator.counters.calls("files.get") == 2
