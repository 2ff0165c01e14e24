"""Somebody of one school comes to work at another too: asked by it, by their own word, and that alone."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.context import Context
from app.db import now
from app.errors import NotAllowed, NotFound
from app.people import asking
from app.people.account_queries import Place
from app.people.accounts import (
    Administrator,
    EmailTaken,
    SharedAccount,
    add_account,
    administrator_of,
    reset_password,
)
from app.people.asking import is_decider
from app.people.authority import Authority, authority_of
from app.people.confirming import confirm
from app.people.invitation_letters import mail_about_invitation
from app.people.invitation_queries import count_invitations, invitations_of, invitations_to
from app.people.invitations import (
    AlreadyHere,
    AlreadyInvited,
    InvitationOver,
    InvitedPasswordGiven,
    accept,
    decline,
    invite,
    take_back,
)
from app.people.leaving import end_posts
from app.people.models import AccountRequest, Invitation, Membership, Role, Token, User
from app.people.passwords import PasswordGiven
from app.people.persons import BadPerson, Person
from app.people.sign_in import give_token
from app.schools.models import Department
from app.sheets.cells import Cell, Fault
from app.teaching.queries import colleagues_of
from app.teaching.staff import Staff
from tests.browsing import application_on, send, signed_in
from tests.conftest import Cast
from tests.notices.post_office import PostOffice
from tests.two_schools import only_school_of

TEACHER = Place(Role.TEACHER)
NOBODY = "khong-ai@o-dau.example"


def administrator(session: Any, cast: Cast) -> Administrator:
    return administrator_of(session, cast.b_records_admin)


def invited(context: Context, cast: Cast, email: str, places: Collection[Place] = (TEACHER,)) -> int:
    """Have the second school's administrator invite an address."""
    with context.database.transaction() as session:
        return invite(session, administrator(session, cast), email, places).id


def accepted(context: Context, cast: Cast, who: Authority, places: Collection[Place] = (TEACHER,)) -> None:
    number = invited(context, cast, who.email, places)
    with context.database.transaction() as session:
        accept(session, who, number)


def head_of_b(context: Context, cast: Cast) -> Place:
    with context.database.transaction() as session:
        own = select(Department.id).where(Department.school_id == only_school_of(cast.b_teacher))
        return Place(Role.HEAD, session.scalars(own.order_by(Department.id)).first())


def posts_of(context: Context, who: Authority) -> set[tuple[int | None, str]]:
    with context.database.transaction() as session:
        living = select(Membership.school_id, Membership.role).where(
            Membership.user_id == who.user_id, Membership.ended_at.is_(None)
        )
        return {(school, role) for school, role in session.execute(living)}


def account(context: Context, who: Authority) -> dict[str, object]:
    """Return all that an account says."""
    with context.database.transaction() as session:
        user = session.get_one(User, who.user_id)
        return {column.name: getattr(user, column.name) for column in User.__table__.columns}


def chain_of(context: Context, school: str) -> list[str]:
    with context.database.transaction() as session:
        own = select(AuditEntry.kind).where(AuditEntry.chain == school).order_by(AuditEntry.number)
        return list(session.scalars(own))


def test_who_agrees_works_at_both_and_everything_elsewhere_stays(context: Context, cast: Cast) -> None:
    before, chain = account(context, cast.teacher), chain_of(context, "truong-a")
    number = invited(context, cast, cast.teacher.email.upper())
    assert posts_of(context, cast.teacher) == {(only_school_of(cast.teacher), "teacher")}
    with context.database.transaction() as session:
        (view,) = invitations_to(session, cast.teacher)
        assert (view.school, view.places) == ("Trường Trung học cơ sở B", [(Role.TEACHER, "")])
        assert count_invitations(session, cast.teacher, most=9) == 1
        accept(session, cast.teacher, number)

    here, there = only_school_of(cast.teacher), only_school_of(cast.b_teacher)
    assert posts_of(context, cast.teacher) == {(here, "teacher"), (there, "teacher")}
    assert account(context, cast.teacher) == before
    assert chain_of(context, "truong-a") == chain
    assert chain_of(context, "truong-b")[-2:] == ["account.places", "invitation.accepted"]
    with context.database.transaction() as session:
        assert invitations_to(session, cast.teacher) == []


def test_who_asks_learns_nothing_of_an_address_until_its_owner_agrees(
    app: Flask, context: Context, cast: Cast
) -> None:
    browser = signed_in(app, cast.b_records_admin.email)
    answers = []
    for email in (cast.teacher.email, cast.head.email, NOBODY):
        sent = send(browser, "/tai-khoan/loi-moi", "/tai-khoan/loi-moi", email=email, place="teacher:")
        assert sent.status_code == 302
        shown = browser.get("/tai-khoan/loi-moi").text
        assert cast.teacher.name not in shown
        answers.append(shown.partition("<main")[2].partition("<table")[0])
    assert len(set(answers)) == 1
    assert cast.teacher.name not in browser.get("/tai-khoan").text
    assert cast.teacher.email not in browser.get("/tai-khoan").text
    assert browser.get(f"/tai-khoan/{cast.teacher.user_id}").status_code == 404
    with context.database.transaction() as session:
        assert len(invitations_of(session, only_school_of(cast.b_teacher))) == 3


