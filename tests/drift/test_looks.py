"""Drift: what happens to the tree without the application is found, told, and mended on request."""

import io
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.audit.chain import verify
from app.audit.models import AuditEntry
from app.context import Context
from app.drift.decisions import accept, ask_for_repair
from app.drift.looks import lasting_findings, line_of, look, look_for_drift, tree_drift
from app.drift.models import DriftWatch, Finding, Standing
from app.drift.opened_stores import ConnectedCloud, OpenedStore, opened_store_of
from app.drift.repair import mend
from app.drift.sample import sample
from app.errors import NotFound, NotNow
from app.records.models import OfficialFile, Record
from app.running.worker import run_worker
from app.schools.models import School
from app.schools.queries import school_by_code
from app.storage.ledger import StoredLedger
from app.storage.models import Part, Provider, StoreAccount, StoreState
from app.storage.policy import OutOfReach
from app.tree.commands import tree_check
from app.tree.filing import Piece, place
from app.tree.models import Folder
from app.tree.paths import ASIDE
from tests.drift.fake_cloud import OWNER, ROOT, FakeCloud
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]


@dataclass(frozen=True)
class Scene:
    """A school with one filed lesson plan in a cloud, already looked at once."""

    context: Context
    opened: OpenedStore
    keeper: ConnectedCloud
    cloud: FakeCloud
    path: str
    record: Record

    @property
    def week(self) -> str:
        """The folder that the lesson plan lies in."""
        return self.path.rpartition("/")[0]

    def look(self) -> list[str]:
        """Look along the changes and return what is found, a line each."""
        look(self.context, self.opened, thorough=False)
        return self.told()

    def told(self) -> list[str]:
        with self.context.database.transaction() as session:
            return [line_of(each) for each in lasting_findings(session, self.opened.school.id)]

    def mend_all(self) -> None:
        """Repair everything that is found."""
        with self.context.database.transaction() as session:
            found = lasting_findings(session, self.opened.school.id)
        for finding in found:
            mend(self.context, self.opened, finding)

    def content(self, path: str) -> bytes | None:
        return self.cloud.nodes[self.cloud.id_at(path)].content


@pytest.fixture
def scene(context: Context, cast: Cast, pdf: Pdf) -> Scene:
    record = file_one(context, cast, pdf("Bài 1"))
    with context.database.transaction() as session:
        school = school_by_code(session, "truong-a")
        account = StoreAccount(
            school_id=school.id,
            provider=Provider.GOOGLE,
            part=Part.ACTIVE,
            state=StoreState.CONNECTED,
            account=OWNER,
            settings={"root_id": ROOT},
            secrets=b"",
        )
        session.add(account)
        session.flush()
        official = session.scalars(select(OfficialFile).where(OfficialFile.record_id == record.id)).one()
        folders = session.scalars(select(Folder.path).order_by(Folder.key)).all()
    ledger = StoredLedger(context.database, account.id)
    cloud = FakeCloud(ledger)
    keeper = ConnectedCloud(cloud, ledger, ROOT, OWNER, account.id)
    for path in folders:
        cloud.make_folder(path)
    path = official.path or ""
    place(context, cloud, Piece(path, official.blob, official.sha256))
    cloud.lock(path, "Hồ sơ đã ký duyệt")
    scene = Scene(context, OpenedStore(school, cloud, keeper), keeper, cloud, path, record)
    assert scene.look() == []
    cloud.calls.clear()
    return scene


def test_nothing_new_costs_one_call(scene: Scene) -> None:
    assert scene.look() == []
    assert scene.cloud.calls == ["changes"]


def test_our_own_writes_and_somebody_reading_make_no_noise(scene: Scene) -> None:
    scene.cloud.make_folder("2026-2027/mới")
    scene.cloud.unlock(scene.path)
    scene.cloud.lock(scene.path, "lại")
    scene.cloud.open_file(scene.cloud.id_at(scene.path))
    assert scene.look() == []


def test_a_file_moved_to_another_folder_comes_back_with_its_lock(scene: Scene) -> None:
    year = scene.path.partition("/")[0]
    node = scene.cloud.id_at(scene.path)
    scene.cloud.meddle(node, parent_id=scene.cloud.id_at(year))
    name = scene.path.rpartition("/")[2]
    assert scene.look() == [f"moved file: {scene.path} -> {year}/{name}"]
    scene.mend_all()
    assert scene.cloud.nodes[node].parent_id == scene.cloud.id_at(scene.week)
    assert scene.cloud.nodes[node].locked
    assert scene.look() == []


