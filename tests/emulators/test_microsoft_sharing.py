"""Permissions of the emulated Graph: invitations, links, inheritance, policies, taking back."""

from urllib.parse import quote

import httpx
import pytest

from emulators.microsoft.directory import Tenant
from tests.emulators.microsoft_cloud import Json, MicrosoftCloud, code

OFFICER = "canbo@phong.example"


def invite(cloud: MicrosoftCloud, item: Json, address: str = OFFICER, **more: object) -> httpx.Response:
    wishes = {"recipients": [{"email": address}], "roles": ["read"], "requireSignIn": True}
    return cloud.post(f"/items/{item['id']}/invite", wishes | {"sendInvitation": True} | more)


def permissions(cloud: MicrosoftCloud, item: Json) -> list[Json]:
    return list(cloud.get(f"/items/{item['id']}/permissions").json()["value"])


def addresses(cloud: MicrosoftCloud, item: Json) -> set[str]:
    shown = permissions(cloud, item)
    return {each["grantedToV2"]["user"]["email"] for each in shown if "user" in each["grantedToV2"]}


def school(cloud: MicrosoftCloud) -> Tenant:
    return cloud.emulator.world.directory.tenants[cloud.school["tenant_id"]]


def test_an_invited_officer_may_read_the_folder_and_what_is_below(cloud: MicrosoftCloud) -> None:
    folder, file = cloud.folder("A"), cloud.file("A/B/a.pdf")
    (granted,) = invite(cloud, folder).json()["value"]
    assert granted["roles"] == ["read"]
    assert granted["grantedToV2"]["user"]["email"] == OFFICER
    (below,) = [each for each in permissions(cloud, file) if each["id"] == granted["id"]]
    assert below["inheritedFrom"]["id"] == folder["id"]
    assert [mail.recipient for mail in cloud.emulator.world.mails] == [OFFICER]


def test_every_item_inherits_the_owner(cloud: MicrosoftCloud) -> None:
    (owner,) = permissions(cloud, cloud.file("a.pdf"))
    assert owner["roles"] == ["owner"]
    assert owner["inheritedFrom"]


