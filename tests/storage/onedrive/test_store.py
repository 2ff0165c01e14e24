"""The store as a whole: walking what is there, its room, and whose it is."""

import io

from app.db import now
from app.storage.abilities import Space
from app.storage.protocol import Entry
from emulators.microsoft.tree import Act
from tests.storage.onedrive.school import ROOT, School


def test_a_walk_shows_what_is_there_whoever_put_it_there(school: School) -> None:
    school.store.make_folder("year")
    school.emulator.meddle({"verb": "add", "to": f"{ROOT}/year", "name": "x.pdf"})
    found = list(school.store.walk())
    assert found == [Entry("year", is_folder=True), Entry("year/x.pdf", is_folder=False)]
    assert [entry.remote_id for entry in found] == [school.item("year").id, school.item("year/x.pdf").id]


def test_a_walk_is_one_call_for_each_folder(school: School) -> None:
    for name in ("a", "b", "c"):
        school.store.make_folder(name)
        school.store.put(f"{name}/x.pdf", io.BytesIO(b"bytes"))
    school.made()
    assert len(list(school.store.walk())) == 6
    assert school.made() == ["items.children"] * 4


def test_a_folder_with_more_than_a_page_is_walked_to_its_end(school: School) -> None:
    for number in range(1003):
        school.drive.add_folder(school.root, f"{number:04}", "fail", Act(school.drive.owner, now()))
    names = [entry.path for entry in school.store.walk()]
    assert names == [f"{number:04}" for number in range(1003)]


def test_the_tree_begins_at_its_folder_and_not_at_the_top_of_the_library(school: School) -> None:
    drive = school.drive
    school.emulator.meddle({"verb": "add", "to": drive.root.id, "name": "of the school itself.pdf"})
    assert list(school.store.walk()) == []


def test_room_and_account_are_one_call(school: School) -> None:
    school.drive.quota = 5000
    school.store.put("a.pdf", io.BytesIO(b"x" * 1000))
    school.made()
    assert school.store.space() == Space(1000, 5000, "Hồ sơ Owners")
    assert school.made() == ["drives.get"]
