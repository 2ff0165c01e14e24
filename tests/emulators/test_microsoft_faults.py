"""Faults on demand, quotas and counters of the emulated Graph."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from emulators.clock import Clock
from emulators.microsoft.errors import GraphError
from emulators.microsoft.service import Microsoft
from emulators.microsoft.throttling import Charge, Throttle
from emulators.serving import serving
from tests.emulators.microsoft_cloud import MicrosoftCloud, code

STEP = 320 * 1024


class StoppedClock(Clock):
    """A clock that only moves when it is moved, so that no bucket fills up meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self._began = super().now()
        self._moved = 0.0

    def seconds(self) -> float:
        return self._began.timestamp() + self._moved

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        self._moved += seconds


@pytest.fixture
def limited() -> Iterator[MicrosoftCloud]:
    emulator = Microsoft(StoppedClock(), enforce_quota=True)
    with serving(emulator) as origin, MicrosoftCloud(emulator, origin) as client:
        yield client
    emulator.close()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("throttled", "429 activityLimitReached"),
        ("unavailable", "503 serviceNotAvailable"),
        ("server_error", "500 generalException"),
        ("storage_full", "507 quotaLimitReached"),
        ("revoked", "401 InvalidAuthenticationToken"),
        ("denied", "403 accessDenied"),
    ],
)
def test_a_named_fault_strikes_once_and_does_nothing(cloud: MicrosoftCloud, kind: str, expected: str) -> None:
    cloud.fault(kind=kind)
    assert code(cloud.put("a.pdf", b"x")) == expected
    assert cloud.get("/root:/a.pdf").status_code == 404
    assert cloud.put("a.pdf", b"x").status_code == 201


def test_retry_after_is_told_with_throttling(cloud: MicrosoftCloud) -> None:
    cloud.fault(kind="throttled", retry_after=17)
    assert cloud.get("").headers["Retry-After"] == "17"


@pytest.mark.parametrize(("cut", "left"), [("before", 404), ("after", 200)])
def test_a_connection_can_be_cut_before_or_after_the_work(cloud: MicrosoftCloud, cut: str, left: int) -> None:
    cloud.fault(operation="content.put", cut=cut)
    with pytest.raises(httpx.RemoteProtocolError):
        cloud.put("a.pdf", b"x")
    assert cloud.get("/root:/a.pdf").status_code == left


def test_a_folder_that_was_made_before_the_cut_is_found_by_its_name(cloud: MicrosoftCloud) -> None:
    cloud.fault(operation="folders.create", cut="after")
    with pytest.raises(httpx.RemoteProtocolError):
        cloud.folder("A")
    again = cloud.post("/root/children", {"name": "A", "folder": {}})
    assert code(again) == "409 nameAlreadyExists"
    assert cloud.get("/root").json()["folder"]["childCount"] == 1


def test_a_download_can_break_off_in_the_middle(cloud: MicrosoftCloud) -> None:
    address = cloud.file("a.pdf", b"x" * 1000)["@microsoft.graph.downloadUrl"]
    cloud.fault(operation="download", cut="during")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(address)


def test_a_fragment_can_fail_after_a_part_of_it(cloud: MicrosoftCloud) -> None:
    address = cloud.post("/root:/a.pdf:/createUploadSession").json()["uploadUrl"]
    headers = {"Content-Range": f"bytes 0-{STEP - 1}/{STEP}"}
    cloud.fault(kind="mid_chunk", keep=1000)
    assert httpx.put(address, content=bytes(STEP), headers=headers).status_code == 503
    assert httpx.get(address).json()["nextExpectedRanges"] == ["1000-"]
    rest = {"Content-Range": f"bytes 1000-{STEP - 1}/{STEP}"}
    assert httpx.put(address, content=bytes(STEP - 1000), headers=rest).json()["size"] == STEP


def test_a_session_can_be_lost(cloud: MicrosoftCloud) -> None:
    address = cloud.post("/root:/a.pdf:/createUploadSession").json()["uploadUrl"]
    cloud.fault(kind="session_gone", operation="sessions.put")
    headers = {"Content-Range": "bytes 0-0/1"}
    assert code(httpx.put(address, content=b"x", headers=headers)) == "404 itemNotFound"


def test_what_is_stored_can_be_less_than_what_was_sent(cloud: MicrosoftCloud) -> None:
    cloud.fault(operation="content.put", keep=3)
    assert cloud.file("a.pdf", b"12345")["size"] == 3


def test_a_listing_can_lag(cloud: MicrosoftCloud) -> None:
    cloud.file("a.pdf")
    cloud.fault(kind="list_lag", times=2)
    assert cloud.get("/root/children").json()["value"] == []
    cloud.emulator.clock.advance(61)
    assert [each["name"] for each in cloud.get("/root/children").json()["value"]] == ["a.pdf"]


def test_a_revoked_grant_stops_the_sign_in(cloud: MicrosoftCloud) -> None:
    token = cloud.sign_in()["refresh_token"]
    cloud.fault(kind="grant_revoked")
    refused = cloud.msal_app().acquire_token_by_refresh_token(token, ["Files.ReadWrite.All"])
    assert refused["error"] == "invalid_grant"


def test_calls_and_units_are_counted_by_operation_and_by_school(cloud: MicrosoftCloud) -> None:
    cloud.http.delete(f"{cloud.origin}/_emulator/calls")
    folder = cloud.folder("A")
    cloud.file("A/a.pdf")
    cloud.get(f"/items/{folder['id']}/permissions")
    cloud.get("/root/nothing")
    told = cloud.http.get(f"{cloud.origin}/_emulator/calls").json()
    assert told["calls"] == {"folders.create": 1, "content.put": 1, "permissions.list": 1, "unknown": 1}
    assert told["units"]["permissions.list"] == 5
    assert told["units_by_account"]["truong-a.example"] == 9


def test_one_school_uses_up_its_minute_and_another_does_not_notice(limited: MicrosoftCloud) -> None:
    permissions = [limited.get("/root/permissions") for _ in range(250)]
    assert {each.status_code for each in permissions} == {200}
    told = [each for each in permissions if "RateLimit-Remaining" in each.headers]
    assert len(told) == 49 + 1
    assert told[0].headers["RateLimit-Limit"] == "1250"
    refused = limited.get("/root/permissions")
    assert code(refused) == "429 activityLimitReached"
    assert int(refused.headers["Retry-After"]) >= 1
    limited.school = limited.emulator.add_school(limited.origin, "truong-b.example", "Trường B")
    headers, address = (
        limited.bearer(limited.app_token()),
        f"/drives/{limited.school['drive_id']}/root/permissions",
    )
    assert limited.http.get(address, headers=headers).status_code == 200


def test_who_waits_as_long_as_he_was_told_is_served(limited: MicrosoftCloud) -> None:
    while (answer := limited.get("/root/permissions")).status_code == 200:
        continue
    limited.emulator.clock.advance(int(answer.headers["Retry-After"]) + 1)
    assert limited.get("/root").status_code == 200


def test_sharing_calls_have_a_limit_of_their_own() -> None:
    throttle = Throttle(StoppedClock())
    sharing = Charge("app", "tenant", "person", units=0, sharing=True)
    for _ in range(300):
        throttle.take(sharing)
    throttle.take(replace(sharing, sharing=False))
    with pytest.raises(GraphError, match="429"):
        throttle.take(sharing)


def test_without_quotas_nothing_is_throttled(cloud: MicrosoftCloud) -> None:
    assert {cloud.get("/root/permissions").status_code for _ in range(260)} == {200}