def test_a_file_moved_out_of_the_tree_comes_back(scene: Scene) -> None:
    node = scene.cloud.id_at(scene.path)
    scene.cloud.meddle(node, parent_id="elsewhere")
    assert scene.look() == [f"moved file: {scene.path}"]
    scene.mend_all()
    assert scene.cloud.nodes[node].parent_id == scene.cloud.id_at(scene.week)
    assert scene.look() == []


def test_a_renamed_folder_is_told_once_and_gets_its_name_back(scene: Scene) -> None:
    folder = scene.cloud.id_at(scene.week)
    scene.cloud.meddle(folder, name="Tuần mười hai")
    above = scene.week.rpartition("/")[0]
    assert scene.look() == [f"renamed folder: {scene.week} -> {above}/Tuần mười hai"]
    scene.mend_all()
    assert scene.cloud.nodes[folder].name == "Tuần 12"
    assert scene.look() == []


def test_a_name_in_another_unicode_form_is_the_same_name(scene: Scene) -> None:
    scene.cloud.meddle(scene.cloud.id_at(scene.week), name=unicodedata.normalize("NFD", "Tuần 12"))
    assert scene.look() == []


def test_edited_bytes_are_put_aside_and_ours_put_back(scene: Scene) -> None:
    ours, node = scene.content(scene.path), scene.cloud.id_at(scene.path)
    scene.cloud.meddle(node, content=b"%PDF-1.7 theirs")
    assert scene.look() == [f"edited file: {scene.path}"]
    scene.mend_all()
    assert scene.content(scene.path) == ours
    assert scene.cloud.nodes[node].content == b"%PDF-1.7 theirs"
    assert scene.cloud.nodes[node].parent_id == scene.cloud.id_at(ASIDE)
    assert scene.look() == []


def test_bytes_of_the_same_size_are_still_other_bytes(scene: Scene) -> None:
    ours = scene.content(scene.path) or b""
    scene.cloud.meddle(scene.cloud.id_at(scene.path), content=ours[:-1] + b"X")
    assert scene.look() == [f"edited file: {scene.path}"]


def test_several_things_done_to_one_file_are_all_told(scene: Scene) -> None:
    node = scene.cloud.id_at(scene.path)
    scene.cloud.meddle(node, content=b"theirs", name="x.pdf", locked=False)
    assert [line.partition(" ")[0] for line in scene.look()] == ["edited", "renamed", "unlocked"]


def test_a_trashed_or_deleted_file_is_made_anew(scene: Scene) -> None:
    ours = scene.content(scene.path)
    scene.cloud.meddle(scene.cloud.id_at(scene.path), trashed=True)
    assert scene.look() == [f"trashed file: {scene.path}"]
    scene.mend_all()
    assert scene.content(scene.path) == ours
    assert scene.look() == []
    scene.cloud.delete(scene.cloud.id_at(scene.path))
    assert scene.look() == [f"deleted file: {scene.path}"]
    scene.mend_all()
    assert scene.content(scene.path) == ours
    assert scene.look() == []


@pytest.mark.parametrize("how", ["trashed", "deleted"])
def test_a_lost_folder_is_told_once_and_made_anew_with_all_it_held(scene: Scene, how: str) -> None:
    ours, teachers = scene.content(scene.path), "2026-2027/3 Giáo viên"
    folder = scene.cloud.id_at(teachers)
    if how == "trashed":
        scene.cloud.meddle(folder, trashed=True)
    else:
        scene.cloud.delete(folder)
    assert scene.look() == [f"{how} folder: {teachers}"]
    scene.mend_all()
    assert scene.content(scene.path) == ours
    assert scene.look() == []


def test_what_the_ledger_has_already_struck_out_is_still_missed(scene: Scene) -> None:
    scene.cloud.delete(scene.cloud.id_at(scene.path))
    scene.keeper.ledger.forget(scene.path)
    assert scene.look() == [f"deleted file: {scene.path}"]
    scene.mend_all()
    assert scene.look() == []


def test_an_unlocked_file_is_locked_again(scene: Scene) -> None:
    node = scene.cloud.id_at(scene.path)
    scene.cloud.meddle(node, locked=False)
    assert scene.look() == [f"unlocked file: {scene.path}"]
    scene.mend_all()
    assert scene.cloud.nodes[node].locked
    assert scene.look() == []