def test_a_letter_goes_only_to_who_has_the_address(writing: Context, office: PostOffice, cast: Cast) -> None:
    for email in (cast.teacher.email, NOBODY):
        number = invited(writing, cast, email)
        with writing.database.transaction() as session:
            due = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mail_about_invitation'")
            assert session.scalar(due)
        mail_about_invitation(writing, number)
    (letter,) = office.letters
    assert letter["To"] == cast.teacher.email
    assert "Trường Trung học cơ sở B" in letter.get_content()
    assert "/loi-moi" in letter.get_content()


def test_a_deciders_post_still_takes_a_second_person(context: Context, cast: Cast) -> None:
    head = head_of_b(context, cast)
    accepted(context, cast, cast.teacher, [TEACHER, head])
    there = only_school_of(cast.b_teacher)
    assert (there, "head") not in posts_of(context, cast.teacher)
    before = account(context, cast.teacher)
    with context.database.transaction() as session:
        request = session.scalars(select(AccountRequest)).one()
        assert (request.school_id, request.change["add"]) == (there, [head.key])
        with pytest.raises(NotFound):
            confirm(session, cast.principal, request.id)
    with context.database.transaction() as session:
        done = confirm(session, cast.b_principal, request.id)
        assert done.half == ""
    assert (there, "head") in posts_of(context, cast.teacher)
    assert account(context, cast.teacher) == before


@pytest.mark.parametrize("only_asked", [True, False])
def test_neither_school_changes_an_account_that_is_both_schools(
    context: Context, cast: Cast, only_asked: bool
) -> None:
    accepted(context, cast, cast.teacher, [head_of_b(context, cast) if only_asked else TEACHER])
    person = Person("Tên khác", "khac@truong-b.example")
    before = account(context, cast.teacher)
    for verb, *values in (
        (asking.reset_password,),
        (asking.disable,),
        (asking.enable,),
        (asking.sign_out_everywhere,),
        (asking.edit_account, person),
    ):
        with context.database.transaction() as session, pytest.raises(SharedAccount):
            verb(session, administrator(session, cast), cast.teacher.user_id, *values)
    assert account(context, cast.teacher) == before


def test_an_invitation_alone_takes_nothing_from_the_first_school(context: Context, cast: Cast) -> None:
    invited(context, cast, cast.teacher.email)
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        assert reset_password(session, admin, cast.teacher.user_id).password


def test_what_somebody_decides_at_one_school_is_not_told_at_the_other(context: Context, cast: Cast) -> None:
    accepted(context, cast, cast.head)
    with context.database.transaction() as session:
        assert is_decider(session, only_school_of(cast.head), cast.head.user_id)
        assert not is_decider(session, only_school_of(cast.b_teacher), cast.head.user_id)


def test_who_leaves_one_school_stays_signed_in_for_the_other(context: Context, cast: Cast) -> None:
    accepted(context, cast, cast.teacher)
    there = only_school_of(cast.b_teacher)
    with context.database.transaction() as session:
        give_token(session, session.get_one(User, cast.teacher.user_id))
        end_posts(session, there, cast.teacher.user_id, cast.b_records_admin.user_id)
        assert session.scalars(select(Token).where(Token.user_id == cast.teacher.user_id)).all()
        end_posts(session, only_school_of(cast.teacher), cast.teacher.user_id, cast.records_admin.user_id)
        assert not session.scalars(select(Token).where(Token.user_id == cast.teacher.user_id)).all()


def test_who_knows_the_password_that_they_gave_agrees_in_nobodys_stead(context: Context, cast: Cast) -> None:
    number = invited(context, cast, cast.teacher.email)
    with context.database.transaction() as session:
        reset_password(session, administrator_of(session, cast.records_admin), cast.teacher.user_id)
    with context.database.transaction() as session, pytest.raises(InvitedPasswordGiven):
        accept(session, cast.teacher, number)


def test_an_account_made_for_an_invited_address_comes_too_late(context: Context, cast: Cast) -> None:
    number = invited(context, cast, NOBODY)
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        user = asking.create_account(session, admin, Person("Người Mới", NOBODY), [TEACHER]).user
        session.flush()
        present = authority_of(session, user.id)
    assert present is not None
    with context.database.transaction() as session, pytest.raises(InvitedPasswordGiven):
        accept(session, present, number)


