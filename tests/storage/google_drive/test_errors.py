"""Every refusal that Google documents, as the emulated Drive says it, and what becomes of it."""

import io

import pytest

from app.storage.google_drive.errors import NotUnderstood, RootGone, meaning
from app.storage.policy import (
    CloudError,
    DailyCap,
    DriveFull,
    HardLimit,
    NoRight,
    OutOfReach,
    PolicyForbids,
    SharingTooFast,
    SignInAgain,
    Then,
    TooFast,
)
from app.storage.protocol import StorageError
from tests.storage.google_case import ROOT, Drive

DOCUMENTED = [
    (403, "userRateLimitExceeded", TooFast, Then.PARK),
    (403, "rateLimitExceeded", TooFast, Then.PARK),
    (429, "rateLimitExceeded", TooFast, Then.PARK),
    (403, "sharingRateLimitExceeded", SharingTooFast, Then.PARK),
    (403, "dailyLimitExceeded", DailyCap, Then.STOP_ALL),
    (403, "storageQuotaExceeded", DriveFull, Then.STOP_SCHOOL),
    (403, "teamDriveFileLimitExceeded", HardLimit, Then.STOP_SCHOOL),
    (403, "numChildrenInNonRootLimitExceeded", HardLimit, Then.STOP_SCHOOL),
    (403, "myDriveHierarchyDepthLimitExceeded", HardLimit, Then.STOP_SCHOOL),
    (403, "teamDriveHierarchyTooDeep", HardLimit, Then.STOP_SCHOOL),
    (403, "activeItemCreationLimitExceeded", HardLimit, Then.STOP_SCHOOL),
    (403, "insufficientFilePermissions", NoRight, Then.STOP_SCHOOL),
    (403, "appNotAuthorizedToFile", NoRight, Then.STOP_SCHOOL),
    (403, "teamDriveMembershipRequired", NoRight, Then.STOP_SCHOOL),
    (403, "domainPolicy", PolicyForbids, Then.STOP_SCHOOL),
    (401, "authError", SignInAgain, Then.STOP_SCHOOL),
    (408, "", OutOfReach, Then.CHECK),
    (500, "internalError", OutOfReach, Then.CHECK),
    (502, "", OutOfReach, Then.CHECK),
    (503, "backendError", OutOfReach, Then.CHECK),
    (504, "", OutOfReach, Then.CHECK),
    (403, "aReasonNobodyHasSeen", NoRight, Then.STOP_SCHOOL),
    (418, "", NotUnderstood, Then.PARK),
]


@pytest.mark.parametrize(("status", "reason", "meant", "then"), DOCUMENTED)
def test_each_refusal_has_its_meaning_and_leaves_nothing_behind(
    drive: Drive, status: int, reason: str, meant: type[CloudError], then: Then
) -> None:
    drive.fault(operation="files.create", status=status, reason=reason, times=None)
    with pytest.raises(meant) as refused:
        drive.store().put("a.pdf", io.BytesIO(b"bytes"))
    assert refused.type is meant
    assert refused.value.then is then
    assert drive.paths() == []
    drive.emulator.faults.clear()
    drive.store().put("a.pdf", io.BytesIO(b"bytes"))
    assert drive.paths() == ["a.pdf"]


def test_an_error_without_a_reason_is_still_understood() -> None:
    assert meaning(403, "") is NoRight
    assert meaning(599, "") is OutOfReach


def test_too_fast_closes_the_account_for_as_long_as_google_says(drive: Drive) -> None:
    drive.fault(operation="files.create", kind="rate", retry_after=37)
    with pytest.raises(TooFast):
        drive.store().make_folder("a")
    assert drive.pacer.closed_for == [37]


def test_too_fast_closes_the_account_for_a_while_when_google_does_not_say(drive: Drive) -> None:
    drive.fault(operation="files.create", kind="user_rate")
    with pytest.raises(TooFast):
        drive.store().make_folder("a")
    assert drive.pacer.closed_for == [15]


def test_a_full_drive_is_said_to_be_full_and_takes_the_rest_later(drive: Drive) -> None:
    drive.meddle("fill", account=drive.furnished["account"], free=3)
    with pytest.raises(DriveFull):
        drive.store().put("a.pdf", io.BytesIO(b"bytes"))
    drive.meddle("fill", account=drive.furnished["account"], free=5)
    drive.store().put("a.pdf", io.BytesIO(b"bytes"))
    assert drive.paths() == ["a.pdf"]


def test_every_refusal_speaks_to_a_person(drive: Drive) -> None:
    drive.fault(operation="files.*", status=400, reason="badRequest", times=None)
    with pytest.raises(StorageError) as refused:
        drive.store().make_folder("a")
    assert refused.value.detail
    assert refused.value.hint


def without_root(drive: Drive) -> None:
    with pytest.raises(RootGone) as refused:
        drive.store().put("a/b.pdf", io.BytesIO(b"bytes"))
    assert refused.value.then is Then.STOP_SCHOOL
    with pytest.raises(RootGone):
        drive.store().make_folder("a")
    with pytest.raises(RootGone):
        drive.store().make_folder("b")
    with pytest.raises(RootGone):
        drive.store().move("a", "c")


@pytest.mark.parametrize("verb", ["trash", "delete"])
def test_a_lost_root_is_said_to_be_lost(drive: Drive, verb: str) -> None:
    drive.store().make_folder("a")
    drive.meddle(verb, file=ROOT)
    without_root(drive)


def test_a_root_that_comes_back_holds_everything_as_before(drive: Drive) -> None:
    drive.store().make_folder("a")
    drive.meddle("trash", file=ROOT)
    without_root(drive)
    drive.meddle("untrash", file=ROOT)
    drive.store().make_folder("a")
    drive.store().make_folder("b")
    drive.store().put("a/b.pdf", io.BytesIO(b"bytes"))
    assert drive.paths() == ["a", "a/b.pdf", "b"]


def test_an_account_that_is_let_in_again_finds_everything_as_before(drive: Drive) -> None:
    drive.store().make_folder("a")
    root = drive.emulator.world.tree.get(drive.root_id)
    assert root is not None
    root.app, ours = "another application", root.app
    (folder,) = drive.emulator.world.tree.children(root.id)
    folder.app = root.app
    without_root(drive)
    root.app = folder.app = ours
    drive.store().put("a/b.pdf", io.BytesIO(b"bytes"))
    assert drive.paths() == ["a", "a/b.pdf"]