def test_a_person_and_a_public_link_that_nobody_decided_on_are_told_and_taken_away(scene: Scene) -> None:
    folder = scene.cloud.id_at(scene.week)
    scene.cloud.share(folder, "la@ngoai.example", role="writer")
    scene.cloud.share(folder, "", public=True)
    assert sorted(scene.look()) == [
        f"shared folder: {scene.week} (* reader)",
        f"shared folder: {scene.week} (la@ngoai.example writer)",
    ]
    scene.mend_all()
    assert scene.cloud.nodes[folder].grants == {}
    assert scene.look() == []


def test_a_strangers_folder_is_told_once_and_put_aside_whole(scene: Scene) -> None:
    folder = scene.cloud.drop(scene.cloud.id_at(scene.week), "Ảnh", None)
    inside = scene.cloud.drop(folder, "a.jpg", b"jpg")
    assert scene.look() == [f"foreign folder: {scene.week}/Ảnh"]
    scene.mend_all()
    assert scene.cloud.nodes[folder].parent_id == scene.cloud.id_at(ASIDE)
    assert scene.cloud.nodes[inside].parent_id == folder
    assert scene.look() == []


def test_a_strangers_file_beside_the_tree_or_in_no_folder_of_ours_is_none_of_our_business(
    scene: Scene,
) -> None:
    scene.cloud.drop("elsewhere", "a.pdf", b"x")
    assert scene.look() == []


def test_a_lost_cursor_leads_to_a_full_walk_that_finds_everything(scene: Scene) -> None:
    scene.cloud.drop(scene.cloud.id_at(scene.week), "lạ.pdf", b"x")
    scene.cloud.meddle(scene.cloud.id_at(scene.path), content=b"theirs")
    scene.cloud.tokens_lost = True
    assert scene.look() == [f"edited file: {scene.path}", f"foreign file: {scene.week}/lạ.pdf"]
    scene.cloud.calls.clear()
    scene.look()
    assert scene.cloud.calls == ["changes"]


def portions(scene: Scene) -> Iterator[list[str]]:
    """Look all over in the smallest portions, and yield what is told after each."""
    scene.cloud.tokens_lost = True
    through = False
    while not through:
        through = look(scene.context, scene.opened, thorough=False, ends=0.0)
        yield scene.told()


def test_a_look_in_portions_tells_of_nothing_missing_before_it_has_seen_everything(scene: Scene) -> None:
    scene.cloud.delete(scene.cloud.id_at(scene.path))
    told = list(portions(scene))
    pages = scene.cloud.calls.count("listing")
    assert pages > 2
    assert told[:pages] == [[]] * pages
    assert told[-1] == [f"deleted file: {scene.path}"]


def test_a_look_all_over_asks_singly_only_for_what_looks_wrong(scene: Scene) -> None:
    scene.cloud.delete(scene.cloud.id_at(scene.week))
    for _ in portions(scene):
        pass
    assert scene.told() == [f"deleted folder: {scene.week}"]
    assert scene.cloud.calls.count("state") == 1


def test_what_is_filed_or_mended_between_two_portions_makes_no_noise(scene: Scene) -> None:
    scene.cloud.meddle(scene.cloud.id_at(scene.path), content=b"theirs")
    scene.look()
    looking = portions(scene)
    while scene.cloud.calls.count("listing") < 2:
        next(looking)
    scene.cloud.put(f"{scene.week}/mới.pdf", io.BytesIO(b"new"))
    scene.mend_all()
    assert [told for told in looking if told] == []
    assert scene.look() == []


def test_a_look_that_is_cut_at_any_call_comes_to_the_same(scene: Scene) -> None:
    scene.cloud.drop(scene.cloud.id_at(scene.week), "lạ.pdf", b"x")
    scene.cloud.meddle(scene.cloud.id_at(scene.path), name="x.pdf")
    scene.cloud.tokens_lost = True
    scene.cloud.cut_every = 3
    cuts = 0
    while True:
        try:
            assert scene.look() == [
                f"renamed file: {scene.path} -> {scene.week}/x.pdf",
                f"foreign file: {scene.week}/lạ.pdf",
            ]
            break
        except OutOfReach:
            cuts += 1
    assert cuts > 1


def test_a_place_in_the_listing_that_the_store_has_lost_is_begun_anew(scene: Scene) -> None:
    scene.cloud.meddle(scene.cloud.id_at(scene.path), content=b"theirs")
    looking = portions(scene)
    next(looking)
    scene.cloud.places_lost = True
    with pytest.raises(OutOfReach):
        next(looking)
    assert scene.told() == []
    scene.cloud.places_lost = False
    assert scene.look() == [f"edited file: {scene.path}"]


