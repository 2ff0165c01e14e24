"""What people do behind the application's back shows in Graph as it would live."""

import httpx

from tests.emulators.microsoft_cloud import GRAPH_SCOPE, MicrosoftCloud


def test_a_file_is_edited_by_a_stranger(cloud: MicrosoftCloud) -> None:
    file = cloud.file("A/a.pdf")
    cloud.meddle(verb="edit", file="A/a.pdf", content="other", by="la@ngoai.example")
    now = cloud.get(f"/items/{file['id']}").json()
    assert now["cTag"] != file["cTag"]
    assert now["lastModifiedBy"]["user"]["email"] == "la@ngoai.example"


def test_a_file_is_renamed_moved_trashed_and_put_back(cloud: MicrosoftCloud) -> None:
    file = cloud.file("A/a.pdf")
    cloud.folder("B")
    cloud.meddle(verb="rename", file=file["id"], name="b.pdf")
    cloud.meddle(verb="move", file=file["id"], to="B")
    assert cloud.get("/root:/B/b.pdf").json()["id"] == file["id"]
    cloud.meddle(verb="trash", file="B/b.pdf")
    assert cloud.get(f"/items/{file['id']}").status_code == 404
    cloud.meddle(verb="untrash", file=file["id"])
    assert cloud.get("/root:/B/b.pdf").json()["id"] == file["id"]
    cloud.meddle(verb="delete", file=file["id"])
    assert cloud.get(f"/items/{file['id']}").status_code == 404


def test_a_record_is_locked_and_unlocked(cloud: MicrosoftCloud) -> None:
    cloud.file("a.pdf")
    cloud.meddle(verb="lock", file="a.pdf")
    assert cloud.put("a.pdf", b"x").status_code == 423
    cloud.meddle(verb="unlock", file="a.pdf")
    assert cloud.put("a.pdf", b"x").status_code == 200
    cloud.meddle(verb="checkout", file="a.pdf")
    assert cloud.put("a.pdf", b"x").status_code == 423


def test_a_person_and_everybody_are_let_in_and_out(cloud: MicrosoftCloud) -> None:
    cloud.file("a.pdf")

    def who() -> int:
        return len(cloud.get("/root:/a.pdf:/permissions").json()["value"])

    cloud.meddle(verb="share", file="a.pdf", **{"with": "la@ngoai.example"}, role="writer")
    cloud.meddle(verb="share", file="a.pdf", type="anyone")
    links = [each for each in cloud.get("/root:/a.pdf:/permissions").json()["value"] if "link" in each]
    assert links[0]["link"]["scope"] == "anonymous"
    assert who() == 3
    cloud.meddle(verb="unshare", file="a.pdf", type="anyone")
    cloud.meddle(verb="unshare", file="a.pdf", **{"with": "la@ngoai.example"})
    assert who() == 1


def test_a_stranger_adds_a_file_and_a_folder(cloud: MicrosoftCloud) -> None:
    cloud.folder("A")
    cloud.meddle(verb="add", to="A", name="lạ.pdf", content="x")
    cloud.meddle(verb="add", to=cloud.get("/root").json()["id"], name="Lạ", folder=True)
    assert cloud.get("/root:/A/lạ.pdf").json()["createdBy"]["user"]["email"] == "nguoi.la@ngoai.example"
    assert "folder" in cloud.get("/root:/Lạ").json()


def test_a_school_takes_its_consent_back_and_gives_it_again(cloud: MicrosoftCloud) -> None:
    cloud.meddle(verb="revoke", account="truong-a.example")
    assert cloud.get("").status_code == 401
    refused = cloud.msal_app().acquire_token_for_client([GRAPH_SCOPE])
    assert refused["error"] == "unauthorized_client"
    cloud.meddle(verb="consent", account="truong-a.example")
    assert cloud.app_token()


def test_a_person_who_takes_his_consent_back_leaves_the_application_its_own(cloud: MicrosoftCloud) -> None:
    person = cloud.bearer(cloud.sign_in()["access_token"])
    cloud.meddle(verb="revoke", account="quantri@truong-a.example")
    assert cloud.http.get("/me", headers=person).status_code == 401
    assert cloud.get("").status_code == 200
    assert cloud.app_token()


def test_another_school_is_founded_with_a_drive_of_its_own(cloud: MicrosoftCloud) -> None:
    drive_id = cloud.meddle(verb="found", account="truong-b.example")["id"]
    cloud.school["tenant_id"] = "truong-b.example"
    headers = cloud.bearer(cloud.app_token())
    assert cloud.http.get(f"/drives/{drive_id}", headers=headers).status_code == 200
    assert cloud.http.get(cloud.drive, headers=headers).status_code == 404


def test_an_order_that_cannot_be_done_says_why(cloud: MicrosoftCloud) -> None:
    cloud.file("a.pdf")
    cloud.meddle(verb="lock", file="a.pdf")
    for order, reason in (
        ({"verb": "dance"}, "unknown verb"),
        ({"verb": "edit", "file": "b.pdf", "content": ""}, "there is no item"),
        ({"verb": "edit", "file": "a.pdf"}, "'content' is missing"),
        ({"verb": "edit", "file": "a.pdf", "content": "x"}, "locked"),
        ({"verb": "unshare", "file": "a.pdf", "with": "x@y.example"}, "no such permission"),
        ({"verb": "fill", "account": "khac.example"}, "there is no account"),
    ):
        answer = httpx.post(f"{cloud.origin}/_emulator/meddle", json=order)
        assert answer.status_code == 400
        assert reason in answer.json()["error"]


def test_the_state_shows_what_is_kept(cloud: MicrosoftCloud) -> None:
    cloud.file("A/a.pdf", b"x")
    gone = cloud.file("b.pdf")
    cloud.delete(f"/items/{gone['id']}")
    told = httpx.get(f"{cloud.origin}/_emulator/state").json()
    drives = [drive for tenant in told["tenants"] for drive in tenant["drives"]]
    (drive,) = [drive for drive in drives if drive["id"] == cloud.school["drive_id"]]
    assert [item["path"] for item in drive["items"]] == ["A", "A/a.pdf"]
    assert [item["path"] for item in drive["recycle_bin"]] == ["b.pdf"]
