"""The reader of a share is written to once the store lets him in, with the address of the folder."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import text

from app.clock import today
from app.context import Context
from app.moves.decisions import begin_move
from app.running.worker import run_worker
from app.shares.decisions import consent, revoke
from app.shares.jobs import open_share
from app.shares.letters import mail_about_share
from app.shares.walk import audit_every_share
from emulators.microsoft.service import Microsoft
from tests.notices.post_office import PostOffice, post_office
from tests.shares.sharing import OFFICER, PROVINCE, SKIES, ask, decide, give, remote, wish, year
from tests.tree.clouds import SCHOOL, Sky, set_up
from tests.tree.steps import file_one

Cast = Any
Pdf = Callable[..., bytes]


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture(params=[*SKIES])
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sky(provider: str, context: Context, post: PostOffice) -> Iterator[Sky]:
    with SKIES[provider](context, mail_url=post.url) as opened:
        yield opened


def shared(sky: Sky, cast: Cast) -> int:
    share = give(sky.context, cast.principal)
    run_worker(sky.context, wait=False)
    return share.id


def body_of(letter: EmailMessage) -> str:
    return str(letter.get_content())


def address_of(sky: Sky, provider: str) -> str:
    """Return where the year's folder is opened, by the cloud's own word."""
    folder = remote(sky, year())
    if provider == "google":
        return f"https://drive.google.com/drive/folders/{folder['id']}"
    assert isinstance(sky.emulator, Microsoft)
    drive = sky.emulator.world.drive(sky.furnished["drive_id"])
    assert drive
    return f"{drive.web_url}/{quote(folder['path'])}"


def test_the_reader_is_told_by_whom_until_when_and_where(
    sky: Sky, provider: str, post: PostOffice, cast: Cast
) -> None:
    sky.connect()
    shared(sky, cast)
    (letter,) = post.letters
    told = body_of(letter)
    assert letter["To"] == OFFICER
    assert letter["Subject"] == f"Trường Tiểu học A chia sẻ hồ sơ năm học {year()}"
    assert "Hiệu trưởng A (Hiệu trưởng)" in told
    assert f"31/07/{year()[5:]}" in told
    assert f"Mở thư mục: {address_of(sky, provider)}\n" in told


def test_the_letter_costs_no_call(sky: Sky, cast: Cast) -> None:
    sky.connect()
    share_id = shared(sky, cast)
    before = sky.calls()
    mail_about_share(sky.context, share_id)
    assert sky.calls() == before


def test_a_job_that_runs_twice_writes_once(sky: Sky, post: PostOffice, cast: Cast) -> None:
    sky.connect()
    share_id = shared(sky, cast)
    open_share(sky.context, share_id)
    run_worker(sky.context, wait=False)
    assert len(post.letters) == 1


def test_another_end_is_told_and_a_permission_given_again_is_not(
    sky: Sky, post: PostOffice, cast: Cast
) -> None:
    sky.connect()
    shared(sky, cast)
    order = {"verb": "unshare", "file": remote(sky, year())["id"], "with": OFFICER}
    sky.emulator.meddle(order)
    audit_every_share(sky.context)
    run_worker(sky.context, wait=False)
    assert len(post.letters) == 1
    sooner = today() + timedelta(days=9)
    give(sky.context, cast.principal, wish(sky.context, last_day=sooner))
    run_worker(sky.context, wait=False)
    assert len(post.letters) == 2
    assert sooner.strftime("%d/%m/%Y") in body_of(post.letters[-1])


def test_who_was_shut_out_meanwhile_is_not_written_to(sky: Sky, post: PostOffice, cast: Cast) -> None:
    sky.connect()
    share = give(sky.context, cast.principal)
    open_share(sky.context, share.id)
    decide(sky.context, revoke, cast.principal, share)
    run_worker(sky.context, wait=False)
    assert post.letters == []


def test_a_letter_that_the_post_does_not_take_leaves_the_share_open(
    sky: Sky, post: PostOffice, cast: Cast
) -> None:
    sky.connect()
    post.answer = "450 later"
    share_id = shared(sky, cast)
    assert post.letters == []
    post.answer = "250 OK"
    with sky.context.database.transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL"))
    run_worker(sky.context, wait=False)
    assert len(post.letters) == 1
    assert share_id


def test_a_school_that_has_moved_tells_the_new_address(
    sky: Sky, provider: str, post: PostOffice, cast: Cast, pdf: Pdf
) -> None:
    file_one(sky.context, cast, pdf("Bài"), period=f"{year()}/W12")
    shared(sky, cast)
    begin_move(sky.context, SCHOOL, sky.draft, actor="")
    run_worker(sky.context, wait=False)
    here, there = map(body_of, post.letters)
    assert "/cay-thu-muc/" in here
    assert address_of(sky, provider) in there


def test_a_school_on_this_machine_shows_its_own_page_and_the_post_of_whoever_agreed(
    context: Context, post: PostOffice, cast: Cast
) -> None:
    own = set_up(context, mail_url=post.url)
    share = ask(own, cast.officer)
    run_worker(own, wait=False)
    assert post.letters == []
    decide(own, consent, cast.principal, share)
    run_worker(own, wait=False)
    (letter,) = post.letters
    assert letter["To"] == PROVINCE
    assert f"{own.settings.base_url}/cay-thu-muc/{share.folder_id}" in body_of(letter)
