"""Leaving a school: every post and every lent authority ends there, and nowhere else."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.clock import today
from app.context import Context
from app.people import asking
from app.people.accounts import administrator_of
from app.people.authority import authority_of
from app.people.confirming import RequestOver, confirm
from app.people.delegations import Mandate, Term, delegate
from app.people.holding import hold_posts
from app.people.leaving import end_posts, is_last_administrator
from app.people.models import AccountRequest, Delegation, Membership, Role, User
from app.people.persons import Person
from app.running.worker import run_worker
from tests.browsing import application_on, signed_in
from tests.notices.post_office import PostOffice
from tests.people.test_confirming import ask_for, place
from tests.waiting import until_somebody_waits

Cast = SimpleNamespace


def school_of(person: object) -> int:
    found: int = person.posts[0].school_id  # type: ignore[attr-defined]
    return found


def test_posts_and_delegations_end_and_the_account_stays(context: Context, cast: Cast) -> None:
    leaver, school_id = cast.vice_principal, school_of(cast.vice_principal)
    with context.database.transaction() as session:
        delegate(session, cast.principal, Mandate(leaver.user_id, "KT.", Term(today(), today())))
        end_posts(session, school_id, leaver.user_id, cast.clerk.user_id)
    with context.database.transaction() as session:
        left = authority_of(session, leaver.user_id)
        assert left is not None
        assert left.posts == ()
        assert session.scalars(select(Delegation.revoked_at)).one() is not None
        assert session.get_one(User, leaver.user_id).disabled_at is None
        entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "account.places")).one()
        assert entry.facts["delegations_ended"] == [session.scalars(select(Delegation.id)).one()]


def test_what_was_asked_for_him_is_withdrawn_and_cannot_be_confirmed_afterwards(
    writing: Context, office: PostOffice, cast: Cast
) -> None:
    leaver, school_id = cast.teacher, school_of(cast.teacher)
    asked = ask_for(writing, cast, leaver, place(cast, Role.HEAD))
    of_another = ask_for(writing, cast, cast.clerk, place(cast, Role.HEAD))
    run_worker(writing, wait=False)
    office.letters.clear()
    with writing.database.transaction() as session:
        end_posts(session, school_id, leaver.user_id, cast.records_admin.user_id)

    with writing.database.transaction() as session, pytest.raises(RequestOver):
        confirm(session, cast.principal, asked.id)
    with writing.database.transaction() as session:
        confirm(session, cast.principal, of_another.id)
    with writing.database.transaction() as session:
        left = authority_of(session, leaver.user_id)
        assert left is not None
        assert left.posts == ()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "account.withdrawn")).one()
        assert (entry.subject, entry.facts["request"]) == (str(leaver.user_id), asked.id)
    run_worker(writing, wait=False)
    told = [each.get_content() for each in office.letters if each["To"] == cast.principal.email]
    assert any("không được thực hiện" in text and "đã thôi làm việc ở trường" in text for text in told)


def test_a_request_about_who_has_no_post_yet_is_withdrawn_as_well(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        person = Person("Phó Mới", "phomoi@truong-a.example")
        admin = administrator_of(session, cast.records_admin)
        given = asking.create_account(session, admin, person, [place(cast, Role.VICE_PRINCIPAL)])
        end_posts(session, admin.school.id, given.user.id, cast.records_admin.user_id)
    with context.database.transaction() as session:
        assert session.scalars(select(AccountRequest.outcome)).all() == ["withdrawn"]


def test_a_leave_and_a_confirmation_at_once_come_one_after_the_other(context: Context, cast: Cast) -> None:
    asked = ask_for(context, cast, cast.teacher, place(cast, Role.HEAD))

    def say_yes() -> None:
        with context.database.transaction() as session:
            confirm(session, cast.principal, asked.id)

    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            hold_posts(session, school_of(cast.teacher))
            confirmed = pool.submit(say_yes)
            until_somebody_waits(context)
            end_posts(session, school_of(cast.teacher), cast.teacher.user_id, cast.records_admin.user_id)
        with pytest.raises(RequestOver):
            confirmed.result(timeout=30)


def test_what_he_is_elsewhere_goes_on(context: Context, cast: Cast) -> None:
    leaver, school_id = cast.teacher, school_of(cast.teacher)
    elsewhere = school_of(cast.b_teacher)
    with context.database.transaction() as session:
        session.add(Membership(user_id=leaver.user_id, role=Role.TEACHER, school_id=elsewhere))
        session.flush()
        end_posts(session, school_id, leaver.user_id, cast.clerk.user_id)
    with context.database.transaction() as session:
        left = authority_of(session, leaver.user_id)
        assert left is not None
        assert {post.school_id for post in left.posts} == {elsewhere}


def test_to_leave_twice_is_written_down_once(context: Context, cast: Cast) -> None:
    for _ in range(2):
        with context.database.transaction() as session:
            end_posts(session, school_of(cast.teacher), cast.teacher.user_id, cast.clerk.user_id)
    with context.database.transaction() as session:
        entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.kind == "account.places")
        assert session.scalar(entries) == 1


def test_the_only_administrator_is_the_last_one(context: Context, cast: Cast) -> None:
    school_id = school_of(cast.records_admin)
    with context.database.transaction() as session:
        assert is_last_administrator(session, school_id, cast.records_admin.user_id)
        assert not is_last_administrator(session, school_id, cast.teacher.user_id)
        session.add(Membership(user_id=cast.clerk.user_id, role=Role.RECORDS_ADMIN, school_id=school_id))
        session.flush()
        assert not is_last_administrator(session, school_id, cast.records_admin.user_id)


def test_who_left_is_told_on_every_page_why_it_leads_nowhere_and_what_he_may_still_do(
    context: Context, cast: Cast
) -> None:
    app, said = application_on(context), "Tài khoản này hiện không có chức vụ nào"
    for page in ("/ho-so", "/viec-cua-toi"):
        assert said not in signed_in(app, cast.teacher.email).get(page).text
    with context.database.transaction() as session:
        end_posts(session, school_of(cast.teacher), cast.teacher.user_id, cast.records_admin.user_id)
    leaver = signed_in(app, cast.teacher.email)
    for page in ("/ho-so", "/viec-cua-toi", "/cay"):
        answer = leaver.get(page, follow_redirects=True).text
        assert said in answer, page
        assert 'href="/kiem-tra"' in answer
        assert 'href="/mat-khau"' in answer
