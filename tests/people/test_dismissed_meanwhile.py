"""Whoever loses his post while he waits for another one's change does nothing any more by it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.context import Context
from app.errors import NotAllowed
from app.people import accounts, asking
from app.people.account_queries import Place
from app.people.accounts import Administrator, administrator_of, disable
from app.people.authority import Authority
from app.people.leaving import end_posts
from app.people.models import AccountRequest, Role, User
from app.people.persons import Person
from tests.conftest import Cast
from tests.people.test_confirming import place
from tests.waiting import until_somebody_waits

Verb = Callable[[Session, Administrator, Cast], object]
NEW = Person("Người Mới", "moi@truong-a.example")
VERBS: dict[str, Verb] = {
    "add somebody": lambda session, admin, _: asking.create_account(session, admin, NEW, [Place(Role.CLERK)]),
    "ask for a decider": lambda session, admin, cast: asking.set_places(
        session, admin, cast.clerk.user_id, [place(cast, Role.HEAD)]
    ),
    "make an administrator": lambda session, admin, cast: asking.set_places(
        session, admin, cast.clerk.user_id, [Place(Role.RECORDS_ADMIN)]
    ),
    "rename": lambda session, admin, cast: asking.edit_account(session, admin, cast.clerk.user_id, NEW),
    "lock": lambda session, admin, cast: asking.disable(session, admin, cast.head.user_id),
    "let in": lambda session, admin, cast: asking.enable(session, admin, cast.teacher.user_id),
    "reset": lambda session, admin, cast: asking.reset_password(session, admin, cast.clerk.user_id),
    "ask for a password": lambda session, admin, cast: asking.reset_password(
        session, admin, cast.head.user_id
    ),
    "sign out": lambda session, admin, cast: accounts.sign_out_everywhere(session, admin, cast.clerk.user_id),
}


def dismissed_while(
    context: Context, person: Authority, by: Authority, verb: Callable[[Session], object]
) -> None:
    """End somebody's posts in one transaction while he begins `verb` in another; raises as the verb does."""
    school_id = next(post.school_id for post in person.posts if post.school_id is not None)

    def act() -> None:
        with context.database.transaction() as session:
            verb(session)

    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            end_posts(session, school_id, person.user_id, by.user_id)
            acted = pool.submit(act)
            until_somebody_waits(context)
        acted.result(timeout=30)


def entries(context: Context) -> int:
    with context.database.transaction() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


@pytest.mark.parametrize("verb", VERBS)
def test_an_administrator_dismissed_a_moment_before_changes_no_account(
    context: Context, cast: Cast, verb: str
) -> None:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
    before = entries(context)
    with pytest.raises(NotAllowed):
        dismissed_while(
            context, cast.records_admin, cast.principal, lambda session: VERBS[verb](session, admin, cast)
        )
    assert entries(context) == before + 1, "his leave, and nothing after it"
    with context.database.transaction() as session:
        assert session.scalars(select(AccountRequest.id)).all() == []
        assert session.scalars(select(User.id).where(User.email == NEW.email)).all() == []


@pytest.mark.parametrize("verb", VERBS)
def test_an_administrator_who_stays_does_all_of_it(context: Context, cast: Cast, verb: str) -> None:
    with context.database.transaction() as session:
        VERBS[verb](session, administrator_of(session, cast.records_admin), cast)


def test_one_who_is_shut_out_meanwhile_acts_no_more_either(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        asking.set_places(session, admin, cast.clerk.user_id, [Place(Role.RECORDS_ADMIN)])
    with context.database.transaction() as session:
        disable(session, admin, cast.records_admin.user_id)
    with context.database.transaction() as session, pytest.raises(NotAllowed):
        asking.reset_password(session, admin, cast.teacher.user_id)