def test_what_was_undone_before_a_look_all_over_vanishes_too(scene: Scene) -> None:
    stranger = scene.cloud.drop(scene.cloud.id_at(scene.week), "lạ.pdf", b"x")
    assert len(scene.look()) == 1
    del scene.cloud.nodes[stranger]
    scene.cloud.tokens_lost = True
    assert scene.look() == []


def test_what_somebody_undoes_himself_vanishes_from_the_list(scene: Scene) -> None:
    node = scene.cloud.id_at(scene.path)
    scene.cloud.meddle(node, name="x.pdf")
    assert len(scene.look()) == 1
    scene.cloud.meddle(node, name=scene.path.rpartition("/")[2])
    assert scene.look() == []


def test_what_was_left_as_it_is_is_not_told_again_until_something_else_happens(
    scene: Scene, cast: Cast
) -> None:
    node = scene.cloud.id_at(scene.path)
    scene.cloud.meddle(node, name="x.pdf")
    scene.look()
    with scene.context.database.transaction() as session:
        accept(session, cast.records_admin, session.scalars(select(Finding.id)).one())
    scene.cloud.open_file(node)
    assert scene.look() == []
    scene.cloud.meddle(node, name="y.pdf")
    assert scene.look() == [f"renamed file: {scene.path} -> {scene.week}/y.pdf"]


def test_a_finding_tells_when_and_by_whom(scene: Scene) -> None:
    scene.cloud.meddle(scene.cloud.id_at(scene.path), name="x.pdf")
    scene.look()
    with scene.context.database.transaction() as session:
        finding = session.scalars(select(Finding)).one()
    assert finding.told_by == "Người Khác"
    assert finding.happened_at is not None


def test_nothing_is_mended_before_a_person_asks(scene: Scene) -> None:
    scene.cloud.meddle(scene.cloud.id_at(scene.path), content=b"theirs")
    scene.look()
    scene.look()
    assert scene.content(scene.path) == b"theirs"


def test_a_repair_that_was_killed_anywhere_is_finished_by_the_next_run(scene: Scene) -> None:
    ours, node = scene.content(scene.path), scene.cloud.id_at(scene.path)
    scene.cloud.meddle(node, content=b"theirs")
    scene.look()
    scene.cloud.unlock(scene.path)
    scene.cloud.make_folder(ASIDE)
    with scene.context.database.transaction() as session:
        finding = session.scalars(select(Finding)).one()
    aside = f"{ASIDE}/{finding.id} {scene.path.rpartition('/')[2]}"
    scene.cloud.move(scene.path, aside)
    mend(scene.context, scene.opened, finding)
    assert scene.content(scene.path) == ours
    mend(scene.context, scene.opened, finding)
    assert scene.content(scene.path) == ours
    assert scene.look() == []


def test_the_sample_reads_the_bytes_whatever_the_store_says_of_them(scene: Scene) -> None:
    node = scene.cloud.nodes[scene.cloud.id_at(scene.path)]
    node.content = b"rotten"
    sample(scene.context, scene.opened)
    assert scene.told() == [f"edited file: {scene.path}"]
    with scene.context.database.transaction() as session:
        assert session.get_one(DriftWatch, scene.opened.school.id).sampled_files == 1


