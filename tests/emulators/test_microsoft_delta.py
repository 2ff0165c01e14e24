"""The delta feed: a first walk, what changed since, pages, lost cursors, and what it leaves out."""

import random
from datetime import timedelta

import pytest

from tests.emulators.microsoft_cloud import Json, MicrosoftCloud, code


def walk(cloud: MicrosoftCloud, link: str = "", **options: object) -> tuple[dict[str, Json], str]:
    """Follow the feed to its end; returns the last state of each item by id, and the next cursor."""
    found: dict[str, Json] = {}
    page = cloud.http.get(link or f"{cloud.drive}/root/delta", **options).json()  # type: ignore[arg-type]
    while True:
        found |= {item["id"]: item for item in page["value"]}
        if "@odata.deltaLink" in page:
            return found, page["@odata.deltaLink"]
        page = cloud.http.get(page["@odata.nextLink"]).json()


def test_a_first_walk_finds_everything_that_lives(cloud: MicrosoftCloud) -> None:
    kept, gone = cloud.file("A/a.pdf"), cloud.file("b.pdf")
    cloud.delete(f"/items/{gone['id']}")
    found, _ = walk(cloud)
    assert {item["name"] for item in found.values()} == {"root", "A", "a.pdf"}
    assert found[kept["id"]]["file"]["hashes"] == kept["file"]["hashes"]


def test_nothing_new_is_one_call_of_one_unit_and_an_empty_page(cloud: MicrosoftCloud) -> None:
    cloud.file("A/a.pdf")
    _, cursor = walk(cloud)
    cloud.emulator.counters.reset()
    found, again = walk(cloud, cursor)
    assert found == {}
    assert again == cursor
    assert (cloud.emulator.counters.calls(), cloud.emulator.counters.units()) == (1, 1)


def test_a_change_is_told_with_the_folders_above_it_unless_they_are_not_wanted(cloud: MicrosoftCloud) -> None:
    cloud.file("A/B/a.pdf")
    _, cursor = walk(cloud)
    cloud.put("A/B/a.pdf", b"other")
    found, _ = walk(cloud, cursor)
    assert [item["name"] for item in found.values()] == ["root", "A", "B", "a.pdf"]
    alone, _ = walk(cloud, cursor, headers={"deltaExcludeParent": "true"})
    assert [item["name"] for item in alone.values()] == ["a.pdf"]


def test_items_are_told_by_id_without_path_and_without_content_tag(cloud: MicrosoftCloud) -> None:
    file = cloud.file("A/a.pdf")
    shown = walk(cloud)[0][file["id"]]
    assert "cTag" not in shown
    assert "path" not in shown["parentReference"]
    assert shown["parentReference"]["id"] == file["parentReference"]["id"]


def test_a_move_a_rename_and_a_delete_are_told_as_what_is_now(cloud: MicrosoftCloud) -> None:
    target = cloud.folder("B")
    moved, renamed, deleted = (cloud.file(f"A/{name}.pdf") for name in "abc")
    _, cursor = walk(cloud)
    cloud.patch(f"/items/{moved['id']}", {"parentReference": {"id": target["id"]}})
    cloud.patch(f"/items/{renamed['id']}", {"name": "khác.pdf"})
    cloud.delete(f"/items/{deleted['id']}")
    found, _ = walk(cloud, cursor)
    assert found[moved["id"]]["parentReference"]["id"] == target["id"]
    assert found[renamed["id"]]["name"] == "khác.pdf"
    assert found[deleted["id"]]["deleted"] == {"state": "deleted"}
    assert "name" not in found[deleted["id"]]


def test_of_a_deleted_folder_only_the_folder_is_told(cloud: MicrosoftCloud) -> None:
    file = cloud.file("A/a.pdf")
    folder = cloud.get("/root:/A").json()
    _, cursor = walk(cloud)
    cloud.delete(f"/items/{folder['id']}")
    found, _ = walk(cloud, cursor)
    assert found[folder["id"]]["deleted"]
    assert file["id"] not in found


