"""Nobody fills a second part of a correction from an account whose password he gave."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.context import Context
from app.corrections.models import Correction, Witness
from app.corrections.refusals import WitnessPasswordGiven
from app.corrections.witnessing import confirm
from app.db import now
from app.people import asking
from app.people.account_queries import Place
from app.people.accounts import Administrator, administrator_of
from app.people.authority import Authority
from app.people.confirming import confirm as confirm_request
from app.people.models import AccountRequest, Role, User
from app.people.persons import Person
from app.people.sign_in import hash_password, set_password
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast
from tests.corrections.test_witnesses import handed_in_again, now_of
from tests.people.test_confirming import ask_for, place

Pdf = Callable[..., bytes]
Means = Callable[[Context, Administrator, Cast], User]
OWN = "Tự#Chọn2026"


def a_clerk_is_made_a_second_administrator(context: Context, admin: Administrator, cast: Cast) -> User:
    reset(context, admin, cast.clerk)
    with context.database.transaction() as session:
        asking.set_places(session, admin, cast.clerk.user_id, [Place(Role.RECORDS_ADMIN)])
        return session.get_one(User, cast.clerk.user_id)


def a_second_administrators_password_is_reset(context: Context, admin: Administrator, cast: Cast) -> User:
    with context.database.transaction() as session:
        asking.set_places(session, admin, cast.clerk.user_id, [Place(Role.RECORDS_ADMIN)])
    return reset(context, admin, cast.clerk)


def an_account_is_made_for_a_second_administrator(context: Context, admin: Administrator, _: Cast) -> User:
    person = Person("Quản trị Hai", "quantri2@truong-a.example")
    with context.database.transaction() as session:
        return asking.create_account(session, admin, person, [Place(Role.RECORDS_ADMIN)]).user


def the_requesters_password_is_reset(context: Context, admin: Administrator, cast: Cast) -> User:
    return reset(context, admin, cast.teacher)


def reset(context: Context, admin: Administrator, person: Authority) -> User:
    with context.database.transaction() as session:
        assert not isinstance(asking.reset_password(session, admin, person.user_id), AccountRequest)
        return session.get_one(User, person.user_id)


MEANS = [
    a_clerk_is_made_a_second_administrator,
    a_second_administrators_password_is_reset,
    an_account_is_made_for_a_second_administrator,
    the_requesters_password_is_reset,
]


def given(context: Context, cast: Cast, means: Means, days: int) -> Authority:
    """Let the administrator give a password and choose another with it, some days ago."""
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
    person = means(context, admin, cast)
    with context.database.transaction() as session:
        user = session.get_one(User, person.id)
        set_password(user, hash_password(OWN))
        user.password_given_at = now() - timedelta(days=days)
    return now_of(context, Authority(person.id, person.name, person.email, "vi", ()))


def witnesses(context: Context, correction: int) -> list[object]:
    with context.database.transaction() as session:
        return list(session.scalars(select(Witness.user_id).where(Witness.correction_id == correction)))


@pytest.mark.parametrize("means", MEANS, ids=lambda means: means.__name__)
@pytest.mark.parametrize("days", [0, 29, 31])
def test_one_administrator_fills_one_part_whatever_account_he_gave_a_password(
    context: Context, cast: Cast, pdf: Pdf, means: Means, days: int
) -> None:
    _, correction = handed_in_again(context, cast, pdf)
    person = given(context, cast, means, days)
    if days < 30:
        with pytest.raises(WitnessPasswordGiven), context.database.transaction() as session:
            confirm(session, person, correction)
        assert witnesses(context, correction) == []
    else:
        with context.database.transaction() as session:
            confirm(session, person, correction)
        assert witnesses(context, correction) == [person.user_id]


def test_a_leader_whose_password_two_people_gave_confirms_once_he_chose_his_own(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    _, correction = handed_in_again(context, cast, pdf)
    asked = ask_for(context, cast, cast.clerk, Place(Role.CLERK), place(cast, Role.VICE_PRINCIPAL))
    with context.database.transaction() as session:
        session.get_one(User, cast.clerk.user_id).password_given_at = now()
        assert confirm_request(session, cast.principal, asked.id).half
        set_password(session.get_one(User, cast.clerk.user_id), hash_password(OWN))
    with context.database.transaction() as session:
        confirm(session, now_of(context, cast.clerk), correction)
    assert witnesses(context, correction) == [cast.clerk.user_id]


def test_the_page_says_why_instead_of_offering_the_button(context: Context, cast: Cast, pdf: Pdf) -> None:
    record, correction = handed_in_again(context, cast, pdf)
    person = given(context, cast, the_requesters_password_is_reset, 3)
    browser, path = signed_in(application_on(context), person.email), f"/sua-chua/{correction}"
    page = browser.get(path).text
    assert "vừa được người khác cấp trong 30 ngày qua" in page
    assert "hết giờ mở vẫn xác nhận được" in page
    assert "Xác nhận thay đổi này" not in page
    with context.database.transaction() as session:
        version = session.get_one(Correction, correction).old_version + 1
        sha256 = session.get_one(type(record), record.id).sha256
    sent = send(browser, f"{path}/xac-nhan", path, version=str(version), sha256=sha256)
    assert sent.status_code == 409
    assert witnesses(context, correction) == []
