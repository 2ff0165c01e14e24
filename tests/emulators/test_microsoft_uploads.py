"""Bytes up and down: small files, fragments, resuming elsewhere, ranges, late hashes."""

import io
import os
from datetime import timedelta

import httpx
import pytest

from emulators.microsoft.quickxor import quick_xor_hash
from tests.emulators.microsoft_cloud import Json, MicrosoftCloud, code

STEP = 320 * 1024
BIG = os.urandom(3 * STEP + 777)
CONFLICT = "@microsoft.graph.conflictBehavior"


def start(cloud: MicrosoftCloud, path: str = "lớn.pdf", **wishes: object) -> str:
    answer = cloud.post(f"/root:/{path}:/createUploadSession", {"item": wishes})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["uploadUrl"])


def send(address: str, first: int, last: int, total: int = len(BIG), content: bytes = BIG) -> httpx.Response:
    headers = {"Content-Range": f"bytes {first}-{last - 1}/{total}"}
    return httpx.put(address, content=content[first:last], headers=headers)


def download(cloud: MicrosoftCloud, item: Json) -> bytes:
    return cloud.get(f"/items/{item['id']}/content", follow_redirects=True).content


@pytest.mark.parametrize("content", [b"", b"x", BIG], ids=["empty", "one byte", "a megabyte"])
def test_a_small_upload_is_read_back_as_it_was_with_its_hash(cloud: MicrosoftCloud, content: bytes) -> None:
    item = cloud.file("a.pdf", content)
    assert item["size"] == len(content)
    assert item["file"]["hashes"]["quickXorHash"] == quick_xor_hash(io.BytesIO(content))
    assert httpx.get(item["@microsoft.graph.downloadUrl"]).content == content
    assert download(cloud, item) == content


def test_a_put_replaces_unless_it_is_told_not_to(cloud: MicrosoftCloud) -> None:
    first = cloud.file("a.pdf", b"1")
    refused = cloud.put("a.pdf", b"2", params={CONFLICT: "fail"})
    assert code(refused) == "409 nameAlreadyExists"
    again = cloud.put("a.pdf", b"2")
    assert again.status_code == 200
    assert again.json()["id"] == first["id"]
    assert again.json()["cTag"] != first["cTag"]
    assert cloud.put("a.pdf", b"3", params={CONFLICT: "rename"}).json()["name"] == "a 1.pdf"


def test_a_put_makes_the_folders_on_its_way(cloud: MicrosoftCloud) -> None:
    cloud.file("2026-2027/Tuần 12/a.pdf")
    assert cloud.get("/root:/2026-2027/Tuần 12").json()["folder"]["childCount"] == 1


def test_a_put_by_id_replaces_the_bytes(cloud: MicrosoftCloud) -> None:
    item = cloud.file("a.pdf", b"1")
    cloud.http.put(f"{cloud.drive}/items/{item['id']}/content", content=b"2")
    assert download(cloud, item) == b"2"


def test_fragments_make_a_file(cloud: MicrosoftCloud) -> None:
    address = start(cloud)
    middle = send(address, 0, 2 * STEP)
    assert middle.status_code == 202
    assert middle.json()["nextExpectedRanges"] == [f"{2 * STEP}-"]
    done = send(address, 2 * STEP, len(BIG))
    assert done.status_code == 201
    assert download(cloud, done.json()) == BIG
    assert httpx.get(address).status_code == 404


def test_another_process_goes_on_where_the_first_one_stopped(cloud: MicrosoftCloud) -> None:
    address = start(cloud)
    send(address, 0, STEP)
    (missing,) = httpx.get(address).json()["nextExpectedRanges"]
    assert download(cloud, send(address, int(missing.rstrip("-")), len(BIG)).json()) == BIG


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (0, STEP, "416 invalidRange"),
        (2 * STEP, 3 * STEP, "416 invalidRange"),
        (STEP, STEP + 1000, "400 invalidRequest"),
    ],
    ids=["once more", "with a gap", "not a multiple of 320 KiB"],
)
def test_a_fragment_that_does_not_fit_is_refused(
    cloud: MicrosoftCloud, first: int, last: int, expected: str
) -> None:
    address = start(cloud)
    send(address, 0, STEP)
    assert code(send(address, first, last)) == expected
    assert httpx.get(address).json()["nextExpectedRanges"] == [f"{STEP}-"]


def test_the_total_must_stay_the_same(cloud: MicrosoftCloud) -> None:
    address = start(cloud)
    send(address, 0, STEP)
    assert code(send(address, STEP, 2 * STEP, len(BIG) + 1)) == "400 invalidRequest"