def test_a_grant_takes_no_end_date_and_a_link_does(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    end = {"expirationDateTime": "2099-01-01T00:00:00Z"}
    assert "expirationDateTime" not in invite(cloud, folder, **end).json()["value"][0]
    link = cloud.post(f"/items/{folder['id']}/createLink", {"type": "view", "scope": "organization"} | end)
    assert link.json()["expirationDateTime"] == "2099-01-01T00:00:00Z"


def test_the_same_person_invited_again_holds_one_permission(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    first = invite(cloud, folder).json()["value"][0]
    again = invite(cloud, folder, roles=["write"]).json()["value"][0]
    assert again["id"] == first["id"]
    (held,) = [each for each in permissions(cloud, folder) if each["id"] == first["id"]]
    assert held["roles"] == ["write"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": ["reader"]},
        {"roles": []},
        {"recipients": []},
        {"recipients": [{"email": "nobody"}]},
        {"requireSignIn": False, "sendInvitation": False},
        {"sendInvitation": False},
        {"message": "x" * 2001},
        {"retainInheritedPermissions": False},
        {"expirationDateTime": "tomorrow"},
        {"expirationDateTime": "2099-01-01T00:00:00"},
    ],
    ids=" ".join,
)
def test_an_invitation_that_graph_refuses_is_refused(cloud: MicrosoftCloud, wrong: Json) -> None:
    assert code(invite(cloud, cloud.folder("A"), **wrong)) == "400 invalidRequest"


def test_a_colleague_may_be_granted_quietly_and_an_unknown_one_may_not(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    quiet = invite(cloud, folder, "hieutruong@truong-a.example", sendInvitation=False)
    assert "invitation" not in quiet.json()["value"][0]
    assert cloud.emulator.world.mails == []
    assert code(invite(cloud, folder, "ai@truong-a.example")) == "400 invalidRequest"


def test_an_application_alone_fails_to_invite_who_has_no_microsoft_account(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    school(cloud).accountless.add(OFFICER)
    assert code(invite(cloud, folder)) == "500 generalException"
    assert OFFICER not in addresses(cloud, folder)
    person = cloud.bearer(cloud.sign_in()["access_token"])
    wishes = {"recipients": [{"email": OFFICER}], "roles": ["read"], "requireSignIn": True}
    sent = cloud.post(f"/items/{folder['id']}/invite", wishes | {"sendInvitation": True}, headers=person)
    assert sent.status_code == 200


def test_a_policy_forbids_strangers_and_public_links(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    school(cloud).external_sharing = False
    assert code(invite(cloud, folder)) == "403 accessDenied"
    link = f"/items/{folder['id']}/createLink"
    assert code(cloud.post(link, {"type": "view", "scope": "anonymous"})) == "403 accessDenied"
    assert cloud.post(link, {"type": "view", "scope": "organization"}).status_code == 201


def test_one_of_two_refused_recipients_leaves_nothing_behind(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    school(cloud).accountless.add("khac@ngoai.example")
    both = [{"email": OFFICER}, {"email": "khac@ngoai.example"}]
    assert invite(cloud, folder, recipients=both).status_code == 500
    assert OFFICER not in addresses(cloud, folder)


def test_the_same_link_is_made_once(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    address, wishes = f"/items/{folder['id']}/createLink", {"type": "view", "scope": "anonymous"}
    first, again = cloud.post(address, wishes), cloud.post(address, wishes)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert code(cloud.post(address, {"type": "embed"})) == "400 invalidRequest"
    assert code(cloud.post(address, wishes | {"password": "x"})) == "400 invalidRequest"


def test_a_link_ends_by_itself(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    soon = cloud.emulator.clock.now().replace(year=cloud.emulator.clock.now().year + 1).isoformat()
    wishes = {"type": "view", "scope": "organization", "expirationDateTime": soon}
    link = cloud.post(f"/items/{folder['id']}/createLink", wishes).json()
    assert link["id"] in {each["id"] for each in permissions(cloud, folder)}
    cloud.emulator.clock.advance(366 * 86_400)
    cloud.http.headers.update(cloud.bearer(cloud.app_token()))
    assert link["id"] not in {each["id"] for each in permissions(cloud, folder)}


def test_a_permission_is_taken_back_where_it_was_given(cloud: MicrosoftCloud) -> None:
    folder, file = cloud.folder("A"), cloud.file("A/a.pdf")
    granted = invite(cloud, folder).json()["value"][0]
    assert code(cloud.delete(f"/items/{file['id']}/permissions/{granted['id']}")) == "400 invalidRequest"
    address = f"/items/{folder['id']}/permissions/{granted['id']}"
    assert cloud.get(address).json()["id"] == granted["id"]
    assert cloud.patch(address, {"roles": ["write"]}).json()["roles"] == ["write"]
    assert cloud.delete(address).status_code == 204
    assert code(cloud.delete(address)) == "404 itemNotFound"
    assert OFFICER not in addresses(cloud, file)


def test_a_permission_is_found_by_an_id_that_was_quoted(cloud: MicrosoftCloud) -> None:
    file = cloud.file("a.pdf")
    cloud.meddle(verb="share", file="a.pdf", **{"with": "la@ngoai.example"})
    (granted,) = [each for each in permissions(cloud, file) if "@" in each["id"]]
    address = f"/items/{file['id']}/permissions/{quote(granted['id'], safe='')}"
    assert "@" not in address
    assert cloud.get(address).json()["id"] == granted["id"]
    assert cloud.delete(address).status_code == 204
    assert granted["id"] not in {each["id"] for each in permissions(cloud, file)}


def test_a_direct_grant_below_outlives_the_folders(cloud: MicrosoftCloud) -> None:
    folder, file = cloud.folder("A"), cloud.file("A/a.pdf")
    above = invite(cloud, folder).json()["value"][0]
    invite(cloud, file)
    cloud.delete(f"/items/{folder['id']}/permissions/{above['id']}")
    assert OFFICER in addresses(cloud, file)
    assert OFFICER not in addresses(cloud, folder)


def test_the_owner_cannot_be_shut_out(cloud: MicrosoftCloud) -> None:
    assert code(cloud.delete("/root/permissions/owner")) == "403 accessDenied"


def test_sharing_leaves_the_tags_of_an_item_alone(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    invite(cloud, folder)
    assert cloud.get("/root:/A").json()["eTag"] == folder["eTag"]
    assert cloud.get("/root:/A").json()["shared"] == {"scope": "users"}
