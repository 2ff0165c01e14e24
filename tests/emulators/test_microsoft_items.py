"""Items of the emulated Graph: addresses, names, folders, moves, deletes, conditions, locks."""

import pytest

from tests.emulators.microsoft_cloud import MicrosoftCloud, code


def test_an_item_is_found_by_id_by_path_and_by_a_path_below_an_id(cloud: MicrosoftCloud) -> None:
    week = cloud.folder("Tuần 12")
    file = cloud.file("Tuần 12/Lớp 5A's.pdf")
    for address in (
        f"/items/{file['id']}",
        "/root:/Tuần 12/Lớp 5A's.pdf",
        "/root:/Tuần 12/Lớp 5A's.pdf:",
        f"/items/{week['id']}:/Lớp 5A's.pdf",
        f"/items/{week['id']}:/Lớp 5A's.pdf:/",
    ):
        assert cloud.get(address).json()["id"] == file["id"], address


def test_case_makes_no_other_name(cloud: MicrosoftCloud) -> None:
    cloud.folder("Hồ Sơ")
    assert cloud.get("/root:/HỒ SƠ").json()["name"] == "Hồ Sơ"
    again = cloud.post("/root/children", {"name": "hồ sơ", "folder": {}})
    assert code(again) == "409 nameAlreadyExists"


def test_a_folder_that_is_there_can_be_adopted_or_doubled_by_wish(cloud: MicrosoftCloud) -> None:
    first = cloud.folder("A")
    wish = "@microsoft.graph.conflictBehavior"
    renamed = cloud.post("/root/children", {"name": "A", "folder": {}, wish: "rename"}).json()
    assert renamed["name"] == "A 1"
    kept = cloud.post("/root/children", {"name": "A", "folder": {}, wish: "replace"}).json()
    assert kept["id"] == first["id"]


@pytest.mark.parametrize(
    "name",
    [
        "a:b",
        "a*",
        'a"b',
        "<a>",
        "a?",
        "a|b",
        "a\\b",
        " a",
        "a ",
        "a.",
        "CON",
        "com3",
        "~$a",
        "a_vti_b",
        ".lock",
    ],
)
def test_a_name_that_sharepoint_refuses_is_refused(cloud: MicrosoftCloud, name: str) -> None:
    assert code(cloud.post("/root/children", {"name": name, "folder": {}})) == "400 invalidRequest"


def test_forms_is_refused_only_at_the_top_of_a_library(cloud: MicrosoftCloud) -> None:
    assert code(cloud.post("/root/children", {"name": "Forms", "folder": {}})) == "400 invalidRequest"
    assert cloud.folder("forms", cloud.folder("A")["id"])["name"] == "forms"


def test_a_path_over_four_hundred_characters_is_refused(cloud: MicrosoftCloud) -> None:
    parent = cloud.folder("đ" * 200)["id"]
    room = 400 - len("Documents/") - 200 - 1
    answer = cloud.post(f"/items/{parent}/children", {"name": "ê" * (room + 1), "folder": {}})
    assert answer.json()["error"]["innerError"]["code"] == "pathIsTooLong"
    assert cloud.folder("ê" * room, parent)["folder"]["childCount"] == 0


def test_children_come_in_pages(cloud: MicrosoftCloud) -> None:
    for number in range(5):
        cloud.folder(f"Tuần {number}")
    first = cloud.get("/root/children", params={"$top": 2, "$select": "name"}).json()
    assert first["value"] == [{"name": "Tuần 0"}, {"name": "Tuần 1"}]
    second = cloud.http.get(first["@odata.nextLink"]).json()
    third = cloud.http.get(second["@odata.nextLink"]).json()
    assert third["value"] == [{"name": "Tuần 4"}]
    assert "@odata.nextLink" not in third


