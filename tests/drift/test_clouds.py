"""Drift on both emulated clouds: what people do there is found along the changes, told and mended."""

import io
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.context import Context
from app.db import now
from app.drift.decisions import ask_for_repair
from app.drift.looks import lasting_findings, look_for_drift, tree_drift
from app.drift.models import Finding, Standing
from app.drift.opened_stores import opened_store_of
from app.drift.sample import nightly_sample
from app.records.models import OfficialFile
from app.running.worker import run_worker
from app.schools.models import Office
from app.shares.models import Share, ShareState
from app.storage.attended import AttendedStore
from app.storage.models import StoreAccount, StoreItem
from app.tree.commands import tree_check
from app.tree.models import Folder
from app.tree.paths import ASIDE
from tests.tree.clouds import SCHOOL, Sky, google_sky, microsoft_sky, queued
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]
SKIES: dict[str, Callable[..., AbstractContextManager[Sky]]] = {
    "google": google_sky,
    "microsoft": microsoft_sky,
}
STRANGER = "nguoi-la"
OFFICER = "canbo@phong.example"


@dataclass(frozen=True)
class Scene:
    """A connected school with one filed lesson plan, looked at once."""

    sky: Sky
    context: Context
    path: str
    top: str
    """What the emulator puts before the tree's paths."""
    cast: Any

    @property
    def week(self) -> str:
        return self.path.rpartition("/")[0]

    def drift(self) -> list[str]:
        return tree_drift(self.context, SCHOOL)

    def meddle(self, verb: str, path: str, **more: object) -> str:
        return str(self.sky.emulator.meddle({"verb": verb, "file": self.top + path, **more})["id"])

    def mend_all(self) -> None:
        """Click every repair, and let the worker do them."""
        with self.context.database.transaction() as session:
            due = select(Finding.id).where(Finding.standing == Standing.OPEN)
            for finding_id in session.scalars(due).all():
                ask_for_repair(session, self.cast.records_admin, finding_id)
        run_worker(self.context, wait=False)


@pytest.fixture(params=[*SKIES])
def scene(request: pytest.FixtureRequest, context: Context, cast: Cast, pdf: Pdf) -> Iterator[Scene]:
    with SKIES[request.param](context) as sky:
        sky.connect()
        record = file_one(sky.context, cast, pdf("Bài 1"))
        with context.database.transaction() as session:
            path = session.scalars(select(OfficialFile.path)).one() or ""
        whole = next(each for each in sky.paths() if each.endswith(f"{record.code}.pdf"))
        scene = Scene(sky, sky.context, path, whole.removesuffix(path), cast)
        assert scene.drift() == []
        yield scene


def test_a_poll_with_nothing_new_is_one_call(scene: Scene) -> None:
    before = sum(scene.sky.calls().values())
    look_for_drift(scene.context, SCHOOL, asked=1)
    assert sum(scene.sky.calls().values()) == before + 1


def test_filing_more_makes_no_noise(scene: Scene, cast: Cast, pdf: Pdf) -> None:
    file_one(scene.context, cast, pdf("Bài 2"), title="Bài 2")
    assert scene.drift() == []


def test_an_edited_file_is_found_by_its_hash_and_ours_put_back(scene: Scene) -> None:
    scene.meddle("edit", scene.path, content="theirs")
    assert scene.drift() == [f"edited file: {scene.path}"]
    scene.mend_all()
    assert scene.drift() == []
    assert tree_check(scene.context, SCHOOL) == []
    assert any(ASIDE in path and path.endswith(".pdf") for path in scene.sky.paths())


def test_a_renamed_file_gets_its_name_back(scene: Scene) -> None:
    scene.meddle("rename", scene.path, name="khác.pdf")
    assert scene.drift() == [f"renamed file: {scene.path} -> {scene.week}/khác.pdf"]
    scene.mend_all()
    assert scene.drift() == []
    assert tree_check(scene.context, SCHOOL) == []


def test_a_moved_folder_comes_back_with_what_it_holds(scene: Scene) -> None:
    year = scene.path.partition("/")[0]
    scene.meddle("move", scene.week, to=scene.top + year)
    assert scene.drift() == [f"moved folder: {scene.week} -> {year}/{scene.week.rpartition('/')[2]}"]
    scene.mend_all()
    assert scene.drift() == []
    assert tree_check(scene.context, SCHOOL) == []


@pytest.mark.parametrize("verb", ["trash", "delete"])
def test_a_lost_folder_is_told_once_and_made_anew(scene: Scene, verb: str) -> None:
    scene.meddle(verb, scene.week)
    (told,) = scene.drift()
    assert told.endswith(f"ed folder: {scene.week}")
    scene.mend_all()
    assert scene.drift() == []
    assert tree_check(scene.context, SCHOOL) == []


