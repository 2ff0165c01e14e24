"""Who may read: one call a person, no public links by us, and what Google answers when it will not."""

from datetime import UTC, datetime, timedelta

import pytest

from app.storage.google_drive.pace import SHARE, SHARE_OF_THE_DAY
from app.storage.policy import NoRight, PolicyForbids, SharingTooFast
from app.storage.protocol import MissingError
from tests.storage.google_case import ROOT, Drive

OFFICER = "canbo@phong.example"
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)


@pytest.fixture(autouse=True)
def year(drive: Drive) -> None:
    drive.store().make_folder("year")
    drive.forget_calls()


def direct(drive: Drive) -> list[tuple[str, str]]:
    """List who was let in to the folder, as the emulator keeps it."""
    (folder,) = [each for each in drive.emulator.state()["files"] if each["path"] == f"{ROOT}/year"]
    return [(each["address"], each["role"]) for each in folder["permissions"] if each["role"] != "owner"]


def test_a_share_is_one_call_and_no_mail(drive: Drive) -> None:
    granted = drive.store().grant("year", OFFICER, SOON)
    assert drive.calls() == {"permissions.create": 1}
    assert (granted.until, direct(drive)) == (SOON, [(OFFICER, "reader")])
    assert drive.emulator.world.mails == []


def test_a_share_draws_on_the_pace_of_sharing(drive: Drive) -> None:
    drive.pacer.taken.clear()
    drive.store().grant("year", OFFICER, None)
    assert [kind for kind, _ in drive.pacer.taken] == [SHARE, SHARE_OF_THE_DAY]


def test_the_same_share_again_changes_nothing(drive: Drive) -> None:
    first = drive.store().grant("year", OFFICER, SOON)
    assert drive.store().grant("year", OFFICER, SOON) == first
    assert direct(drive) == [(OFFICER, "reader")]


def test_an_end_may_be_taken_off(drive: Drive) -> None:
    drive.store().grant("year", OFFICER, SOON)
    assert drive.store().grant("year", OFFICER, None).until is None
    assert drive.store().grants("year")[-1].until is None


def test_an_end_after_more_than_a_year_is_cut_and_told(drive: Drive) -> None:
    granted = drive.store().grant("year", OFFICER, SOON + timedelta(days=4000))
    assert granted.until is not None
    assert timedelta(days=364) < granted.until - datetime.now(UTC) < timedelta(days=365)


def test_google_itself_ends_a_share(drive: Drive) -> None:
    drive.store().grant("year", OFFICER, SOON)
    drive.emulator.clock.advance(31 * 86_400)
    assert [grant.role for grant in drive.store().grants("year")] == ["owner"]


def test_an_address_without_an_account_gets_googles_mail(drive: Drive) -> None:
    drive.emulator.world.directory.without_account.add(OFFICER)
    drive.store().grant("year", OFFICER, None)
    assert [mail["to"] for mail in drive.emulator.world.mails] == [OFFICER]
    assert direct(drive) == [(OFFICER, "reader")]


def test_shared_although_the_mail_failed_is_shared(drive: Drive) -> None:
    drive.store().grant("year", OFFICER, None)
    drive.fault(operation="permissions.create", kind="mail_failed", times=2)
    assert drive.store().grant("year", OFFICER, None).email == OFFICER


def test_a_domain_that_forbids_it_is_said_to(drive: Drive) -> None:
    drive.emulator.world.closed_domains.add("truong-a.example")
    with pytest.raises(PolicyForbids):
        drive.store().grant("year", OFFICER, None)
    assert direct(drive) == []


def test_too_many_shares_do_not_close_the_account_for_filing(drive: Drive) -> None:
    drive.fault(operation="permissions.create", kind="sharing_rate")
    with pytest.raises(SharingTooFast):
        drive.store().grant("year", OFFICER, None)
    assert drive.pacer.closed_for == []


def test_a_lost_answer_leads_to_one_share(drive: Drive) -> None:
    drive.fault(operation="permissions.create", cut="after")
    with pytest.raises(Exception, match="store_out_of_reach"):
        drive.store().grant("year", OFFICER, SOON)
    drive.store().grant("year", OFFICER, SOON)
    assert direct(drive) == [(OFFICER, "reader")]


def test_links_and_strangers_of_other_people_are_seen(drive: Drive) -> None:
    drive.meddle("share", file=f"{ROOT}/year", type="anyone")
    drive.meddle("share", file=f"{ROOT}/year", **{"with": "la@ngoai.example", "role": "writer"})
    drive.meddle("share", file=f"{ROOT}/year", type="domain", **{"with": "ngoai.example"})
    found = {(grant.email, grant.role, grant.public) for grant in drive.store().grants("year")}
    assert {("", "reader", True), ("la@ngoai.example", "writer", False)} < found
    assert len(found) == 3


def test_what_is_inherited_says_so_and_cannot_be_taken_back_below(drive: Drive) -> None:
    drive.store().make_folder("year/week")
    drive.store().grant("year", OFFICER, None)
    (inherited,) = [grant for grant in drive.store().grants("year/week") if grant.email == OFFICER]
    assert inherited.inherited
    with pytest.raises(NoRight):
        drive.store().revoke("year/week", inherited.id)


def test_nothing_is_revoked_on_a_folder_that_is_gone(drive: Drive) -> None:
    granted = drive.store().grant("year", OFFICER, None)
    drive.meddle("delete", file=f"{ROOT}/year")
    with pytest.raises(MissingError):
        drive.store().revoke("year", granted.id)


def test_more_permissions_than_fit_on_a_page_are_all_listed(drive: Drive) -> None:
    for number in range(101):
        drive.meddle("share", file=f"{ROOT}/year", **{"with": f"{number}@phong.example"})
    assert len(drive.store().grants("year")) == 102