def test_a_tree_on_this_machine_is_compared_by_walking_and_mended(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    paths = []
    for number in range(5):
        record = file_one(context, cast, pdf(f"Bài {number}"), title=f"Bài {number}")
        with context.database.transaction() as session:
            official = session.scalars(select(OfficialFile).where(OfficialFile.record_id == record.id)).one()
            paths.append(official.path or "")
    tree = context.settings.data_dir / "tree/truong-a"
    assert tree_drift(context, "truong-a") == []
    week = paths[0].rpartition("/")[0]
    (tree / paths[0]).rename(tree / "2026-2027" / "đi đâu.pdf")
    (tree / paths[1]).rename(tree / week / "tên khác.pdf")
    content = (tree / paths[2]).read_bytes()
    (tree / paths[2]).write_bytes(content[:-1] + b"X")
    (tree / paths[3]).unlink()
    (tree / week / "lạ").mkdir()
    (tree / week / "lạ/a.txt").write_bytes(b"a")
    assert sorted(tree_drift(context, "truong-a")) == sorted(
        [
            f"moved file: {paths[0]} -> 2026-2027/đi đâu.pdf",
            f"renamed file: {paths[1]} -> {week}/tên khác.pdf",
            f"edited file: {paths[2]}",
            f"deleted file: {paths[3]}",
            f"foreign folder: {week}/lạ",
        ]
    )
    ask_for_all(context, cast)
    assert tree_drift(context, "truong-a") == []
    assert tree_check(context) == []
    assert len(list((tree / ASIDE).iterdir())) == 2


def test_a_folder_on_this_machine_is_recognised_under_its_other_name(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    file_one(context, cast, pdf("Bài 1"))
    tree = context.settings.data_dir / "tree/truong-a"
    (tree / "2026-2027/3 Giáo viên").rename(tree / "2026-2027/Thầy cô")
    assert tree_drift(context, "truong-a") == ["renamed folder: 2026-2027/3 Giáo viên -> 2026-2027/Thầy cô"]
    ask_for_all(context, cast)
    assert tree_drift(context, "truong-a") == []
    assert tree_check(context) == []


def test_a_look_by_the_clock_reads_sizes_and_leaves_at_once_after_another(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    file_one(context, cast, pdf("Bài 1"))
    with context.database.transaction() as session:
        session.execute(delete(DriftWatch))
    look_for_drift(context, "truong-a")
    (context.settings.data_dir / "tree/truong-a/2026-2027/lạ.pdf").write_bytes(b"x")
    look_for_drift(context, "truong-a")
    with context.database.transaction() as session:
        assert session.scalars(select(Finding)).all() == []
    look_for_drift(context, "truong-a", asked=1)
    with context.database.transaction() as session:
        assert session.scalars(select(Finding.kind)).all() == ["foreign"]


def ask_for_all(context: Context, cast: Cast) -> None:
    """Click every repair, and let the worker do them."""
    with context.database.transaction() as session:
        for finding_id in session.scalars(select(Finding.id).where(Finding.standing == Standing.OPEN)).all():
            ask_for_repair(session, cast.records_admin, finding_id)
    run_worker(context, wait=False)


def test_asking_and_mending_are_in_the_audit_log(context: Context, cast: Cast, pdf: Pdf) -> None:
    file_one(context, cast, pdf("Bài 1"))
    (context.settings.data_dir / "tree/truong-a/2026-2027/lạ.pdf").write_bytes(b"x")
    tree_drift(context, "truong-a")
    ask_for_all(context, cast)
    with context.database.transaction() as session:
        kinds = session.scalars(select(AuditEntry.kind).where(AuditEntry.kind.startswith("drift."))).all()
        assert sorted(kinds) == ["drift.mended", "drift.repair"]
        assert verify(session) == []


def test_nobody_else_and_nobody_twice_asks_for_a_repair(context: Context, cast: Cast, pdf: Pdf) -> None:
    file_one(context, cast, pdf("Bài 1"))
    (context.settings.data_dir / "tree/truong-a/2026-2027/lạ.pdf").write_bytes(b"x")
    tree_drift(context, "truong-a")
    with context.database.transaction() as session:
        finding_id = session.scalars(select(Finding.id)).one()
        for stranger in (cast.b_records_admin, cast.teacher, cast.officer):
            with pytest.raises(NotFound):
                ask_for_repair(session, stranger, finding_id)
        ask_for_repair(session, cast.principal, finding_id)
        with pytest.raises(NotNow):
            ask_for_repair(session, cast.principal, finding_id)


def test_a_repair_without_our_own_copy_says_so_and_stays_open(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = file_one(context, cast, pdf("Bài 1"))
    with context.database.transaction() as session:
        official = session.scalars(select(OfficialFile).where(OfficialFile.record_id == record.id)).one()
    (context.settings.data_dir / "tree/truong-a" / (official.path or "")).unlink()
    context.staging.discard(official.blob)
    assert len(tree_drift(context, "truong-a")) == 1
    ask_for_all(context, cast)
    with context.database.transaction() as session:
        finding = session.scalars(select(Finding)).one()
    assert (finding.standing, finding.error_code) == (Standing.OPEN, "approved_bytes_lost")


def test_the_house_of_a_school_without_a_cloud_is_its_folder(context: Context) -> None:
    opened = opened_store_of(context, "truong-a")
    assert isinstance(opened.school, School)
    assert opened.keeper is None