def test_a_move_keeps_the_id_and_may_rename_at_once(cloud: MicrosoftCloud) -> None:
    target = cloud.folder("Đã ký")
    file = cloud.file("a.pdf")
    wanted = {"name": "b.pdf", "parentReference": {"id": target["id"]}}
    moved = cloud.patch(f"/items/{file['id']}", wanted).json()
    assert moved["id"] == file["id"]
    assert moved["parentReference"]["path"].endswith("/root:/%C4%90%C3%A3%20k%C3%BD")
    assert moved["eTag"] != file["eTag"]
    assert moved["cTag"] == file["cTag"]
    assert cloud.get("/root:/a.pdf").status_code == 404


def test_a_move_onto_a_taken_name_leaves_both_where_they_are(cloud: MicrosoftCloud) -> None:
    file, _ = cloud.file("a.pdf"), cloud.file("b.pdf")
    assert code(cloud.patch(f"/items/{file['id']}", {"name": "B.pdf"})) == "409 nameAlreadyExists"
    assert cloud.get("/root:/a.pdf").json()["id"] == file["id"]
    assert cloud.patch(f"/items/{file['id']}", {"name": "A.pdf"}).json()["name"] == "A.pdf"


def test_a_folder_cannot_be_moved_into_itself(cloud: MicrosoftCloud) -> None:
    outer = cloud.folder("A")
    inner = cloud.folder("B", outer["id"])
    answer = cloud.patch(f"/items/{outer['id']}", {"parentReference": {"id": inner["id"]}})
    assert code(answer) == "400 invalidRequest"


