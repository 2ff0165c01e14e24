"""Administrators at the same time, and what disabling means for the API."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from app.context import Context
from app.errors import NotAllowed
from app.people.account_queries import Place
from app.people.accounts import LastAdministrator, administrator_of, disable, set_places
from app.people.authority import Authority, authority_of
from app.people.models import Role, User
from app.people.sign_in import give_token

Cast = SimpleNamespace


def two_administrators(context: Context, cast: Cast) -> tuple[Authority, Authority]:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        set_places(session, admin, cast.clerk.user_id, {Place(Role.RECORDS_ADMIN)})
    with context.database.transaction() as session:
        second = authority_of(session, cast.clerk.user_id)
    assert second is not None
    return cast.records_admin, second


def at_once(*steps: Callable[[], None]) -> list[BaseException | None]:
    """Run the steps in threads that begin together, and return what each raised."""
    start = Barrier(len(steps))

    def run(step: Callable[[], None]) -> BaseException | None:
        start.wait()
        try:
            step()
        except NotAllowed as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(len(steps)) as threads:
        return list(threads.map(run, steps))


def test_two_administrators_who_shut_each_other_out_at_once_leave_one(context: Context, cast: Cast) -> None:
    first, second = two_administrators(context, cast)

    def shut_out(admin: Authority, target: Authority) -> Callable[[], None]:
        def step() -> None:
            with context.database.transaction() as session:
                disable(session, administrator_of(session, admin), target.user_id)

        return step

    refusals = at_once(shut_out(first, second), shut_out(second, first))

    assert sorted(refusal is None for refusal in refusals) == [False, True]
    with context.database.transaction() as session:
        left = [authority_of(session, each.user_id) for each in (first, second)]
    assert len([each for each in left if each is not None]) == 1


def test_the_last_administrator_neither_shuts_himself_out_nor_puts_his_post_down(
    context: Context, cast: Cast
) -> None:
    own = cast.records_admin.user_id
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
    with pytest.raises(LastAdministrator), context.database.transaction() as session:
        disable(session, admin, own)
    with pytest.raises(LastAdministrator), context.database.transaction() as session:
        set_places(session, admin, own, {Place(Role.CLERK)})


def test_the_token_of_a_disabled_person_opens_nothing_any_more(
    client: FlaskClient, context: Context, cast: Cast
) -> None:
    with context.database.transaction() as session:
        token, _ = give_token(session, session.get_one(User, cast.teacher.user_id))
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me", headers=headers).status_code == 200

    with context.database.transaction() as session:
        disable(session, administrator_of(session, cast.records_admin), cast.teacher.user_id)

    assert client.get("/api/v1/me", headers=headers).status_code == 401
