"""An office that oversees a school no more sees nothing of it: neither in its store nor here."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.clock import today
from app.commands.founding import found_office, office_of
from app.context import Context
from app.errors import NotFound
from app.records.queries import view_of
from app.running.worker import run_worker
from app.schools.models import Office
from app.schools.offices import close_office, oversee
from app.schools.queries import school_by_code
from app.schools.taking_effect import take_effect
from app.shares.decisions import consent
from app.shares.jobs import end_shares
from app.shares.models import Share, ShareDecision, ShareState
from app.shares.queries import shares_known_to
from app.shares.refusals import NotOverseeing
from app.tree.browsing import years
from tests.browsing import signed_in
from tests.notices.post_office import PostOffice, post_office
from tests.shares.sharing import OFFICER, ask, decide, give, lets_in, state_of, wish, year
from tests.tree.clouds import SCHOOL, Sky, google_sky
from tests.tree.steps import file_one

Cast = Any
ONE_DAY = timedelta(days=1)


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def sky(context: Context, post: PostOffice) -> Iterator[Sky]:
    with google_sky(context, mail_url=post.url) as opened:
        opened.connect()
        yield opened


def under_the_commune(context: Context) -> None:
    """Put school A under another office of the same province, from today on."""
    with context.database.transaction() as session:
        commune = found_office(session, "xa", "UBND xã Mẫu", "commune_people_committee", "so")
        session.flush()
        oversee(session, school_by_code(session, SCHOOL), "system", commune, today(), today())


def closed_since_yesterday(context: Context) -> None:
    """Let the office cease, with a commune as its successor."""
    with context.database.transaction() as session:
        commune = found_office(session, "xa", "UBND xã Mẫu", "commune_people_committee", "so")
        session.flush()
        close_office(session, office_of(session, "phong"), "system", today() - ONE_DAY, commune, today())


@pytest.mark.parametrize("change", [under_the_commune, closed_since_yesterday])
def test_a_share_ends_in_the_store_when_the_office_oversees_the_school_no_more(
    sky: Sky, cast: Cast, post: PostOffice, change: Callable[[Context], None]
) -> None:
    share = give(sky.context, cast.principal)
    run_worker(sky.context, wait=False)
    assert lets_in(sky, year(), OFFICER)
    post.letters.clear()

    change(sky.context)
    end_shares(sky.context)
    run_worker(sky.context, wait=False)

    assert state_of(sky.context, share) == ShareState.CLOSED
    assert not lets_in(sky, year(), OFFICER)
    told = {letter["To"]: str(letter.get_content()) for letter in post.letters}
    assert set(told) == {cast.principal.email, cast.vice_principal.email, cast.records_admin.email}
    assert all(f"- {OFFICER}" in letter for letter in told.values())
    with sky.context.database.transaction() as session:
        last = (
            select(ShareDecision).where(ShareDecision.share_id == share.id).order_by(ShareDecision.id.desc())
        )
        decision = session.scalars(last.limit(1)).one()
        assert (decision.step, decision.role, decision.user_id) == ("lapse", "system", None)


def test_to_end_them_again_changes_nothing_and_writes_no_second_letter(
    sky: Sky, cast: Cast, post: PostOffice
) -> None:
    give(sky.context, cast.principal)
    run_worker(sky.context, wait=False)
    under_the_commune(sky.context)
    for _ in range(2):
        end_shares(sky.context)
        run_worker(sky.context, wait=False)
    assert len([letter for letter in post.letters if letter["To"] == cast.principal.email]) == 1


def test_an_office_above_keeps_what_it_was_given_while_it_stays_above(context: Context, cast: Cast) -> None:
    given, asked = give(context, cast.principal), ask(context, cast.officer)
    decide(context, consent, cast.principal, asked)
    run_worker(context, wait=False)
    under_the_commune(context)
    end_shares(context)
    run_worker(context, wait=False)
    assert (state_of(context, given), state_of(context, asked)) == (ShareState.CLOSED, ShareState.OPEN)


def test_a_request_lapses_with_the_oversight_and_is_granted_by_nobody_before(
    context: Context, cast: Cast
) -> None:
    asked = ask(context, cast.officer)
    with context.database.transaction() as session:
        office = select(Office.id).where(Office.code == "phong").scalar_subquery()
        session.execute(update(Office).where(Office.id == office).values(parent_id=None))
    with pytest.raises(NotOverseeing):
        decide(context, consent, cast.principal, asked)
    end_shares(context)
    assert state_of(context, asked) == ShareState.REFUSED


def test_what_changes_on_a_day_to_come_ends_nothing_before_it(context: Context, cast: Cast) -> None:
    share = give(context, cast.principal)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        commune = found_office(session, "xa", "UBND xã Mẫu", "commune_people_committee", "so")
        session.flush()
        first = today() + ONE_DAY
        oversee(session, school_by_code(session, SCHOOL), "system", commune, first, today())
    end_shares(context)
    assert state_of(context, share) == ShareState.OPEN
    with context.database.transaction() as session:
        take_effect(session, first)
    end_shares(context)
    assert state_of(context, share) == ShareState.CLOSING


def test_the_former_office_sees_nothing_of_the_school_here_either(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    record = file_one(context, cast, pdf("đã lưu"))
    give(context, cast.principal)
    with context.database.transaction() as session:
        assert view_of(session, cast.officer, record.id)
    under_the_commune(context)
    with context.database.transaction() as session:
        assert SCHOOL not in {school.code for school, _ in years(session, cast.officer)}
        assert shares_known_to(session, cast.officer) == []
        with pytest.raises(NotFound):
            view_of(session, cast.officer, record.id)


def test_the_office_that_follows_is_given_nothing_until_the_school_shares(
    context: Context, cast: Cast
) -> None:
    give(context, cast.principal)
    run_worker(context, wait=False)
    under_the_commune(context)
    end_shares(context)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        assert set(session.scalars(select(Share.state))) == {ShareState.CLOSED}
    anew = give(context, cast.principal, wish(context, "xa", "canbo@xa.example"))
    end_shares(context)
    run_worker(context, wait=False)
    assert state_of(context, anew) == ShareState.OPEN


def test_the_register_says_why(context: Context, client: FlaskClient, cast: Cast) -> None:
    give(context, cast.principal)
    run_worker(context, wait=False)
    under_the_commune(context)
    end_shares(context)
    page = signed_in(client.application, cast.principal.email).get("/chia-se").get_data(as_text=True)
    assert "<strong>Thu hồi vì đơn vị không còn quản lý trường</strong>: Hệ thống," in page