def test_what_was_moved_into_a_folder_before_its_end_is_told_as_deleted_too(cloud: MicrosoftCloud) -> None:
    file, folder = cloud.file("a.pdf"), cloud.folder("A")
    _, cursor = walk(cloud)
    cloud.patch(f"/items/{file['id']}", {"parentReference": {"id": folder["id"]}})
    cloud.delete(f"/items/{folder['id']}")
    found, _ = walk(cloud, cursor)
    assert found[file["id"]]["deleted"]


def test_what_is_deleted_during_a_first_walk_is_told(cloud: MicrosoftCloud) -> None:
    files = [cloud.file(f"{number}.pdf") for number in range(4)]
    cloud.emulator.world.page_size = 2
    first = cloud.get("/root/delta").json()
    cloud.delete(f"/items/{files[0]['id']}")
    found, _ = walk(cloud, first["@odata.nextLink"])
    assert found[files[0]["id"]]["deleted"]


def test_pages_together_tell_what_one_page_would(cloud: MicrosoftCloud) -> None:
    for number in range(7):
        cloud.file(f"{number}.pdf")
    whole, _ = walk(cloud)
    cloud.emulator.world.page_size = 3
    parts, cursor = walk(cloud)
    assert parts.keys() == whole.keys()
    assert walk(cloud, cursor)[0] == {}


def test_what_changes_between_two_pages_is_told_in_the_end(cloud: MicrosoftCloud) -> None:
    files = [cloud.file(f"{number}.pdf") for number in range(4)]
    cloud.emulator.world.page_size = 2
    first = cloud.get("/root/delta").json()
    cloud.patch(f"/items/{files[0]['id']}", {"name": "mới.pdf"})
    found, _ = walk(cloud, first["@odata.nextLink"])
    assert found[files[0]["id"]]["name"] == "mới.pdf"


def test_latest_gives_a_cursor_without_a_walk(cloud: MicrosoftCloud) -> None:
    cloud.file("a.pdf")
    answer = cloud.get("/root/delta", params={"token": "latest"}).json()
    assert answer["value"] == []
    cloud.file("b.pdf")
    found, _ = walk(cloud, answer["@odata.deltaLink"])
    assert [item["name"] for item in found.values()] == ["root", "b.pdf"]


def test_a_time_can_stand_for_a_cursor(cloud: MicrosoftCloud) -> None:
    cloud.file("a.pdf")
    cloud.emulator.clock.advance(60)
    since = cloud.emulator.clock.now().isoformat()
    cloud.emulator.clock.advance(60)
    cloud.file("b.pdf")
    page = cloud.get("/root/delta", params={"token": since}).json()
    assert [item["name"] for item in page["value"]] == ["root", "b.pdf"]


def test_the_token_may_stand_in_the_path(cloud: MicrosoftCloud) -> None:
    _, cursor = walk(cloud)
    token = cursor.partition("token=")[2]
    assert cloud.get(f"/root/delta(token='{token}')").json()["value"] == []


def test_a_lost_cursor_is_410_with_the_address_of_a_full_walk(cloud: MicrosoftCloud) -> None:
    cloud.file("a.pdf")
    _, cursor = walk(cloud)
    cloud.meddle(verb="forget_changes")
    gone = cloud.http.get(cursor)
    assert code(gone) == "410 resyncRequired"
    assert gone.json()["error"]["innerError"]["code"] == "resyncChangesApplyDifferences"
    found, _ = walk(cloud, gone.headers["Location"])
    assert {item["name"] for item in found.values()} == {"root", "a.pdf"}


