"""A past that the tables' owner has written anew, and no row that names a sheet: the sheets still tell."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from app.audit.chain import DEPLOYMENT, Happening, append
from app.audit.heads import note_heads
from app.context import Context
from app.moves.connections import connect
from app.proof.kept_sheets import FOLDER
from app.proof.sheet_keeping import sheet_of
from app.proof.sheet_reading import sheets_at
from app.proof.sheets import Sheet
from app.proof.verification import Scope, verify_whole
from app.storage.models import Part, StoreAccount, StoreState
from app.storage.policy import PolicyForbids
from app.tree.paths import HEADS
from app.tree.stores import store_of
from tests.browsing import application_on, signed_in
from tests.conftest import Cast
from tests.moves.test_between_accounts import another_google_account, another_microsoft_tenant
from tests.proof.test_lost_sheets import PLACES, Keeping, in_cloud
from tests.proof.test_verification import Intruder, command
from tests.tree.clouds import SCHOOL, Sky, google_sky, microsoft_sky

KNOWN = ("kept_sheets", "store_items")
"""The tables that name the sheets."""


@pytest.fixture
def intruder(owner: psycopg.Connection) -> Intruder:
    owner.execute("SET TIME ZONE 'UTC'")
    return Intruder(owner)


@pytest.fixture(params=[*PLACES])
def keeping(request: pytest.FixtureRequest, context: Context, cast: Cast) -> Iterator[Keeping]:
    """Two nights' sheets in school A's store, of a chain that has grown between them."""
    assert cast
    with PLACES[request.param](context) as kept:
        for _ in range(2):
            grow(kept)
            kept.night()
        yield kept


def grow(kept: Keeping) -> None:
    with kept.context.database.transaction() as session:
        append(session, SCHOOL, [Happening("tried", "system", "thing", {})])


def forget(intruder: Intruder) -> None:
    for table in KNOWN:
        intruder.does(f"DELETE FROM {table}")


def rewrite(intruder: Intruder) -> None:
    intruder.rewrites(SCHOOL, 2)


def test_without_the_rows_that_name_the_sheets_an_honest_log_is_verified_in_silence(
    keeping: Keeping, intruder: Intruder
) -> None:
    forget(intruder)
    assert keeping.verified() == ([], [])


def test_a_past_written_anew_is_found_whatever_was_done_to_the_rows_that_name_the_sheets(
    keeping: Keeping, intruder: Intruder
) -> None:
    rewrite(intruder)
    for change in (
        "UPDATE kept_sheets SET lost_at = now() - interval '40 days'",
        "UPDATE kept_sheets SET path = replace(path, '.json', ' sau.json'), lost_at = NULL",
        "UPDATE kept_sheets SET store_id = NULL",
        "DELETE FROM kept_sheets",
        "DELETE FROM store_items",
    ):
        intruder.does(change)
        assert any("was rewritten" in reason for reason in keeping.verified()[0]), change


def test_a_cut_end_is_found_though_no_row_names_a_sheet(keeping: Keeping, intruder: Intruder) -> None:
    intruder.cuts(SCHOOL, 1)
    forget(intruder)
    assert any("is missing, the end was cut" in reason for reason in keeping.verified()[0])


def test_sheets_of_the_nights_after_do_not_hide_those_of_before(keeping: Keeping, intruder: Intruder) -> None:
    rewrite(intruder)
    forget(intruder)
    grow(keeping)
    keeping.night()
    assert len(keeping.sheets()) == 3
    assert any("was rewritten" in reason for reason in keeping.verified()[0])


@pytest.mark.parametrize("noted", [True, False])
def test_a_store_without_its_folder_is_told_after_a_day_though_no_row_names_it(
    keeping: Keeping, intruder: Intruder, *, noted: bool
) -> None:
    if noted:
        with keeping.context.database.transaction() as session:
            note_heads(session)
    forget(intruder)
    keeping.trashes_all()
    assert keeping.verified()[1] == []
    aged = DEPLOYMENT if noted else SCHOOL
    intruder.does(f"UPDATE audit_entries SET at = at - interval '2 days' WHERE chain = '{aged}'")
    assert any("is as new as its chain was a day ago" in line for line in keeping.verified()[1])


def test_a_school_that_left_this_machine_for_a_cloud_is_contradicted_by_what_lies_here(
    context: Context, cast: Cast, intruder: Intruder
) -> None:
    assert cast
    kept = Keeping(context, None)
    grow(kept)
    kept.night()
    with google_sky(context) as sky:
        sky.connect()
        moved = Keeping(sky.context, sky)
        rewrite(intruder)
        forget(intruder)
        assert moved.sheets() == []
        assert any("was rewritten" in reason for reason in moved.verified()[0])


FORMER = {
    "google": (google_sky, another_google_account),
    "microsoft": (microsoft_sky, another_microsoft_tenant),
}


@pytest.fixture(params=[*FORMER])
def moved(request: pytest.FixtureRequest, context: Context, cast: Cast) -> Iterator[Keeping]:
    """School A in another account of its cloud, the night's sheet left in the one before."""
    assert cast
    sky, another = FORMER[request.param]
    with sky(context) as opened:
        opened.connect()
        kept = Keeping(opened.context, opened)
        grow(kept)
        kept.night()
        connect(opened.context, SCHOOL, another(opened), actor="")
        yield kept


