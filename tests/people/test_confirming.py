"""Nobody signs by appointing himself: deciders' posts and accounts take a second person."""

import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from app.audit.models import AuditEntry
from app.context import Context
from app.db import now
from app.errors import NotAllowed, NotFound, TextTooLong
from app.people import asking
from app.people.account_queries import AccountFilters, Place, list_accounts
from app.people.accounts import GivenPassword, SharedAccount, administrator_of
from app.people.asking import AlreadyAsked
from app.people.authority import Authority, authority_of
from app.people.confirming import (
    LONGEST_REASON,
    RequestOver,
    confirm,
    confirm_all,
    confirm_at_the_server,
    refuse,
)
from app.people.guessing import Attempt
from app.people.leaving import end_posts
from app.people.models import AccountRequest, Membership, Role, User
from app.people.passwords import PasswordGiven
from app.people.persons import Person
from app.people.request_queries import requests_known_to
from app.people.second_persons import count_confirmable
from app.people.sign_in import BadCredentials, check_password, hash_password, is_password_of, set_password
from app.schools.models import School
from tests.browsing import send, signed_in
from tests.conftest import Cast
from tests.waiting import until_somebody_waits

DECIDING = [Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.HEAD, Role.DEPUTY_HEAD]


def place(cast: Cast, role: Role) -> Place:
    department = next(post.department_id for post in cast.head.posts if post.department_id is not None)
    return Place(role, department if role in (Role.HEAD, Role.DEPUTY_HEAD) else None)


def ask_for(context: Context, cast: Cast, who: Authority, *places: Place) -> AccountRequest:
    with context.database.transaction() as session:
        asked = asking.set_places(session, administrator_of(session, cast.records_admin), who.user_id, places)
    assert asked is not None
    return asked


def roles(context: Context, user_id: object) -> set[str]:
    with context.database.transaction() as session:
        held = select(Membership.role).where(Membership.user_id == user_id, Membership.ended_at.is_(None))
        return set(session.scalars(held))


@pytest.mark.parametrize("role", DECIDING)
@pytest.mark.parametrize("who", ["records_admin", "clerk", "teacher5"])
def test_an_administrator_only_asks_for_a_deciders_post(
    context: Context, cast: Cast, role: Role, who: str
) -> None:
    person = getattr(cast, who)
    before = roles(context, person.user_id)
    wanted = {*(Place(post.role, post.department_id) for post in person.posts), place(cast, role)}
    asked = ask_for(context, cast, person, *wanted)

    assert roles(context, person.user_id) == before
    with context.database.transaction() as session, pytest.raises(NotAllowed):
        confirm(session, cast.records_admin, asked.id)
    assert roles(context, person.user_id) == before


@pytest.mark.parametrize(
    ("role", "who", "may"),
    [
        (Role.PRINCIPAL, "vice_principal", True),
        (Role.PRINCIPAL, "principal", False),
        (Role.PRINCIPAL, "officer", True),
        (Role.PRINCIPAL, "head", False),
        (Role.VICE_PRINCIPAL, "principal", True),
        (Role.VICE_PRINCIPAL, "vice_principal", False),
        (Role.HEAD, "principal", True),
        (Role.HEAD, "head", False),
        (Role.HEAD, "officer", True),
        (Role.HEAD, "b_principal", False),
    ],
)
def test_who_is_the_second_person(context: Context, cast: Cast, role: Role, who: str, may: bool) -> None:
    asked = ask_for(context, cast, cast.clerk, Place(Role.CLERK), place(cast, role))
    with context.database.transaction() as session:
        views = requests_known_to(session, getattr(cast, who))
        assert any(view.may_confirm for view in views if view.request.id == asked.id) is may


@pytest.mark.parametrize(
    ("who", "counted"), [("principal", 1), ("vice_principal", 0), ("records_admin", 0), ("officer", 1)]
)
def test_every_page_tells_whom_a_request_waits_for(
    context: Context, cast: Cast, who: str, counted: int
) -> None:
    ask_for(context, cast, cast.teacher, place(cast, Role.HEAD))
    reader = getattr(cast, who)
    with context.database.transaction() as session:
        assert count_confirmable(session, reader, most=9) == counted