def test_a_cursor_can_be_lost_once_by_a_fault(cloud: MicrosoftCloud) -> None:
    _, cursor = walk(cloud)
    cloud.fault(kind="cursor_gone")
    gone = cloud.http.get(cursor)
    assert gone.status_code == 410
    assert gone.headers["Location"] == f"{cloud.origin}/v1.0{cloud.drive}/root/delta"
    assert cloud.http.get(cursor).status_code == 200


def test_a_token_that_is_no_token_is_refused(cloud: MicrosoftCloud) -> None:
    assert code(cloud.get("/root/delta", params={"token": "nonsense"})) == "400 invalidRequest"


def test_sharing_is_told_and_marked_for_those_who_ask(cloud: MicrosoftCloud) -> None:
    file = cloud.file("a.pdf")
    _, cursor = walk(cloud)
    cloud.meddle(verb="share", file="a.pdf", **{"with": "la@ngoai.example"})
    plain, _ = walk(cloud, cursor)
    marked, _ = walk(cloud, cursor, headers={"Prefer": "deltashowsharingchanges"})
    assert plain[file["id"]]["eTag"] == file["eTag"]
    assert "@microsoft.graph.sharedChanged" not in plain[file["id"]]
    assert marked[file["id"]]["@microsoft.graph.sharedChanged"] == "True"


def test_a_lagging_feed_tells_later_and_forgets_nothing(cloud: MicrosoftCloud) -> None:
    _, cursor = walk(cloud)
    cloud.emulator.clock.advance(timedelta(minutes=5).total_seconds())
    cloud.file("a.pdf")
    cloud.fault(kind="delta_lag")
    early, cursor = walk(cloud, cursor)
    assert early == {}
    late, _ = walk(cloud, cursor)
    assert "a.pdf" in {item["name"] for item in late.values()}


class Follower:
    """A client that keeps a copy of the tree by the feed alone, as the documents say."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[str, str]] = {}
        self.cursor = ""

    def follow(self, cloud: MicrosoftCloud) -> None:
        told, self.cursor = walk(cloud, self.cursor)
        for item in told.values():
            if "deleted" in item:
                self._forget(item["id"])
            elif "root" not in item:
                self.places[item["id"]] = (item["parentReference"]["id"], item["name"])

    def _forget(self, item_id: str) -> None:
        self.places.pop(item_id, None)
        for below in [each for each, (parent, _) in self.places.items() if parent == item_id]:
            self._forget(below)


def truth(cloud: MicrosoftCloud) -> dict[str, tuple[str, str]]:
    drive = cloud.inside
    every = (item for item in drive.below(drive.root) if item is not drive.root)
    return {item.id: (str(item.parent_id), item.name) for item in every}


def some_act(cloud: MicrosoftCloud, chance: random.Random, number: int) -> None:
    """Do one of the things that people do; some of them, such as moving a folder into itself, are refused."""
    drive = cloud.inside
    every = list(drive.below(drive.root))
    folder = chance.choice([item for item in every if item.is_folder]).id
    item = chance.choice(every).id
    acts = (
        lambda: cloud.post(f"/items/{folder}/children", {"name": f"Thư mục {number}", "folder": {}}),
        lambda: cloud.http.put(f"{cloud.drive}/items/{folder}:/{number}.pdf:/content", content=b"x"),
        lambda: cloud.patch(f"/items/{item}", {"name": f"tên {number}"}),
        lambda: cloud.patch(f"/items/{item}", {"parentReference": {"id": folder}}),
        lambda: cloud.delete(f"/items/{item}") if chance.random() < 0.4 else cloud.get(f"/items/{item}"),
    )
    chance.choice(acts)()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_follows_the_feed_has_the_tree_as_it_is(cloud: MicrosoftCloud, seed: int) -> None:
    chance, follower = random.Random(seed), Follower()
    cloud.emulator.world.page_size = 3
    for number in range(60):
        some_act(cloud, chance, number)
        if chance.random() < 0.2:
            follower.follow(cloud)
    follower.follow(cloud)
    assert follower.places == truth(cloud)
    assert len(follower.places) > 3