def test_a_former_store_contradicts_as_long_as_its_key_is_held(moved: Keeping, intruder: Intruder) -> None:
    forget(intruder)
    assert moved.verified() == ([], [])
    rewrite(intruder)
    assert any("was rewritten" in reason for reason in moved.verified()[0])


@pytest.mark.parametrize("end", ["let go", "shut out", "forbidden", "emptied"])
def test_nothing_is_missed_in_a_former_store_that_was_left_behind(moved: Keeping, end: str) -> None:
    with moved.context.database.transaction() as session:
        former = session.scalars(select(StoreAccount).where(StoreAccount.part == Part.FORMER)).one()
        if end == "let go":
            former.secrets = moved.context.stores.vault.lock({})
        elif end == "shut out":
            former.state = StoreState.RECONNECT
        elif end == "forbidden":
            former.state, former.error_code = StoreState.STOPPED, PolicyForbids.code
    if end == "emptied":
        moved.trashes_all()
    assert moved.verified() == ([], [])


def test_a_former_store_that_does_not_answer_is_told(moved: Keeping) -> None:
    assert moved.sky
    moved.sky.fault(path="^/(v1.0|drive)/", status=503)
    assert any("a former store cannot be read now (" in line for line in moved.verified()[1])


def test_twin_folders_in_drive_are_both_read(context: Context, cast: Cast, intruder: Intruder) -> None:
    assert cast
    with google_sky(context) as sky:
        sky.connect()
        kept = Keeping(sky.context, sky)
        grow(kept)
        kept.night()
        rewrite(intruder)
        forget(intruder)
        intruder.does("DELETE FROM spare_ids")
        kept.night()
        assert len({path.rpartition("/")[0] for path in kept.sheets()}) == 1
        assert len(kept.sheets()) == 2
        assert any("was rewritten" in reason for reason in kept.verified()[0])


@pytest.mark.parametrize(
    ("sky", "calls"),
    [
        (google_sky, {"files.list": 3, "files.download": 2}),
        (microsoft_sky, {"items.get": 2, "items.children": 1, "content.get": 2, "download": 2}),
    ],
    ids=["google", "microsoft"],
)
def test_a_cloud_is_asked_once_for_each_folder_and_each_sheet(
    context: Context, cast: Cast, sky: Callable[..., AbstractContextManager[Sky]], calls: dict[str, int]
) -> None:
    assert cast
    with in_cloud(sky)(context) as kept:
        kept.night()
        kept.night()
        assert kept.sky
        kept.sky.emulator.counters.reset()
        assert kept.verified() == ([], [])
        assert kept.sky.calls() == calls


def test_a_sheet_of_an_office_tells_when_nothing_else_is_left(
    context: Context, web_context: Context, cast: Cast, intruder: Intruder, tmp_path: Path
) -> None:
    kept = Keeping(context, None)
    grow(kept)
    kept.night()
    copy = tmp_path / "chuoi-nhat-ky.json"
    copy.write_bytes(
        signed_in(application_on(web_context), cast.officer.email).get("/dau-chuoi/tep.json").data
    )
    rewrite(intruder)
    forget(intruder)
    kept.trashes_all()
    assert kept.verified() == ([], [])
    with context.database.snapshot() as session:
        sheets = [each for each in sheets_at(copy) if isinstance(each, Sheet)]
        (said,) = verify_whole(session, Scope(frozenset({SCHOOL})), sheets)
    assert "was rewritten" in said.reason


def test_of_an_old_month_the_last_sheet_is_read_wherever_it_lies_and_every_one_when_asked_for(
    keeping: Keeping, intruder: Intruder
) -> None:
    for path in keeping.sheets():
        keeping.deletes(path)
    forget(intruder)
    keep(keeping, "2020-03-10")
    rewrite(intruder)
    keep(keeping, "2020-03-31")
    assert keeping.verified() == ([], [])
    assert any("was rewritten" in reason for reason in keeping.verified(sorted)[0])
    if keeping.sky is None:
        assert command(keeping.context, "verify").returncode == 0
        done = command(keeping.context, "verify", "--every-sheet")
        assert (done.returncode, "was rewritten" in done.stdout) == (1, True)


def keep(kept: Keeping, day: str) -> None:
    """Put a sheet of another day, with what the heads are now, where it belongs."""
    with kept.context.database.transaction() as session:
        content = sheet_of(session, [SCHOOL])[0]
    store = store_of(kept.context, SCHOOL)
    for folder in (HEADS, FOLDER):
        store.make_folder(folder)
    store.put(f"{FOLDER}/{day}T003300.json", io.BytesIO(content))
