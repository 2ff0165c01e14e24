"""Moving house: copied, compared, switched over, and the old store untouched until somebody confirms."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.chain import verify
from app.context import Context
from app.drift.looks import tree_drift
from app.errors import NotFound, NotNow
from app.moves.decisions import MovingAlready, SamePlace, begin_move, cancel, confirm, go_on, moves
from app.moves.models import Stage, StoreMove
from app.moves.steps import move_house
from app.people.authority import Authority
from app.records.models import OfficialFile, Record
from app.running.worker import run_worker
from app.schools.models import Department, School
from app.schools.queries import school_by_code
from app.storage.accounts import Connection, active_store
from app.storage.models import Part, Provider, StoreAccount
from app.storage.protocol import StorageError
from app.tree.commands import tree_check
from app.tree.models import Folder
from app.tree.renaming import FoldersMustStay, PathsMustStay, follow_department, rename
from tests.tree.clouds import SCHOOL, Sky, google_sky, microsoft_sky
from tests.tree.steps import file_one, sign_off
from workflows.model import State

Cast = Any
Pdf = Callable[..., bytes]
SKIES: dict[str, Callable[..., AbstractContextManager[Sky]]] = {
    "google": google_sky,
    "microsoft": microsoft_sky,
}


@pytest.fixture(params=[*SKIES])
def sky(request: pytest.FixtureRequest, context: Context) -> Iterator[Sky]:
    with SKIES[request.param](context) as opened:
        yield opened


def move_of(context: Context) -> StoreMove:
    """Return the latest move."""
    with context.database.transaction() as session:
        return session.scalars(select(StoreMove).order_by(StoreMove.id.desc()).limit(1)).one()


def active(context: Context) -> StoreAccount | None:
    with context.database.transaction() as session:
        return active_store(session, school_by_code(session, SCHOOL).id)


def step(context: Context) -> StoreMove:
    """Do one step of the move, as one job does."""
    move_house(context, move_of(context).id)
    return move_of(context)


def on_disk(context: Context) -> dict[str, bytes]:
    tree = context.settings.data_dir / "tree" / SCHOOL
    return {str(each.relative_to(tree)): each.read_bytes() for each in files_in(tree)}


def files_in(tree: Path) -> list[Path]:
    return [each for each in tree.rglob("*") if each.is_file()]


def say_confirmed(context: Context, who: Authority) -> None:
    with context.database.transaction() as session:
        confirm(session, who, move_of(context).id)
    run_worker(context, wait=False)


def test_a_school_moves_from_this_machine_into_a_cloud(sky: Sky, cast: Cast, pdf: Pdf) -> None:
    for number in range(3):
        file_one(sky.context, cast, pdf(f"Bài {number}"), title=f"Bài {number}")
    before = on_disk(sky.context)
    begin_move(sky.context, SCHOOL, sky.draft, actor=str(cast.records_admin.user_id))
    run_worker(sky.context, wait=False)
    assert move_of(sky.context).stage == Stage.SWITCHED
    assert len([path for path in sky.paths() if path.endswith(".pdf")]) == 3
    assert on_disk(sky.context) == before
    assert tree_check(sky.context, SCHOOL) == []
    assert tree_drift(sky.context, SCHOOL) == []
    say_confirmed(sky.context, cast.records_admin)
    assert move_of(sky.context).stage == Stage.CONFIRMED
    assert on_disk(sky.context) == before
    record = file_one(sky.context, cast, pdf("Bài mới"), title="Bài mới")
    assert any(path.endswith(f"{record.code}.pdf") for path in sky.paths())
    with sky.context.database.transaction() as session:
        assert verify(session) == []


def test_a_school_moves_from_one_cloud_to_the_other(context: Context, cast: Cast, pdf: Pdf) -> None:
    with google_sky(context) as google, microsoft_sky(google.context) as microsoft:
        google.context = microsoft.context
        google.connect()
        record = file_one(microsoft.context, cast, pdf("Bài 1"))
        before = google.paths()
        begin_move(microsoft.context, SCHOOL, microsoft.draft, actor="")
        run_worker(microsoft.context, wait=False)
        account = active(microsoft.context)
        assert account
        assert account.provider == Provider.MICROSOFT
        assert any(path.endswith(f"{record.code}.pdf") for path in microsoft.paths())
        assert google.paths() == before
        assert tree_check(microsoft.context, SCHOOL) == []
        say_confirmed(microsoft.context, cast.records_admin)
        assert google.paths() == before
        with microsoft.context.database.transaction() as session:
            former = session.scalars(select(StoreAccount).where(StoreAccount.part == Part.FORMER)).one()
        assert microsoft.context.stores.vault.open(former.secrets) == {}


def test_what_is_filed_during_the_move_comes_along(sky: Sky, cast: Cast, pdf: Pdf) -> None:
    file_one(sky.context, cast, pdf("Bài 1"), title="Z sau cùng")
    begin_move(sky.context, SCHOOL, sky.draft, actor="")
    while step(sky.context).stage != Stage.COMPARING:
        pass
    # Before what was compared already, in the order of the paths, and in a week that is new.
    step(sky.context)
    late = sign_off(sky.context, cast, pdf("Bài 2"), title="A đầu tiên", period="2026-2027/W02")
    run_worker(sky.context, wait=False)
    with sky.context.database.transaction() as session:
        assert session.get_one(Record, late.id).state == State.FILED
    assert move_of(sky.context).stage == Stage.SWITCHED
    assert any(path.endswith(f"{late.code}.pdf") for path in sky.paths())
    assert tree_check(sky.context, SCHOOL) == []


def test_a_move_goes_on_wherever_a_call_was_cut(sky: Sky, cast: Cast, pdf: Pdf) -> None:
    for number in range(2):
        file_one(sky.context, cast, pdf(f"Bài {number}"), title=f"Bài {number}")
    begin_move(sky.context, SCHOOL, sky.draft, actor="")
    for number, cut in enumerate(("before", "after", "during")):
        sky.fault(cut=cut, probability=0.15, seed=number, times=None)
    for _ in range(60):
        if move_of(sky.context).stage == Stage.SWITCHED:
            break
        try_a_step(sky.context)
    sky.mend()
    assert move_of(sky.context).stage == Stage.SWITCHED
    paths = [path for path in sky.paths() if path.endswith(".pdf")]
    assert len(paths) == len(set(paths)) == 2
    assert tree_check(sky.context, SCHOOL) == []


def try_a_step(context: Context) -> None:
    """Do a step as a worker does; what was cut off is tried again."""
    with suppress(StorageError):
        step(context)


def test_bytes_that_the_new_store_gives_back_otherwise_stop_the_move(sky: Sky, cast: Cast, pdf: Pdf) -> None:
    record = file_one(sky.context, cast, pdf("Bài 1"))
    begin_move(sky.context, SCHOOL, sky.draft, actor="")
    while step(sky.context).stage != Stage.COMPARING:
        pass
    path = next(path for path in sky.paths() if path.endswith(f"{record.code}.pdf"))
    sky.emulator.meddle({"verb": "edit", "file": path, "content": "other"})
    move = step(sky.context)
    assert (move.stage, move.error_code) == (Stage.COMPARING, "filed_bytes_differ")
    assert active(sky.context) is None
    with sky.context.database.transaction() as session:
        (view,) = moves(session, cast.principal)
        assert view.error
        go_on(session, cast.principal, move.id)
    assert move_of(sky.context).error_code is None


def test_a_cancelled_move_leaves_the_school_where_it_is(sky: Sky, cast: Cast, pdf: Pdf) -> None:
    file_one(sky.context, cast, pdf("Bài 1"))
    begin_move(sky.context, SCHOOL, sky.draft, actor="")
    step(sky.context)
    with sky.context.database.transaction() as session:
        cancel(sky.context, session, cast.records_admin, move_of(sky.context).id)
    run_worker(sky.context, wait=False)
    assert move_of(sky.context).stage == Stage.CANCELLED
    assert active(sky.context) is None
    assert tree_check(sky.context, SCHOOL) == []
    with sky.context.database.transaction() as session, pytest.raises(NotNow):
        confirm(session, cast.records_admin, move_of(sky.context).id)


def test_a_school_moves_one_move_at_a_time_and_not_to_where_it_is(sky: Sky, cast: Cast, pdf: Pdf) -> None:
    file_one(sky.context, cast, pdf("Bài 1"))
    with pytest.raises(SamePlace):
        begin_move(sky.context, SCHOOL, Connection(Provider.LOCAL), actor="")
    begin_move(sky.context, SCHOOL, sky.draft, actor="")
    with pytest.raises(MovingAlready):
        begin_move(sky.context, SCHOOL, sky.draft, actor="")


def test_folders_keep_their_names_while_the_files_are_copied(sky: Sky, cast: Cast, pdf: Pdf) -> None:
    file_one(sky.context, cast, pdf("Bài 1"))
    begin_move(sky.context, SCHOOL, sky.draft, actor="")
    with sky.context.database.transaction() as session:
        folder = session.scalars(select(Folder).where(Folder.owner_id.is_not(None)).limit(1)).one()
        with pytest.raises(PathsMustStay):
            rename(session, cast.records_admin, folder, "Tên khác")
        department = session.get_one(Department, folder.department_id)
        department.name = "Tổ Khoa học"
        with pytest.raises(FoldersMustStay):
            follow_department(session, session.get_one(School, folder.school_id), "system", department)


def test_nobody_of_another_school_and_no_teacher_decides_on_a_move(sky: Sky, cast: Cast, pdf: Pdf) -> None:
    file_one(sky.context, cast, pdf("Bài 1"))
    move = begin_move(sky.context, SCHOOL, sky.draft, actor="")
    with sky.context.database.transaction() as session:
        for stranger in (cast.b_records_admin, cast.teacher, cast.clerk, cast.officer):
            assert moves(session, stranger) == []
            with pytest.raises(NotFound):
                confirm(session, stranger, move.id)


def test_a_school_comes_back_to_this_machine(context: Context, cast: Cast, pdf: Pdf) -> None:
    with google_sky(context) as sky:
        sky.connect()
        file_one(sky.context, cast, pdf("Bài 1"))
        begin_move(sky.context, SCHOOL, Connection(Provider.LOCAL), actor="")
        run_worker(sky.context, wait=False)
        say_confirmed(sky.context, cast.principal)
        with sky.context.database.transaction() as session:
            (path,) = session.scalars(select(OfficialFile.path)).all()
        assert [*on_disk(sky.context)] == [path]
        assert tree_check(sky.context, SCHOOL) == []