def test_whoever_gains_by_it_does_not_confirm_it(context: Context, cast: Cast) -> None:
    asked = ask_for(context, cast, cast.vice_principal, Place(Role.PRINCIPAL))
    with context.database.transaction() as session, pytest.raises(NotAllowed):
        confirm(session, cast.vice_principal, asked.id)


def test_confirmed_it_takes_effect_and_both_steps_stand_in_the_chain(context: Context, cast: Cast) -> None:
    asked = ask_for(context, cast, cast.clerk, Place(Role.CLERK), place(cast, Role.HEAD))
    with context.database.transaction() as session:
        confirm(session, cast.principal, asked.id)

    assert roles(context, cast.clerk.user_id) == {"clerk", "head"}
    with context.database.transaction() as session:
        of_school = select(AuditEntry).where(AuditEntry.chain == "truong-a").order_by(AuditEntry.number)
        entries = [
            (each.kind, each.actor) for each in session.scalars(of_school) if each.kind[:8] == "account."
        ]
        assert entries == [
            ("account.asked", str(cast.records_admin.user_id)),
            ("account.places", str(cast.principal.user_id)),
            ("account.confirmed", str(cast.principal.user_id)),
        ]
        with pytest.raises(RequestOver):
            confirm(session, cast.principal, asked.id)
        with pytest.raises(NotFound):
            confirm(session, cast.b_principal, asked.id)


def test_strangers_learn_nothing_and_the_same_is_not_asked_twice(context: Context, cast: Cast) -> None:
    asked = ask_for(context, cast, cast.clerk, Place(Role.CLERK), place(cast, Role.HEAD))
    with context.database.transaction() as session, pytest.raises(NotFound):
        confirm(session, cast.b_principal, asked.id)
    with pytest.raises(AlreadyAsked):
        ask_for(context, cast, cast.clerk, place(cast, Role.HEAD))


def test_what_another_school_asked_for_the_same_person_is_its_own_affair(
    context: Context, cast: Cast
) -> None:
    school_b = cast.b_teacher.posts[0].school_id
    with context.database.transaction() as session:
        session.add(Membership(user_id=cast.clerk.user_id, role=Role.CLERK, school_id=school_b))
        session.add(
            AccountRequest(
                school_id=school_b,
                user_id=cast.clerk.user_id,
                kind="places",
                change={"add": ["vice_principal:"], "remove": []},
                asked_by_id=cast.b_principal.user_id,
                expires_at=now() + asking.LIFE,
                first_half="",
            )
        )
    ask_for(context, cast, cast.clerk, Place(Role.CLERK), place(cast, Role.HEAD))


