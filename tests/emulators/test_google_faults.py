"""Bad days on demand: every row of the fault matrix, as Google's own client meets it."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from googleapiclient.errors import HttpError

from emulators.google.service import Google
from emulators.serving import serving
from tests.emulators.google_cloud import GoogleCloud, download, folder, reason, session, upload

CONTENT = bytes(range(256)) * 4096
CUT = (ConnectionError, httpx.HTTPError, OSError)


def names(google: GoogleCloud) -> list[str]:
    return [each["path"] for each in google.emulator.state()["files"]]


def reserved(drive: Any) -> str:
    made: str = drive.files().generateIds(count=1).execute()["ids"][0]
    return made


def make_folders(drive: Any, number: int) -> None:
    for _ in range(number):
        folder(drive, "Lớp")


def test_a_cut_before_the_work_leaves_nothing(google: GoogleCloud) -> None:
    drive = google.user()
    google.fault(operation="files.create", cut="before", times=None)
    with pytest.raises(CUT):
        upload(drive, CONTENT)
    assert names(google) == []


def test_a_client_that_repeats_after_a_cut_meets_its_own_file(google: GoogleCloud) -> None:
    drive = google.user()
    own = reserved(drive)
    google.fault(operation="files.create", cut="after")
    with pytest.raises(HttpError) as refused:
        upload(drive, CONTENT, id=own)
    assert reason(refused.value) == (409, "fileIdInUse")
    assert names(google) == ["a.pdf"]


def test_without_a_reserved_id_the_same_cut_makes_a_twin(google: GoogleCloud) -> None:
    google.fault(operation="files.create", cut="after")
    upload(google.user(), CONTENT)
    assert names(google) == ["a.pdf", "a.pdf"]


def test_an_answer_broken_off_in_the_middle_is_noticed(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)["id"]
    google.fault(operation="files.download", cut="during", times=None)
    with pytest.raises(Exception, match=r"IncompleteRead|incomplete|partial"):
        drive.files().get_media(fileId=made).execute()


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("storage_full", (403, "storageQuotaExceeded")),
        ("item_limit", (403, "teamDriveFileLimitExceeded")),
        ("domain_policy", (403, "domainPolicy")),
        ("user_rate", (403, "userRateLimitExceeded")),
        ("rate", (429, "rateLimitExceeded")),
        ("daily_limit", (403, "dailyLimitExceeded")),
        ("sharing_rate", (403, "sharingRateLimitExceeded")),
        ("sharing_forbidden", (400, "invalidSharingRequest")),
        ("mail_failed", (400, "invalidSharingRequest")),
        ("backend", (503, "backendError")),
        ("cursor_gone", (410, "gone")),
    ],
)
def test_a_fault_with_a_name_strikes_once(google: GoogleCloud, kind: str, answer: tuple[int, str]) -> None:
    drive = google.user()
    google.fault(operation="files.create", kind=kind)
    with pytest.raises(HttpError) as refused:
        folder(drive, "Tổ 1")
    assert reason(refused.value) == answer
    assert folder(drive, "Tổ 1")["name"] == "Tổ 1"


def test_any_status_with_a_time_to_wait_can_be_had(google: GoogleCloud) -> None:
    google.fault(method="POST", status=429, reason="rateLimitExceeded", retry_after=7)
    with pytest.raises(HttpError) as refused:
        folder(google.user(), "Tổ 1")
    assert refused.value.resp["retry-after"] == "7"


def test_a_chunk_that_half_arrives_is_resumed_from_what_did(google: GoogleCloud, tmp_path: Path) -> None:
    drive = google.user()
    path = tmp_path / "a.pdf"
    path.write_bytes(CONTENT)
    google.fault(operation="uploads.put", kind="partial_chunk", keep=100_000)
    # In one piece of a fixed size: with chunksize=-1 Google's client resumes with the wrong length.
    asked = session(drive, path, 1 << 20)
    with pytest.raises(HttpError) as broken:
        asked.execute()
    assert broken.value.resp.status == 503
    made = asked.execute()
    assert download(drive, made["id"]) == CONTENT
    assert len(names(google)) == 1


def test_a_chunk_of_which_less_was_taken_goes_on_from_there(google: GoogleCloud, tmp_path: Path) -> None:
    drive = google.user()
    path = tmp_path / "a.pdf"
    path.write_bytes(CONTENT)
    google.fault(operation="uploads.put", keep=262_144)
    made = session(drive, path, 524_288).execute()
    assert download(drive, made["id"]) == CONTENT


def test_a_session_that_is_gone_is_told(google: GoogleCloud, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(CONTENT)
    google.fault(operation="uploads.put", kind="session_gone")
    with pytest.raises(HttpError) as gone:
        session(google.user(), path).execute()
    assert gone.value.resp.status == 404


def test_a_listing_may_lag_behind(google: GoogleCloud) -> None:
    drive = google.user()
    made = folder(drive, "Tổ 1")["id"]
    google.fault(operation="files.list", kind="list_lag", times=None)
    assert drive.files().list().execute()["files"] == []
    assert drive.files().get(fileId=made).execute()["id"] == made
    google.emulator.clock.advance(301)
    assert len(google.user().files().list().execute()["files"]) == 1


def test_the_quota_stops_a_user_and_lets_him_on_again() -> None:
    emulator = Google(enforce_quota=True)
    with serving(emulator) as origin:
        google = GoogleCloud(emulator, origin)
        drive = google.user()
        make_folders(drive, 180)
        with pytest.raises(HttpError) as refused:
            make_folders(drive, 600)
        assert reason(refused.value) == (403, "userRateLimitExceeded")
        emulator.clock.advance(1)
        assert folder(drive, "Lớp")["name"] == "Lớp"
        google.close()
    emulator.close()


def test_calls_and_units_are_counted(google: GoogleCloud) -> None:
    drive = google.user()
    google.emulator.counters.reset()
    made = upload(drive, CONTENT)["id"]
    drive.files().get(fileId=made).execute()
    drive.files().list().execute()
    report = google.emulator.counters.report()
    assert report["calls"] == {"files.create": 1, "files.get": 1, "files.list": 1}
    assert report["total_units"] == 50 + 5 + 100


def test_everything_can_be_ordered_over_http(google: GoogleCloud) -> None:
    drive = google.user()
    made = upload(drive, CONTENT)["id"]
    with httpx.Client(base_url=f"{google.origin}/_emulator/") as control:
        assert control.post("faults", json={"operation": "files.get", "status": 500}).status_code == 200
        with pytest.raises(HttpError):
            drive.files().get(fileId=made).execute()
        assert control.get("faults").json()[0]["struck"] == 1
        control.delete("faults")
        assert control.get("faults").json() == []
        assert control.get("calls").json()["calls"]["files.get"] == 1
        control.post("meddle", json={"verb": "rename", "file": "a.pdf", "name": "b.pdf"})
        assert control.get("state").json()["files"][0]["path"] == "b.pdf"
        before = google.emulator.clock.now()
        control.post("clock", json={"advance": 3600})
        assert (google.emulator.clock.now() - before).total_seconds() >= 3600


@pytest.mark.parametrize(
    ("address", "order"),
    [
        ("faults", {"kind": "nonsense"}),
        ("faults", {"statuss": 500}),
        ("meddle", {"verb": "dance"}),
        ("meddle", {"verb": "rename", "file": "nowhere"}),
        ("clock", {}),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    google: GoogleCloud, address: str, order: dict[str, Any]
) -> None:
    answer = httpx.post(f"{google.origin}/_emulator/{address}", json=order)
    assert answer.status_code == 400
    assert answer.json()["error"]
