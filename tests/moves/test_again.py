"""A move whose new store needs a person waits in the open, says why, and goes on when that is mended."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.context import Context
from app.errors import NotNow
from app.moves.decisions import MovingAlready, begin_move, go_on, moves
from app.moves.models import BEFORE_SWITCH, Stage, StoreMove
from app.running.worker import run_worker
from app.schools.queries import school_by_code
from app.storage.accounts import store_with_part
from app.storage.models import Part, StoreAccount, StoreState
from app.tree.commands import tree_check
from app.web.application import create_app
from tests.browsing import send, signed_in
from tests.moves.test_connection_pages import registered
from tests.notices.post_office import post_office
from tests.tree.clouds import SCHOOL, Sky, google_sky, microsoft_sky
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]
SKIES = {"google": google_sky, "microsoft": microsoft_sky}
FULL: dict[str, dict[str, Any]] = {
    "google": {"kind": "storage_full", "operation": "files.create"},
    "microsoft": {"kind": "storage_full"},
}
PAGE = "/luu-tru/chuyen"
ADMIN = "quantri@truong-a.example"


@pytest.fixture(params=[*SKIES])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sky(kind: str, context: Context, cast: Cast, pdf: Pdf) -> Iterator[Sky]:
    """A school with a record that has begun to move into a cloud."""
    with SKIES[kind](context) as opened, registered(opened, kind) as ready:
        file_one(ready.context, cast, pdf("Bài 1"))
        begin_move(ready.context, SCHOOL, ready.draft, actor="")
        yield ready


@pytest.fixture
def admin(sky: Sky) -> FlaskClient:
    return signed_in(create_app(sky.context), ADMIN)


def work(sky: Sky) -> None:
    run_worker(sky.context, wait=False)


def move_of(sky: Sky) -> StoreMove:
    with sky.context.database.transaction() as session:
        return session.scalars(select(StoreMove)).one()


def target_of(sky: Sky) -> StoreAccount:
    with sky.context.database.transaction() as session:
        return session.get_one(StoreAccount, move_of(sky).to_store_id)


def sign_out(sky: Sky) -> None:
    """Take the consent away, until `mend`."""
    sky.fault(path="^/(v1.0|drive|upload)/", status=401, reason="authError")
    work(sky)
    assert target_of(sky).state == StoreState.RECONNECT


def test_a_full_new_store_is_told_of_and_the_move_goes_on_at_a_click(
    sky: Sky, kind: str, admin: FlaskClient
) -> None:
    sky.fault(**FULL[kind])
    work(sky)
    assert target_of(sky).state == StoreState.STOPPED
    told = admin.get(PAGE).text
    assert "Kho lưu trữ của trường đã đầy." in told
    assert "Dọn bớt hoặc mua thêm dung lượng ở kho mới, rồi bấm “Làm tiếp”." in told
    sky.mend()
    work(sky)
    assert move_of(sky).stage in BEFORE_SWITCH
    assert send(admin, f"{PAGE}/{move_of(sky).id}/tiep-tuc", PAGE).status_code == 302
    work(sky)
    assert move_of(sky).stage == Stage.SWITCHED
    assert "Làm tiếp" not in admin.get(PAGE).text
    assert tree_check(sky.context, SCHOOL) == []


def test_a_signed_out_new_store_is_connected_again_at_its_place_and_the_move_goes_on(
    sky: Sky, kind: str, admin: FlaskClient
) -> None:
    sign_out(sky)
    told = admin.get(PAGE).text
    assert f"/ket-noi/{kind}?chuyen=1" in told
    assert "Kết nối lại kho mới" in told
    sky.mend()
    before = target_of(sky)
    assert begin_move(sky.context, SCHOOL, sky.draft, actor="").id == move_of(sky).id
    after = target_of(sky)
    assert (after.id, after.settings["root_id"]) == (before.id, before.settings["root_id"])
    work(sky)
    assert move_of(sky).stage == Stage.SWITCHED


def test_a_move_whose_new_store_is_well_is_not_begun_or_pushed_twice(sky: Sky, cast: Cast) -> None:
    with pytest.raises(MovingAlready):
        begin_move(sky.context, SCHOOL, sky.draft, actor="")
    with sky.context.database.transaction() as session, pytest.raises(NotNow):
        go_on(session, cast.records_admin, move_of(sky).id)


def test_the_letter_about_a_new_store_leads_to_the_page_of_the_move(sky: Sky, kind: str) -> None:
    with post_office() as post, registered(sky, kind, mail_url=post.url) as own:
        own.fault(**FULL[kind])
        work(own)
        (letter,) = post.letters
        assert f"{own.context.settings.base_url}{PAGE}\n" in str(letter.get_content())


def test_after_the_switch_the_store_itself_tells_what_is_wrong(sky: Sky, cast: Cast) -> None:
    work(sky)
    assert move_of(sky).stage == Stage.SWITCHED
    with sky.context.database.transaction() as session:
        session.execute(text("UPDATE store_accounts SET state = 'stopped', error_code = 'store_full'"))
        school = school_by_code(session, SCHOOL)
        assert store_with_part(session, school.id, Part.ACTIVE)
        (view,) = moves(session, cast.records_admin)
    assert view.error is None
    assert not view.may_go_on