def test_an_account_that_has_become_another_schools_too_is_not_changed(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        person = Person("Tổ trưởng Một A", "khac@truong-a.example")
        session.get_one(User, cast.head.user_id).disabled_at = now()
        ways = [
            asking.edit_account(session, admin, cast.head.user_id, person),
            asking.enable(session, admin, cast.head.user_id),
            asking.reset_password(session, admin, cast.head.user_id),
        ]
        school_b = cast.b_teacher.posts[0].school_id
        session.add(Membership(user_id=cast.head.user_id, role=Role.TEACHER, school_id=school_b))
    for asked in ways:
        assert isinstance(asked, AccountRequest)
        with context.database.transaction() as session, pytest.raises(SharedAccount):
            confirm(session, cast.principal, asked.id)


def test_an_account_whose_password_was_given_elsewhere_gets_no_post_and_keeps_its_password(
    context: Context, cast: Cast
) -> None:
    asked = ask_for(context, cast, cast.clerk, Place(Role.CLERK), place(cast, Role.HEAD))
    with context.database.transaction() as session:
        user = session.get_one(User, cast.clerk.user_id)
        set_password(user, hash_password("Khac#Truong1"), temporary=True)
        school_b = cast.b_teacher.posts[0].school_id
        session.add(Membership(user_id=user.id, role=Role.PRINCIPAL, school_id=school_b))
    with context.database.transaction() as session, pytest.raises(PasswordGiven):
        confirm(session, cast.principal, asked.id)
    assert roles(context, cast.clerk.user_id) == {"clerk", "principal"}
    with context.database.transaction() as session:
        assert is_password_of(session.get_one(User, cast.clerk.user_id), "Khac#Truong1")


@pytest.mark.parametrize("answer", ["refused", "late"])
def test_who_was_to_begin_as_a_decider_and_did_not_is_still_the_schools_to_ask_for(
    context: Context, cast: Cast, answer: str
) -> None:
    person = Person("Giáo viên Mới", "moi@truong-a.example")
    head = place(cast, Role.HEAD)
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        new = asking.NewAccount(person, [head], hash_password("Tam#Thoi2026"))
        user_id = asking.create_accounts(session, admin, [new])[0].id
    with context.database.transaction() as session:
        asked = session.scalars(select(AccountRequest).where(AccountRequest.user_id == user_id)).one()
        if answer == "refused":
            refuse(session, cast.principal, asked.id, "Chưa có quyết định")
        else:
            asked.expires_at = now()
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        listed = list_accounts(session, admin.school.id, AccountFilters())
        assert user_id in {each.user.id for each in listed}
        again = asking.set_places(session, admin, user_id, [head])
        assert again is not None
    with context.database.transaction() as session:
        school_b = administrator_of(session, cast.b_records_admin).school.id
        assert user_id not in {each.user.id for each in list_accounts(session, school_b, AccountFilters())}


def test_one_refusal_among_many_stops_them_all_and_names_the_person(
    client: FlaskClient, context: Context, cast: Cast
) -> None:
    others = plain_teachers(context, cast, 2)
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        stopped = asking.reset_password(session, admin, cast.head.user_id)
        school_b = cast.b_teacher.posts[0].school_id
        session.add(Membership(user_id=cast.head.user_id, role=Role.TEACHER, school_id=school_b))
    assert isinstance(stopped, AccountRequest)
    principal, page = signed_in(client.application, cast.principal.email), "/tai-khoan/xac-nhan"

    answer = send(principal, page, page, request=[str(each.id) for each in [*others, stopped]])
    assert answer.status_code == SharedAccount.status
    assert f"{cast.head.name}: Người này còn làm việc ở đơn vị khác" in answer.text
    assert answer.text.count(" checked>") == 3
    assert roles(context, cast.clerk.user_id) == {"clerk"}

    with context.database.transaction() as session:
        refuse(session, cast.principal, others[1].id, "Chưa có quyết định")
    answer = send(principal, page, page, request=[str(each.id) for each in others])
    assert f"{cast.teacher.name}: Đề nghị này đã được trả lời" in answer.text


def test_refused_withdrawn_or_late_it_changes_nothing(context: Context, cast: Cast) -> None:
    for answer in ("refused", "withdrawn", "late"):
        asked = ask_for(context, cast, cast.clerk, Place(Role.CLERK), place(cast, Role.HEAD))
        with context.database.transaction() as session:
            if answer == "late":
                session.get_one(AccountRequest, asked.id).expires_at = now()
            else:
                who = cast.principal if answer == "refused" else cast.records_admin
                refuse(session, who, asked.id, "Chưa có quyết định")
        with context.database.transaction() as session, pytest.raises(RequestOver):
            confirm(session, cast.principal, asked.id)
    assert roles(context, cast.clerk.user_id) == {"clerk"}


def attempt(context: Context, user: User, password: str) -> bool:
    with context.database.transaction() as session:
        try:
            check_password(session, Attempt(user.email, password, "192.0.2.7"))
        except BadCredentials:
            return False
        return True


def test_neither_half_of_a_deciders_new_password_signs_in(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        asked = asking.reset_password(session, admin, cast.head.user_id)
        user = session.get_one(User, cast.head.user_id)
        old = user.password_hash
    assert isinstance(asked, AccountRequest)
    with context.database.transaction() as session:
        assert session.get_one(User, cast.head.user_id).password_hash == old
        half = confirm(session, cast.principal, asked.id).half

    assert not attempt(context, user, half)
    assert not attempt(context, user, asked.first_half)
    assert attempt(context, user, f"{asked.first_half}-{half}")


def test_the_password_of_a_new_account_ends_when_its_holder_becomes_a_decider(
    context: Context, cast: Cast
) -> None:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        person = Person("Phó Mới", "phomoi@truong-a.example")
        given = asking.create_account(session, admin, person, [place(cast, Role.VICE_PRINCIPAL)])
        assert roles_of(session, given.user) == []
        (asked,) = session.scalars(select(AccountRequest)).all()
    with context.database.transaction() as session:
        confirm(session, cast.principal, asked.id)
        assert roles_of(session, given.user) == ["vice_principal"]
    assert not attempt(context, given.user, given.password)


@pytest.mark.parametrize(("days", "ends"), [(0, True), (29, True), (31, False)])
def test_a_password_given_by_another_ends_with_the_appointment_even_if_it_was_changed_since(
    context: Context, cast: Cast, days: int, ends: bool
) -> None:
    """Else an administrator resets a plain account, chooses its password himself and asks for the post."""
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        given = asking.reset_password(session, admin, cast.teacher5.user_id)
        assert isinstance(given, GivenPassword)
        set_password(session.get_one(User, cast.teacher5.user_id), hash_password("Tự#Chọn2026"))
        user = session.get_one(User, cast.teacher5.user_id)
        user.password_given_at = now() - timedelta(days=days)
    asked = ask_for(context, cast, cast.teacher5, place(cast, Role.HEAD))
    with context.database.transaction() as session:
        half = confirm(session, cast.principal, asked.id).half

    assert bool(half) is ends
    assert attempt(context, user, "Tự#Chọn2026") is not ends


def roles_of(session: object, user: User) -> list[str]:
    held = select(Membership.role).where(Membership.user_id == user.id)
    return list(session.scalars(held))  # type: ignore[attr-defined]


def test_a_deciders_address_and_his_return_are_asked_for(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        person = Person("Tổ trưởng Một A", "khac@truong-a.example")
        assert asking.edit_account(session, admin, cast.head.user_id, person) is not None
        session.get_one(User, cast.head.user_id).disabled_at = now()
        assert asking.enable(session, admin, cast.head.user_id) is not None
        user = session.get_one(User, cast.head.user_id)
        assert (user.email, user.disabled_at is None) == (cast.head.email, False)
        asked = session.scalars(select(AccountRequest).order_by(AccountRequest.id)).all()
    with context.database.transaction() as session:
        for each in asked:
            confirm(session, cast.principal, each.id)
    with context.database.transaction() as session:
        user = session.get_one(User, cast.head.user_id)
        assert (user.email, user.disabled_at) == ("khac@truong-a.example", None)


def test_in_the_browser_one_asks_and_another_confirms(client: object, context: Context, cast: Cast) -> None:
    app = client.application  # type: ignore[attr-defined]
    admin, principal = signed_in(app, cast.records_admin.email), signed_in(app, cast.principal.email)
    page = f"/tai-khoan/{cast.clerk.user_id}"
    keys = [place(cast, Role.HEAD).key, "clerk:"]
    answer = send(admin, f"{page}/vai-tro", page, place=keys)
    assert answer.location == "/tai-khoan/xac-nhan"
    waiting = admin.get("/tai-khoan/xac-nhan").text
    assert "Rút đề nghị" in waiting
    assert re.search(r"trường xác nhận\.\s+Chưa có ai như vậy", waiting), "two sentences, and a space between"

    seen = principal.get("/tai-khoan/xac-nhan").text
    number = re.search(r'name="request" value="(\d+)"', seen)
    assert number
    confirming = "/tai-khoan/xac-nhan"
    nothing = send(principal, confirming, confirming)
    assert nothing.status_code == 422
    assert "Chưa chọn đề nghị nào." in nothing.text
    done = send(principal, confirming, confirming, request=number[1])
    assert done.status_code == 200
    assert re.search(r'notice-good">.*Đã xác nhận 1 đề nghị\.', done.text)
    assert roles(context, cast.clerk.user_id) == {"clerk", "head"}


def answered_since(context: Context, asked: AccountRequest, count: int) -> None:
    with context.database.transaction() as session:
        session.add_all(
            AccountRequest(
                school_id=asked.school_id,
                user_id=asked.user_id,
                kind=asked.kind,
                change=asked.change,
                asked_by_id=asked.asked_by_id,
                expires_at=now() + timedelta(days=1),
                first_half="",
                outcome="refused",
                answered_at=now(),
            )
            for _ in range(count)
        )


def test_however_much_was_answered_since_what_waits_is_listed_and_its_password_shown(
    client: object, context: Context, cast: Cast
) -> None:
    with context.database.transaction() as session:
        session.get_one(User, cast.clerk.user_id).must_change_password = True
    asked = ask_for(context, cast, cast.clerk, place(cast, Role.HEAD))
    answered_since(context, asked, 201)
    principal = signed_in(client.application, cast.principal.email)  # type: ignore[attr-defined]
    assert f'name="request" value="{asked.id}"' in principal.get("/tai-khoan/xac-nhan").text

    answer = send(principal, "/tai-khoan/xac-nhan", "/tai-khoan/xac-nhan", request=str(asked.id))

    assert re.search(r"<code>(\w{4}-\w{4})</code>", answer.text)
    assert "dùng được trong 7 ngày" in answer.text
    assert roles(context, cast.clerk.user_id) == {"head"}


def test_who_hands_out_the_first_half_reads_that_it_is_one(
    client: FlaskClient, context: Context, cast: Cast
) -> None:
    with context.database.transaction() as session:
        session.get_one(User, cast.clerk.user_id).must_change_password = True
    asked = ask_for(context, cast, cast.clerk, place(cast, Role.HEAD))
    with context.database.transaction() as session:
        confirm(session, cast.principal, asked.id)

    page = signed_in(client.application, cast.records_admin.email).get("/tai-khoan/xac-nhan").text

    assert "Đây chưa phải cả mật khẩu: nửa sau do người xác nhận trao" in page
    assert "dùng được trong 7 ngày" in page


def test_a_post_that_ends_meanwhile_is_not_given_back_by_one_person(context: Context, cast: Cast) -> None:
    posts = [Place(post.role, post.department_id) for post in cast.head.posts]
    school_id = next(post.school_id for post in cast.head.posts if post.school_id is not None)

    def save() -> AccountRequest | None:
        with context.database.transaction() as session:
            admin = administrator_of(session, cast.records_admin)
            return asking.set_places(session, admin, cast.head.user_id, posts)

    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            end_posts(session, school_id, cast.head.user_id, cast.principal.user_id)
            saved = pool.submit(save)
            until_somebody_waits(context)
        with pytest.raises(NotFound):
            saved.result(timeout=30)
    assert roles(context, cast.head.user_id) == set()


def test_whose_post_ends_meanwhile_confirms_and_refuses_nothing_any_more(
    context: Context, cast: Cast
) -> None:
    asked = ask_for(context, cast, cast.clerk, place(cast, Role.HEAD))
    school_id = cast.principal.posts[0].school_id

    def say_yes() -> None:
        with context.database.transaction() as session:
            confirm(session, cast.principal, asked.id)

    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            end_posts(session, school_id, cast.principal.user_id, cast.records_admin.user_id)
            confirmed = pool.submit(say_yes)
            until_somebody_waits(context)
        with pytest.raises(NotFound):
            confirmed.result(timeout=30)
    with context.database.transaction() as session, pytest.raises(NotFound):
        refuse(session, cast.principal, asked.id, "Chưa có quyết định")
    assert roles(context, cast.clerk.user_id) == {"clerk"}


def test_where_nobody_can_the_operator_confirms_and_the_chain_says_so(context: Context, cast: Cast) -> None:
    asked = ask_for(context, cast, cast.clerk, Place(Role.CLERK), Place(Role.PRINCIPAL))
    with context.database.transaction() as session:
        schools = {school.code: school for school in session.scalars(select(School))}
        with pytest.raises(NotFound):
            confirm_at_the_server(session, schools["truong-b"], asked.id)
        confirm_at_the_server(session, schools["truong-a"], asked.id)
        said = select(AuditEntry.actor).where(AuditEntry.kind == "account.confirmed")
        assert session.scalars(said).all() == ["system"]


def plain_teachers(context: Context, cast: Cast, count: int) -> list[AccountRequest]:
    """Ask for the post of deputy head for several people."""
    people = [cast.clerk, cast.teacher, cast.teacher2, cast.teacher5, cast.head2, cast.vice_principal]
    return [ask_for(context, cast, person, place(cast, Role.DEPUTY_HEAD)) for person in people[:count]]


def test_two_who_confirm_the_same_at_once_do_not_wait_for_each_other_in_a_ring(
    context: Context, cast: Cast
) -> None:
    numbers = [asked.id for asked in plain_teachers(context, cast, 6)]
    start = threading.Barrier(2)

    def confirm_in(person: Authority, order: Sequence[int]) -> int:
        start.wait()
        try:
            with context.database.transaction() as session:
                return len(confirm_all(session, person, order))
        except RequestOver:
            return 0

    with ThreadPoolExecutor(2) as at_once:
        done = at_once.map(confirm_in, [cast.principal, cast.officer], [numbers, numbers[::-1]])
        assert sorted(done) == [0, 6]


def test_the_page_asks_as_many_questions_for_several_requests_as_for_one(
    web_context: Context, context: Context, client: object, cast: Cast
) -> None:
    principal = signed_in(client.application, cast.principal.email)  # type: ignore[attr-defined]
    sent: list[str] = []
    event.listen(web_context.database.engine, "before_cursor_execute", lambda *call: sent.append(call[2]))

    def statements() -> int:
        principal.get("/tai-khoan/xac-nhan")
        sent.clear()
        assert "Xác nhận những đề nghị đã chọn" in principal.get("/tai-khoan/xac-nhan").text
        return len(sent)

    plain_teachers(context, cast, 1)
    for_one = statements()
    ask_for(context, cast, cast.teacher, place(cast, Role.DEPUTY_HEAD))
    ask_for(context, cast, cast.teacher2, place(cast, Role.DEPUTY_HEAD))
    assert statements() == for_one


def test_whoever_is_asked_for_twice_gets_one_password(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        person = Person("Tổ trưởng Một A", "khac@truong-a.example")
        both = [
            asking.edit_account(session, admin, cast.head.user_id, person),
            asking.reset_password(session, admin, cast.head.user_id),
        ]
    numbers = [asked.id for asked in both if isinstance(asked, AccountRequest)]
    with context.database.transaction() as session:
        halves = [each.half for each in confirm_all(session, cast.principal, numbers) if each.half]
    with context.database.transaction() as session:
        firsts = [session.get_one(AccountRequest, number).first_half for number in numbers]
        user = session.get_one(User, cast.head.user_id)

    (half,), (first,) = halves, filter(None, firsts)
    assert attempt(context, user, f"{first}-{half}")


def test_a_reason_is_kept_whole_or_refused_with_its_bound(context: Context, cast: Cast) -> None:
    asked = ask_for(context, cast, cast.clerk, place(cast, Role.HEAD))
    with context.database.transaction() as session, pytest.raises(TextTooLong):
        refuse(session, cast.principal, asked.id, "đ" * (LONGEST_REASON + 1))
    with context.database.transaction() as session:
        refuse(session, cast.principal, asked.id, "đ" * LONGEST_REASON)
    with context.database.transaction() as session:
        settled = session.get_one(AccountRequest, asked.id)
        assert (settled.outcome, settled.answer) == ("refused", "đ" * LONGEST_REASON)


def test_a_refusal_says_why_and_what_was_typed_in_vain_stays(
    context: Context, cast: Cast, client: FlaskClient
) -> None:
    asked = ask_for(context, cast, cast.teacher, place(cast, Role.HEAD))
    browser = signed_in(client.application, cast.principal.email)
    page = "/tai-khoan/xac-nhan"

    for reason in ("", "   ", "\u200b"):
        answer = send(browser, f"{page}/{asked.id}/tu-choi", page, reason=reason)
        assert answer.status_code == 422
        assert "Việc này cần có lý do" in answer.text
    answer = send(browser, f"{page}/{asked.id}/tu-choi", page, reason="Chưa có quyết định " * 30)
    assert answer.status_code == 422
    assert "Chưa có quyết định Chưa có quyết định" in answer.text

    assert send(browser, f"{page}/{asked.id}/tu-choi", page, reason=" Chưa đủ ").status_code == 302
    late = send(browser, f"{page}/{asked.id}/tu-choi", page, reason="Tôi cũng không đồng ý.")
    assert late.status_code == 409
    assert "Tôi cũng không đồng ý.</textarea>" in late.text
    with context.database.transaction() as session:
        assert session.get_one(AccountRequest, asked.id).answer == "Chưa đủ"


@pytest.mark.parametrize("how", ["post", "account", "leave"])
def test_what_was_asked_for_by_who_may_ask_no_more_is_withdrawn_and_told(
    context: Context, cast: Cast, how: str
) -> None:
    second = ask_by_a_second_administrator(context, cast)
    of_another = ask_for(context, cast, cast.teacher2, place(cast, Role.HEAD))
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        match how:
            case "post":
                asking.set_places(session, admin, cast.clerk.user_id, [Place(Role.CLERK)])
            case "account":
                asking.disable(session, admin, cast.clerk.user_id)
            case "leave":
                end_posts(session, admin.school.id, cast.clerk.user_id, admin.authority.user_id)

    with context.database.transaction() as session, pytest.raises(RequestOver):
        confirm(session, cast.principal, second.id)
    with context.database.transaction() as session:
        gone = session.get_one(AccountRequest, second.id)
        assert (gone.outcome, gone.answered_by_id) == ("withdrawn", None)
        assert "không còn quản trị hồ sơ" in gone.answer
        entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "account.withdrawn")).one()
        assert entry.facts["asker_stopped"] is True
        letters = session.execute(text("SELECT args FROM procrastinate_jobs")).scalars()
        told = [args for args in letters if args.get("outcome") == "withdrawn"]
        assert str(cast.principal.user_id) in {args["user_id"] for args in told}
        assert confirm(session, cast.principal, of_another.id).request.outcome == "confirmed"


def test_who_asks_to_give_up_administering_takes_nothing_back_of_what_is_confirmed_with_it(
    context: Context, cast: Cast
) -> None:
    second = ask_by_a_second_administrator(context, cast)
    own = ask_for(context, cast, cast.clerk, place(cast, Role.DEPUTY_HEAD))
    with context.database.transaction() as session:
        done = confirm_all(session, cast.principal, [own.id, second.id])
        assert [each.request.outcome for each in done] == ["confirmed", "confirmed"]


def ask_by_a_second_administrator(context: Context, cast: Cast) -> AccountRequest:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        asking.set_places(session, admin, cast.clerk.user_id, [Place(Role.CLERK), Place(Role.RECORDS_ADMIN)])
    with context.database.transaction() as session:
        clerk = authority_of(session, cast.clerk.user_id)
        assert clerk is not None
        asked = asking.set_places(
            session, administrator_of(session, clerk), cast.teacher.user_id, [place(cast, Role.HEAD)]
        )
    assert asked is not None
    return asked