def test_a_post_is_not_confirmed_where_somebody_else_may_hold_the_account(
    context: Context, cast: Cast
) -> None:
    accepted(context, cast, cast.teacher, [head_of_b(context, cast)])
    with context.database.transaction() as session:
        session.get_one(User, cast.teacher.user_id).password_given_at = now()
        request = session.scalars(select(AccountRequest.id)).one()
    with context.database.transaction() as session, pytest.raises(PasswordGiven):
        confirm(session, cast.b_principal, request)


Spoil = Callable[[Any, Cast, Invitation], object]
SPOILT: dict[str, Spoil] = {
    "its time is over": lambda _s, _c, each: setattr(each, "expires_at", now() - timedelta(seconds=1)),
    "it was taken back": lambda s, c, each: take_back(s, administrator(s, c), each.id),
    "it was declined": lambda s, c, each: decline(s, c.teacher, each.id),
    "it was accepted": lambda s, c, each: accept(s, c.teacher, each.id),
    "who asked may not any more": lambda s, c, _e: s.execute(
        text("UPDATE memberships SET ended_at = now() WHERE user_id = :who"),
        {"who": c.b_records_admin.user_id},
    ),
    "the department is gone": lambda _s, _c, each: setattr(each, "places", ["teacher:999999"]),
}


@pytest.mark.parametrize("how", SPOILT)
def test_an_invitation_that_is_over_makes_nobody_anything(context: Context, cast: Cast, how: str) -> None:
    number = invited(context, cast, cast.teacher.email)
    with context.database.transaction() as session:
        SPOILT[how](session, cast, session.get_one(Invitation, number))
    before = posts_of(context, cast.teacher)
    with context.database.transaction() as session, pytest.raises(InvitationOver):
        accept(session, cast.teacher, number)
    assert posts_of(context, cast.teacher) == before


def test_another_ones_invitation_is_not_to_be_found(context: Context, cast: Cast) -> None:
    number = invited(context, cast, cast.teacher.email)
    for answer in (accept, decline):
        with context.database.transaction() as session, pytest.raises(NotFound):
            answer(session, cast.teacher2, number)
    with context.database.transaction() as session:
        own = administrator_of(session, cast.records_admin)
        with pytest.raises(NotFound):
            take_back(session, own, number)
        with pytest.raises(NotAllowed):
            invite(session, Administrator(cast.b_clerk, own.school), cast.teacher.email, [TEACHER])


def test_what_cannot_be_asked_is_refused_by_name(context: Context, cast: Cast) -> None:
    invited(context, cast, cast.teacher.email)
    for email, refusal in (
        (cast.teacher.email, AlreadyInvited),
        (cast.b_teacher.email, AlreadyHere),
        ("không phải địa chỉ", BadPerson),
    ):
        with context.database.transaction() as session, pytest.raises(refusal):
            invite(session, administrator(session, cast), email, [TEACHER])


def test_after_its_time_the_same_address_is_invited_again(context: Context, cast: Cast) -> None:
    number = invited(context, cast, cast.teacher.email)
    with context.database.transaction() as session:
        session.get_one(Invitation, number).expires_at = now() - timedelta(seconds=1)
    assert invited(context, cast, cast.teacher.email) != number


def test_a_staff_code_that_somebody_has_already_comes_along_and_names_neither_of_the_two(
    context: Context, cast: Cast
) -> None:
    accepted(context, cast, cast.teacher)
    with context.database.transaction() as session:
        staff = Staff.of(colleagues_of(session, only_school_of(cast.b_teacher)))
    found = staff.find(Cell("A2", ""), Cell("B2", "GV01"))
    assert isinstance(found, Fault)
    assert staff.find(Cell("A2", f"{cast.b_teacher.name} (GV01)")) == staff.by_email[cast.b_teacher.email]


def test_a_second_account_for_the_address_is_still_refused(context: Context, cast: Cast) -> None:
    person = Person("Ai đó", cast.teacher.email)
    with context.database.transaction() as session, pytest.raises(EmailTaken):
        add_account(session, administrator(session, cast), person, [TEACHER], "x", [TEACHER])


def test_the_person_answers_on_their_own_page(web_context: Context, cast: Cast) -> None:
    number = invited(web_context, cast, cast.teacher.email)
    browser = signed_in(application_on(web_context), cast.teacher.email)
    assert 'href="/loi-moi"' in browser.get("/ho-so").text
    page = browser.get("/loi-moi").text
    assert "Trường Trung học cơ sở B" in page
    answered = send(browser, f"/loi-moi/{number}/nhan", "/loi-moi")
    assert answered.status_code == 302
    assert 'href="/loi-moi"' not in browser.get("/ho-so").text
    assert "Trường Trung học cơ sở B" in browser.get("/nop").text