def test_a_lost_file_is_made_anew(scene: Scene) -> None:
    scene.meddle("delete", scene.path)
    assert scene.drift() == [f"deleted file: {scene.path}"]
    scene.mend_all()
    assert scene.drift() == []
    assert tree_check(scene.context, SCHOOL) == []


def test_somebody_let_in_and_a_public_link_are_told_and_taken_away(scene: Scene) -> None:
    scene.meddle("share", scene.week, **{"with": STRANGER, "role": "writer"})
    scene.meddle("share", scene.week, type="anyone")
    found = scene.drift()
    assert [line.rpartition(" (")[0] for line in found] == [f"shared folder: {scene.week}"] * 2
    assert any(STRANGER in line for line in found)
    scene.mend_all()
    assert scene.drift() == []


def test_a_lost_cursor_leads_to_a_full_walk(scene: Scene) -> None:
    scene.meddle("edit", scene.path, content="theirs")
    scene.sky.emulator.meddle({"verb": "forget_changes"})
    assert scene.drift() == [f"edited file: {scene.path}"]
    before = sum(scene.sky.calls().values())
    scene.drift()
    assert sum(scene.sky.calls().values()) == before + 1


def test_a_full_walk_costs_no_more_for_more_files_and_for_a_shared_year(scene: Scene) -> None:
    store = opened_store_of(scene.context, SCHOOL).store
    assert isinstance(store, AttendedStore)
    for number in range(30):
        store.put(f"{scene.week}/{number}.pdf", io.BytesIO(b"%PDF"))
    let_in(scene.context, store, scene.path.partition("/")[0])
    scene.drift()
    scene.sky.emulator.meddle({"verb": "forget_changes"})
    before = Counter(scene.sky.calls())
    assert scene.drift() == []
    assert sum((Counter(scene.sky.calls()) - before).values()) <= 5


def test_a_stranger_in_a_shared_year_is_found_by_a_full_walk(scene: Scene) -> None:
    store = opened_store_of(scene.context, SCHOOL).store
    assert isinstance(store, AttendedStore)
    let_in(scene.context, store, scene.path.partition("/")[0])
    scene.drift()
    scene.meddle("share", scene.path, **{"with": STRANGER, "role": "writer"})
    scene.sky.emulator.meddle({"verb": "forget_changes"})
    (told,) = scene.drift()
    assert told.startswith(f"shared file: {scene.path} (")


def let_in(context: Context, store: AttendedStore, year: str) -> None:
    """Let an officer read a school year, as was decided, long after all that lies in it was put there."""
    grant = store.grant(year, OFFICER, None)
    with context.database.transaction() as session:
        folder = session.scalars(select(Folder).where(Folder.path == year)).one()
        office = session.scalars(select(Office)).first()
        assert office
        share = Share(
            school_id=folder.school_id,
            office_id=office.id,
            folder_id=folder.id,
            email=OFFICER,
            state=ShareState.OPEN,
            until=now(),
            grant_id=grant.id,
        )
        session.add(share)
        session.execute(update(StoreItem).values(confirmed_at=now() - timedelta(days=1)))


def test_a_look_that_takes_too_long_goes_on_in_a_job_of_its_own(scene: Scene) -> None:
    scene.meddle("edit", scene.path, content="theirs")
    scene.sky.emulator.meddle({"verb": "forget_changes"})
    look_for_drift(scene.context, SCHOOL, asked=1, longest=0.0)
    assert [task for task, *_ in queued(scene.context)].count("look_for_drift") == 1
    with scene.context.database.transaction() as session:
        assert lasting_findings(session, session.scalars(select(StoreAccount.school_id)).one()) == []
    run_worker(scene.context, wait=False)
    assert scene.drift() == [f"edited file: {scene.path}"]


def test_the_nightly_sample_downloads_and_compares(scene: Scene) -> None:
    before = scene.sky.calls()
    nightly_sample(scene.context, SCHOOL)
    after = scene.sky.calls()
    assert sum(after.values()) > sum(before.values())
    assert scene.drift() == []


def test_a_strangers_file_in_a_folder_of_ours_is_put_aside(context: Context, cast: Cast, pdf: Pdf) -> None:
    """Google shows an application only its own files, so there is nothing to find there."""
    with microsoft_sky(context) as sky:
        sky.connect()
        record = file_one(sky.context, cast, pdf("Bài 1"))
        whole = next(each for each in sky.paths() if each.endswith(f"{record.code}.pdf"))
        assert tree_drift(sky.context, SCHOOL) == []
        sky.emulator.meddle({"verb": "add", "to": whole.rpartition("/")[0], "name": "lạ.pdf"})
        (told,) = tree_drift(sky.context, SCHOOL)
        assert told.startswith("foreign file: ")
        Scene(sky, sky.context, "", "", cast).mend_all()
        assert tree_drift(sky.context, SCHOOL) == []
        assert any(ASIDE in path and path.endswith("lạ.pdf") for path in sky.paths())
