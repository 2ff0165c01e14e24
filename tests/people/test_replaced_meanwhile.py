"""A password that is replaced while somebody uses it is good for nothing that outlives the replacing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.context import Context
from app.demo.people import PASSWORD
from app.people import asking
from app.people.account_queries import Place
from app.people.accounts import administrator_of, reset_password, sign_out_everywhere
from app.people.confirming import confirm
from app.people.guessing import Attempt
from app.people.models import AccountRequest, BrowserSession, Role, Token, User
from app.people.passwords import change_password
from app.people.sessions import begin_session
from app.people.sign_in import (
    BadCredentials,
    check_password,
    give_token,
    hash_password,
    set_password,
    sign_in,
)
from tests.conftest import Cast
from tests.waiting import until_somebody_waits

OWN = "Thay#Doi2026"


def attempt(cast: Cast, password: str = PASSWORD) -> Attempt:
    return Attempt(cast.teacher.email, password, "192.0.2.7")


def reset(session: Session, cast: Cast) -> None:
    reset_password(session, administrator_of(session, cast.records_admin), cast.teacher.user_id)


def sign_out(session: Session, cast: Cast) -> None:
    sign_out_everywhere(session, administrator_of(session, cast.records_admin), cast.teacher.user_id)


def appoint(session: Session, cast: Cast) -> None:
    """Confirm the one request there is, which gives the account a password of two halves."""
    confirm(session, cast.principal, session.scalars(select(AccountRequest.id)).one())


def ask_for_a_head(context: Context, cast: Cast) -> None:
    """Have the administrator give the teacher a password, and ask to appoint the teacher."""
    department = next(post.department_id for post in cast.head.posts if post.department_id is not None)
    with context.database.transaction() as session:
        user = session.get_one(User, cast.teacher.user_id)
        set_password(user, hash_password(PASSWORD), temporary=True)
        admin = administrator_of(session, cast.records_admin)
        asking.set_places(session, admin, user.id, [Place(Role.HEAD, department)])


@pytest.mark.parametrize("replace", [reset, appoint])
def test_a_password_changed_while_another_is_given_does_not_replace_it(
    context: Context, cast: Cast, replace: Callable[[Session, Cast], None]
) -> None:
    if replace is appoint:
        ask_for_a_head(context, cast)

    def change() -> None:
        with context.database.transaction() as session:
            change_password(session, attempt(cast), OWN)

    with ThreadPoolExecutor(1) as one:
        with context.database.transaction() as session:
            replace(session, cast)
            changing = one.submit(change)
            until_somebody_waits(context)
        with pytest.raises(BadCredentials):
            changing.result()
    with context.database.transaction() as session:
        assert session.get_one(User, cast.teacher.user_id).must_change_password
    for password in (PASSWORD, OWN):
        with context.database.transaction() as session, pytest.raises(BadCredentials):
            check_password(session, attempt(cast, password))


def begin_browser(session: Session, user: User) -> None:
    begin_session(session, user, "Chrome", "IPv4")


def begin_program(session: Session, user: User) -> None:
    give_token(session, user)


@pytest.mark.parametrize("begin", [begin_browser, begin_program])
@pytest.mark.parametrize("end", [reset, sign_out])
def test_what_is_begun_while_a_person_is_signed_out_ends_too(
    context: Context,
    cast: Cast,
    begin: Callable[[Session, User], None],
    end: Callable[[Session, Cast], None],
) -> None:
    def end_all() -> None:
        with context.database.transaction() as session:
            end(session, cast)

    with ThreadPoolExecutor(1) as one:
        with context.database.transaction() as session:
            begin(session, sign_in(session, attempt(cast)))
            session.flush()
            ending = one.submit(end_all)
            until_somebody_waits(context)
        ending.result()
    with context.database.transaction() as session:
        assert not session.scalars(select(Token).where(Token.user_id == cast.teacher.user_id)).all()
        mine = select(BrowserSession.ended_at).where(BrowserSession.user_id == cast.teacher.user_id)
        assert None not in session.scalars(mine).all()