def test_what_lies_in_a_deleted_folder_is_gone_with_it(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    file = cloud.file("A/a.pdf")
    assert cloud.delete(f"/items/{folder['id']}").status_code == 204
    assert code(cloud.get(f"/items/{file['id']}")) == "404 itemNotFound"
    lost = cloud.http.put(f"{cloud.drive}/items/{folder['id']}:/b.pdf:/content", content=b"x")
    assert code(lost) == "404 itemNotFound"


def test_restore_is_refused_for_work_accounts_and_works_for_personal_ones(cloud: MicrosoftCloud) -> None:
    folder = cloud.folder("A")
    file = cloud.file("A/a.pdf")
    cloud.delete(f"/items/{folder['id']}")
    assert cloud.post(f"/items/{folder['id']}/restore").status_code == 501
    cloud.inside.kind = "personal"
    assert cloud.post(f"/items/{folder['id']}/restore").json()["id"] == folder["id"]
    assert cloud.get("/root:/A/a.pdf").json()["id"] == file["id"]


def test_space_comes_back_only_when_something_is_deleted_for_good(cloud: MicrosoftCloud) -> None:
    file = cloud.file("a.pdf", b"x" * 1000)
    cloud.put("a.pdf", b"y" * 500)
    assert cloud.get("").json()["quota"]["used"] == 1500
    cloud.delete(f"/items/{file['id']}")
    quota = cloud.get("").json()["quota"]
    assert (quota["used"], quota["deleted"]) == (1500, 500)
    other = cloud.file("b.pdf", b"z" * 10)
    assert cloud.post(f"/items/{other['id']}/permanentDelete").status_code == 204
    assert cloud.get("").json()["quota"]["used"] == 1500


def test_an_older_tag_stops_a_write_and_a_delete(cloud: MicrosoftCloud) -> None:
    file = cloud.file("a.pdf", b"1")
    newer = cloud.put("a.pdf", b"2").json()
    old = {"If-Match": file["eTag"]}
    assert code(cloud.put("a.pdf", b"3", headers=old)) == "412 resourceModified"
    assert code(cloud.delete(f"/items/{file['id']}", headers=old)) == "412 resourceModified"
    assert cloud.put("a.pdf", b"3", headers={"If-Match": newer["eTag"]}).status_code == 200


def test_an_item_that_is_known_already_is_not_sent_again(cloud: MicrosoftCloud) -> None:
    file = cloud.file("a.pdf")
    assert cloud.get(f"/items/{file['id']}", headers={"If-None-Match": file["eTag"]}).status_code == 304


def test_select_leaves_out_the_rest(cloud: MicrosoftCloud) -> None:
    file = cloud.file("a.pdf")
    shown = cloud.get(f"/items/{file['id']}", params={"$select": "id,file"}).json()
    assert set(shown) == {"id", "file"}


def test_dates_that_a_client_keeps_make_a_version_that_counts(cloud: MicrosoftCloud) -> None:
    file = cloud.file("a.pdf", b"x" * 100)
    dates = {"fileSystemInfo": {"lastModifiedDateTime": "2026-01-02T03:04:05Z"}}
    shown = cloud.patch(f"/items/{file['id']}", dates).json()
    assert shown["fileSystemInfo"]["lastModifiedDateTime"] == "2026-01-02T03:04:05Z"
    assert cloud.inside.used == 200


def test_a_locked_record_takes_no_change_until_it_is_unlocked(cloud: MicrosoftCloud) -> None:
    file = cloud.file("A/a.pdf")
    label = f"/items/{file['id']}/retentionLabel"
    assert code(cloud.patch(label, {"name": "không có"})) == "400 invalidRequest"
    cloud.patch(label, {"name": "Hồ sơ đã ký duyệt"})
    locked = cloud.patch(label, {"retentionSettings": {"isRecordLocked": True}}).json()
    assert locked["retentionSettings"]["isContentUpdateAllowed"] is False
    folder = cloud.get("/root:/A").json()["id"]
    for refused in (
        cloud.put("A/a.pdf", b"other"),
        cloud.patch(f"/items/{file['id']}", {"name": "b.pdf"}),
        cloud.delete(f"/items/{file['id']}"),
        cloud.delete(f"/items/{folder}"),
        cloud.delete(label),
    ):
        assert code(refused) == "423 resourceLocked"
    cloud.patch(label, {"retentionSettings": {"isRecordLocked": False}})
    assert cloud.delete(f"/items/{file['id']}").status_code == 204


def test_a_record_label_needs_full_control(cloud: MicrosoftCloud) -> None:
    file = cloud.file("a.pdf")
    cloud.emulator.world.directory.apps[cloud.school["client_id"]].roles = frozenset({"Sites.ReadWrite.All"})
    refused = cloud.patch(f"/items/{file['id']}/retentionLabel", {"name": "Hồ sơ đã ký duyệt"})
    assert code(refused) == "403 accessDenied"


def test_a_file_that_one_has_checked_out_is_closed_to_another(cloud: MicrosoftCloud) -> None:
    file = cloud.file("a.pdf")
    person = cloud.bearer(cloud.sign_in()["access_token"])
    address = f"/items/{file['id']}"
    assert cloud.post(address + "/checkout", headers=person).status_code == 204
    assert code(cloud.put("a.pdf", b"other")) == "423 resourceLocked"
    assert code(cloud.post(address + "/checkin")) == "403 accessDenied"
    assert cloud.post(address + "/checkin", headers=person).status_code == 204
    assert cloud.put("a.pdf", b"other").status_code == 200


def test_a_drive_of_another_tenant_is_not_there(cloud: MicrosoftCloud) -> None:
    other = cloud.emulator.world.directory.add_tenant("truong-b.example", "Trường B").add_site(
        "hoso", "Hồ sơ"
    )
    assert code(cloud.http.get(f"/drives/{other.drive.id}/root")) == "404 itemNotFound"


def test_an_option_that_is_not_emulated_is_refused_rather_than_ignored(cloud: MicrosoftCloud) -> None:
    assert code(cloud.get("/root", params={"$expand": "permissions"})) == "400 invalidRequest"


def test_an_address_that_means_nothing_is_refused(cloud: MicrosoftCloud) -> None:
    assert code(cloud.get("/root/nothing")) == "400 BadRequest"
    assert code(cloud.http.get("/groups")) == "400 BadRequest"
