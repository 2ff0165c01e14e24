"""Sharing: one call for each folder and person, a mail only where it is needed, and what others shared."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from app.storage.onedrive.errors import InvitationFailed, RecipientRefused
from app.storage.onedrive.sharing import read_grants
from app.storage.policy import NoRight, OutOfReach, PolicyForbids
from tests.storage.onedrive.school import INSIDE, OUTSIDE, School


@pytest.fixture(autouse=True)
def year(school: School) -> None:
    school.store.make_folder("year")
    school.made()


def mails(school: School) -> list[str]:
    return [mail.recipient for mail in school.emulator.world.mails]


def test_a_share_is_one_call(school: School) -> None:
    granted = school.store.grant("year", OUTSIDE, datetime.now(UTC) + timedelta(days=30))
    assert (granted.email, granted.role, granted.until) == (OUTSIDE, "reader", None)
    assert school.made() == ["permissions.invite"]
    assert ("sharing", 1) in school.pacer.taken


def test_the_service_writes_only_to_people_whom_it_does_not_know(school: School) -> None:
    school.store.grant("year", INSIDE, None)
    assert mails(school) == []
    school.store.grant("year", OUTSIDE, None)
    assert mails(school) == [OUTSIDE]


def test_a_share_that_was_made_before_the_cut_is_there_once(school: School) -> None:
    school.fault(operation="permissions.invite", cut="after")
    granted = school.store.grant("year", OUTSIDE, None)
    assert school.made() == ["permissions.invite", "permissions.list"]
    again = school.store.grant("year", OUTSIDE, None)
    assert again.id == granted.id
    assert [each.email for each in school.store.grants("year")].count(OUTSIDE) == 1


def test_a_share_that_was_cut_before_is_tried_again(school: School) -> None:
    school.fault(operation="permissions.invite", cut="before")
    with pytest.raises(OutOfReach):
        school.store.grant("year", OUTSIDE, None)
    assert school.store.grant("year", OUTSIDE, None).email == OUTSIDE


def test_an_address_that_an_application_cannot_invite_is_told_but_may_be_tried_again(school: School) -> None:
    school.fault(kind="invite_fails")
    with pytest.raises(InvitationFailed) as failed:
        school.store.grant("year", OUTSIDE, None)
    assert not failed.value.permanent
    assert failed.value.code == RecipientRefused.code


def test_an_address_that_is_nobodys_is_refused_for_good(school: School) -> None:
    with pytest.raises(RecipientRefused) as refused:
        school.store.grant("year", "khong.ai@truong-a.example", None)
    assert refused.value.permanent


def test_a_domain_that_forbids_sharing_says_so(school: School) -> None:
    tenant = school.emulator.world.directory.tenant("truong-a.example")
    assert tenant is not None
    tenant.external_sharing = False
    with pytest.raises(PolicyForbids):
        school.store.grant("year", OUTSIDE, None)


def test_sharing_that_is_denied_without_a_reason_is_a_matter_of_policy_outside_and_of_rights_within(
    school: School,
) -> None:
    school.fault(kind="domain_policy", times=2)
    with pytest.raises(PolicyForbids):
        school.store.grant("year", OUTSIDE, None)
    with pytest.raises(NoRight):
        school.store.grant("year", INSIDE, None)


def test_public_links_and_strangers_are_seen(school: School) -> None:
    school.meddle("share", "year", type="anyone")
    school.meddle("share", "year", **{"with": "nguoi.la@ngoai.example", "role": "writer"})
    seen = {(each.email, each.role, each.public, each.inherited) for each in school.store.grants("year")}
    assert ("", "reader", True, False) in seen
    assert ("nguoi.la@ngoai.example", "writer", False, False) in seen


def test_a_permission_from_above_is_taken_back_where_it_was_given(school: School) -> None:
    school.store.put("year/a.pdf", io.BytesIO(b"bytes"))
    school.store.grant("year", OUTSIDE, None)
    (below,) = [each for each in school.store.grants("year/a.pdf") if each.email == OUTSIDE]
    assert below.inherited
    school.store.revoke("year", below.id)
    assert OUTSIDE not in {each.email for each in school.store.grants("year/a.pdf")}


def test_a_public_link_can_be_taken_away(school: School) -> None:
    school.meddle("share", "year", type="anyone")
    (link,) = [each for each in school.store.grants("year") if each.public]
    school.store.revoke("year", link.id)
    assert [each for each in school.store.grants("year") if each.public] == []


def test_taking_back_what_lies_nowhere_is_nothing(school: School) -> None:
    school.store.revoke("never", "x")
    assert school.made() == []


def test_the_root_of_the_tree_can_be_looked_at(school: School) -> None:
    school.store.grant("", INSIDE, None)
    assert INSIDE in {each.email for each in school.store.grants("")}


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ({"id": "1", "roles": ["read"], "link": {"scope": "organization"}}, [("", "reader", True)]),
        (
            {
                "id": "1",
                "roles": ["write"],
                "link": {"scope": "users"},
                "grantedToIdentitiesV2": [
                    {"user": {"email": "b@ngoai.example"}},
                    {"siteUser": {"loginName": "i:0#.f|membership|a@ngoai.example"}},
                ],
            },
            [("a@ngoai.example", "writer", False), ("b@ngoai.example", "writer", False)],
        ),
        (
            {"id": "1", "roles": ["read"], "invitation": {"email": "c@ngoai.example"}},
            [("c@ngoai.example", "reader", False)],
        ),
        (
            {"id": "1", "roles": ["sp.full control"], "grantedToV2": {"siteGroup": {"displayName": "Chủ"}}},
            [("", "writer", False)],
        ),
    ],
    ids=[
        "a link for everybody in the domain",
        "a link for several",
        "an invitation",
        "a role of SharePoint's",
    ],
)
def test_permissions_of_every_shape_are_understood(
    permission: dict[str, object], expected: list[tuple[str, str, bool]]
) -> None:
    assert [(each.email, each.role, each.public) for each in read_grants(permission)] == expected
