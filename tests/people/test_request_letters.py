"""Letters about deciders' posts: one to each reader and step, that names everybody it is about."""

import pytest

from app.context import Context
from app.people.accounts import administrator_of
from app.people.asking import NewAccount, create_accounts
from app.people.confirming import confirm_all, refuse
from app.people.models import Role
from app.people.persons import Person
from app.people.request_queries import waiting_requests
from app.running.worker import run_worker
from tests.conftest import Cast
from tests.notices.post_office import PostOffice
from tests.people.test_confirming import ask_for, place

HEADS = [f"Tổ trưởng {number} Mới" for number in range(1, 31)]


def body(letter: object) -> str:
    return str(letter.get_content())  # type: ignore[attr-defined]


def names_in(text: str) -> list[str]:
    return [name for name in HEADS if f"- {name} (" in text]


def appoint_thirty(context: Context, cast: Cast) -> None:
    people = [Person(name, f"moi{number}@truong-a.example") for number, name in enumerate(HEADS)]
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        create_accounts(
            session, admin, [NewAccount(each, [place(cast, Role.HEAD)], "no hash") for each in people]
        )


def test_a_staff_list_of_thirty_heads_is_one_letter_to_each_reader_at_each_step(
    writing: Context, office: PostOffice, cast: Cast
) -> None:
    standing = (cast.records_admin, cast.principal, cast.vice_principal, cast.head, cast.head2, cast.officer)
    appoint_thirty(writing, cast)
    run_worker(writing, wait=False)

    to = [letter["To"] for letter in office.letters]
    assert len(to) == len(set(to))
    letters = {letter["To"]: letter for letter in office.letters}
    for person in standing:
        assert names_in(body(letters[person.email])) == HEADS
    assert names_in(body(letters["moi0@truong-a.example"])) == HEADS[:1]
    assert "Tài khoản của người duyệt, ký: 30 đề nghị" in letters[cast.principal.email]["Subject"]

    office.letters.clear()
    with writing.database.transaction() as session:
        waiting = waiting_requests(session, cast.principal.posts[0].school_id)
        confirm_all(session, cast.principal, [view.request.id for view in waiting])
    run_worker(writing, wait=False)
    to = [letter["To"] for letter in office.letters]
    assert len(to) == len(set(to))
    assert {each.email for each in standing} <= set(to)


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("asked", "Chúng chỉ có hiệu lực khi một người khác xác nhận."),
        ("confirmed", "đã xác nhận những thay đổi dưới đây, theo đề nghị của"),
        ("refused", "không được thực hiện."),
    ],
)
def test_the_letter_says_who_asked_for_which_post_and_what_became_of_it(
    writing: Context, office: PostOffice, cast: Cast, outcome: str, sentence: str
) -> None:
    asked = ask_for(writing, cast, cast.clerk, *places_with_head(cast))
    if outcome != "asked":
        run_worker(writing, wait=False)
        office.letters.clear()
    with writing.database.transaction() as session:
        if outcome == "confirmed":
            confirm_all(session, cast.principal, [asked.id])
        if outcome == "refused":
            refuse(session, cast.principal, asked.id, "Chưa có quyết định")
    run_worker(writing, wait=False)

    letters = {letter["To"]: body(letter) for letter in office.letters}
    assert cast.teacher.email not in letters
    told = letters[cast.clerk.email]
    assert sentence in told
    assert (
        f"- {cast.clerk.name} ({cast.clerk.email}), Trường Tiểu học A: giao vai trò duyệt, ký: Tổ trưởng"
        in told
    )
    assert cast.records_admin.name in told
    assert ("Lý do: Chưa có quyết định" in told) is (outcome == "refused")


def places_with_head(cast: Cast) -> list:  # type: ignore[type-arg]
    return [*(place(cast, role) for role in (Role.CLERK, Role.HEAD))]
