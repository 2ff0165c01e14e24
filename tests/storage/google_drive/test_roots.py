"""What a folder holds already when a tree is to be built in it: ours is known again, the rest left alone."""

import io
from collections.abc import Iterator

import pytest

from app.storage.google_drive.states import FOLDER
from app.storage.google_roots import Root, held_in
from app.storage.ledger import Item
from tests.storage.google_case import ROOT, Drive, emulated_drive


@pytest.fixture
def drive() -> Iterator[Drive]:
    with emulated_drive() as opened:
        store = opened.store()
        store.make_folder("year")
        store.put("year/a.pdf", io.BytesIO(b"signed"))
        store.lock("year/a.pdf", "Đã ký duyệt")
        yield opened


def held(drive: Drive) -> list[Item]:
    return held_in(drive.client, drive.pacer, Root(drive.root_id, None))


def test_what_the_application_made_before_is_known_as_it_was(drive: Drive) -> None:
    assert held(drive) == sorted(drive.ledger.items(), key=lambda item: item.path)


def test_looking_through_costs_one_call(drive: Drive) -> None:
    drive.forget_calls()
    held(drive)
    assert drive.calls() == {"files.list": 1}


def test_what_others_put_there_and_what_is_in_the_trash_is_no_part_of_it(drive: Drive) -> None:
    drive.store().put("year/b.pdf", io.BytesIO(b"b"))
    drive.meddle("trash", file=f"{ROOT}/year/b.pdf")
    theirs = drive.meddle("add", to=drive.root_id, name="theirs.pdf", content="x")
    drive.meddle("pick", file=theirs, client=drive.furnished["client"]["client_id"])
    assert [item.path for item in held(drive)] == ["year", "year/a.pdf"]


def test_of_twin_folders_the_older_is_taken_with_what_lies_in_it(drive: Drive) -> None:
    api = drive.client.api.files()
    body = {"name": "year", "mimeType": FOLDER, "parents": [drive.root_id], "appProperties": {"place": "x"}}
    twin = drive.client.send(api.create(body=body))["id"]
    inside = {"name": "b", "mimeType": FOLDER, "parents": [twin], "appProperties": {"place": "y"}}
    drive.client.send(api.create(body=inside))
    assert [item.path for item in held(drive)] == ["year", "year/a.pdf"]
    assert twin not in {item.remote_id for item in held(drive)}