def test_a_token_at_the_upload_address_is_refused(cloud: MicrosoftCloud) -> None:
    headers = {"Content-Range": "bytes 0-0/1", "Authorization": "Bearer x"}
    assert code(httpx.put(start(cloud), content=b"x", headers=headers)) == "401 unauthenticated"


def test_a_session_can_be_cancelled_and_dies_by_itself(cloud: MicrosoftCloud) -> None:
    address = start(cloud)
    assert httpx.delete(address).status_code == 204
    assert code(send(address, 0, STEP)) == "404 itemNotFound"
    address = start(cloud)
    cloud.emulator.clock.advance(8 * 86_400)
    assert code(send(address, 0, STEP)) == "404 itemNotFound"


def test_a_session_says_at_once_when_the_name_is_taken_or_the_room_too_small(cloud: MicrosoftCloud) -> None:
    cloud.file("lớn.pdf")
    taken = cloud.post("/root:/lớn.pdf:/createUploadSession", {"item": {CONFLICT: "fail"}})
    assert code(taken) == "409 nameAlreadyExists"
    cloud.meddle(verb="fill", free=10)
    full = cloud.post("/root:/b.pdf:/createUploadSession", {"item": {"fileSize": 11}})
    assert code(full) == "507 quotaLimitReached"


def test_a_name_that_is_taken_meanwhile_is_told_at_the_last_fragment_and_can_be_tried_again(
    cloud: MicrosoftCloud,
) -> None:
    address = start(cloud, **{CONFLICT: "fail"})
    send(address, 0, STEP)
    other = cloud.file("lớn.pdf")
    assert code(send(address, STEP, len(BIG))) == "409 nameAlreadyExists"
    cloud.delete(f"/items/{other['id']}")
    done = httpx.post(address)
    assert done.status_code == 201
    assert download(cloud, done.json()) == BIG


def test_a_folder_that_is_deleted_in_mid_upload_is_told_at_the_end(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    address = start(cloud, "A/lớn.pdf")
    send(address, 0, STEP)
    cloud.delete(f"/items/{folder['id']}")
    assert code(send(address, STEP, len(BIG))) == "404 itemNotFound"


def test_a_deferred_upload_appears_when_it_is_committed(cloud: MicrosoftCloud) -> None:
    answer = cloud.post("/root:/a.pdf:/createUploadSession", {"deferCommit": True}).json()
    assert send(answer["uploadUrl"], 0, 5, 5).status_code == 202
    assert cloud.get("/root:/a.pdf").status_code == 404
    assert httpx.post(answer["uploadUrl"]).status_code == 201
    assert cloud.get("/root:/a.pdf").json()["size"] == 5


def test_a_session_on_an_item_replaces_its_bytes(cloud: MicrosoftCloud) -> None:
    item = cloud.file("a.pdf", b"1")
    address = cloud.post(f"/items/{item['id']}/createUploadSession").json()["uploadUrl"]
    done = send(address, 0, len(BIG))
    assert done.status_code == 200
    assert done.json()["id"] == item["id"]


def test_a_full_drive_takes_nothing_more(cloud: MicrosoftCloud) -> None:
    cloud.meddle(verb="fill", free=4)
    assert code(cloud.put("a.pdf", b"12345")) == "507 quotaLimitReached"
    assert cloud.put("a.pdf", b"1234").status_code == 201


@pytest.mark.parametrize(
    ("wanted", "status", "expected"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-2", 206, b"89"),
        ("bytes=5-99", 206, b"56789"),
        ("bytes=10-", 416, b""),
    ],
)
def test_a_part_of_a_file_can_be_read(
    cloud: MicrosoftCloud, wanted: str, status: int, expected: bytes
) -> None:
    address = cloud.file("a.pdf", b"0123456789")["@microsoft.graph.downloadUrl"]
    answer = httpx.get(address, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (status, expected)


def test_a_download_address_is_good_for_an_hour_and_for_nothing_else(cloud: MicrosoftCloud) -> None:
    address = cloud.file("a.pdf")["@microsoft.graph.downloadUrl"]
    assert httpx.get(address[:-6] + "AAAAAA").status_code == 401
    cloud.emulator.clock.advance(3_601)
    assert httpx.get(address).status_code == 401


def test_the_hash_may_come_later_than_the_file(cloud: MicrosoftCloud) -> None:
    cloud.emulator.world.hash_lag = timedelta(seconds=30)
    item = cloud.file("a.pdf")
    assert "hashes" not in item["file"]
    cloud.emulator.clock.advance(31)
    assert "hashes" in cloud.get(f"/items/{item['id']}").json()["file"]
