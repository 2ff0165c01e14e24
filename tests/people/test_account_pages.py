"""Accounts in the browser: who may read, who may change, and what each change does."""

import re
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.chain import verify
from app.audit.models import AuditEntry
from app.context import Context
from app.people.authority import Authority
from app.people.models import Membership, Role, User
from tests.browsing import send, sign_in, signed_in

Cast = SimpleNamespace
NEW = {"name": "Giáo viên Mới", "email": "Moi@truong-a.example", "staff_code": "GV99", "place": ["teacher:"]}
_PASSWORD = re.compile(r"<code>([^<]+)</code>")


@pytest.fixture
def admin(client: FlaskClient, cast: Cast) -> FlaskClient:
    """The browser of school A's administrator."""
    return signed_in(client.application, cast.records_admin.email)


def path(person: Authority, action: str = "") -> str:
    base = f"/tai-khoan/{person.user_id}"
    return f"{base}/{action}" if action else base


def department_of(person: Authority) -> int:
    return next(post.department_id for post in person.posts if post.department_id is not None)


def kinds(context: Context) -> list[str]:
    with context.database.transaction() as session:
        chain = select(AuditEntry.kind).where(AuditEntry.chain == "truong-a").order_by(AuditEntry.number)
        assert verify(session) == []
        return [kind for kind in session.scalars(chain) if kind.startswith("account.")]


def test_the_list_shows_the_whole_school_and_nobody_else(admin: FlaskClient, cast: Cast) -> None:
    page = admin.get("/tai-khoan").text

    for role in ("teacher", "head", "principal", "vice_principal", "clerk", "records_admin"):
        assert getattr(cast, role).email in page
    assert "@truong-b.example" not in page
    assert cast.officer.email not in page


@pytest.mark.parametrize(
    ("query", "found", "absent"),
    [
        ({"q": "to truong mot"}, "totruong1@", "gv1@"),
        ({"q": "GV03"}, "gv3@", "gv1@"),
        ({"role": "clerk"}, "vanthu@", "gv1@"),
        ({"state": "disabled"}, "Không có tài khoản nào phù hợp", "gv1@"),
    ],
)
def test_the_list_is_narrowed_by_words_role_and_state(
    admin: FlaskClient, query: dict[str, str], found: str, absent: str
) -> None:
    page = admin.get("/tai-khoan", query_string=query).text

    assert found in page
    assert absent not in page


def test_a_new_person_gets_a_temporary_password_once_and_must_change_it(
    admin: FlaskClient, client: FlaskClient, context: Context
) -> None:
    answer = send(admin, "/tai-khoan/moi", "/tai-khoan/moi", **NEW)

    password = _PASSWORD.search(answer.text)
    assert password
    assert "dùng được trong 7 ngày" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert sign_in(client, "moi@truong-a.example", password[1]).status_code == 302
    assert client.get("/uy-quyen").location == "/mat-khau"
    assert kinds(context) == ["account.created"]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"email": "gv1@truong-a.example"}, 409, "đã có tài khoản"),
        ({"email": "gv1@truong-b.example"}, 409, "đã có tài khoản"),
        ({"staff_code": "gv01"}, 409, "Mã định danh gv01 đã là của"),
        ({"email": "thầy@truong-a.example"}, 422, "không hợp lệ"),
        ({"name": "12 34"}, 422, "không hợp lệ"),
        ({"place": []}, 422, "Vai trò chưa hợp lệ"),
        ({"place": ["head:"]}, 422, "Vai trò chưa hợp lệ"),
        ({"place": ["teacher:999"]}, 422, "Vai trò chưa hợp lệ"),
        ({"place": ["officer:"]}, 422, "Vai trò chưa hợp lệ"),
        ({"place": ["king:1"]}, 422, "Vai trò chưa hợp lệ"),
        ({"place": ["teacher:²"]}, 422, "Vai trò chưa hợp lệ"),
    ],
)
def test_a_person_who_cannot_be_added_is_refused_with_a_sentence(
    admin: FlaskClient, context: Context, changes: dict[str, object], status: int, sentence: str
) -> None:
    answer = send(admin, "/tai-khoan/moi", "/tai-khoan/moi", **(NEW | changes))

    assert answer.status_code == status
    assert sentence in answer.text
    assert kinds(context) == []


def test_a_department_of_another_school_is_no_place_here(admin: FlaskClient, cast: Cast) -> None:
    foreign = f"teacher:{department_of(cast.b_teacher)}"

    assert send(admin, "/tai-khoan/moi", "/tai-khoan/moi", **(NEW | {"place": [foreign]})).status_code == 422


def test_a_disabled_person_is_out_with_the_next_click_and_may_come_back(
    admin: FlaskClient, client: FlaskClient, cast: Cast, context: Context
) -> None:
    sign_in(client, cast.teacher.email)

    assert send(admin, path(cast.teacher, "khoa"), path(cast.teacher)).status_code == 302
    assert client.get("/mat-khau").status_code == 302
    assert sign_in(client, cast.teacher.email).status_code == 401
    assert "Đã khóa" in admin.get(path(cast.teacher)).text

    assert send(admin, path(cast.teacher, "mo-khoa"), path(cast.teacher)).status_code == 302
    assert sign_in(client, cast.teacher.email).status_code == 302
    assert kinds(context) == ["account.disabled", "account.enabled"]


def test_a_reset_password_replaces_the_old_one_and_ends_the_sessions(
    admin: FlaskClient, client: FlaskClient, cast: Cast
) -> None:
    sign_in(client, cast.teacher.email)

    password = _PASSWORD.search(send(admin, path(cast.teacher, "mat-khau"), path(cast.teacher)).text)

    assert password
    assert client.get("/mat-khau").status_code == 302
    assert sign_in(client, cast.teacher.email).status_code == 401
    assert sign_in(client, cast.teacher.email, password[1]).status_code == 302


def test_ending_the_sessions_leaves_the_password_alone(
    admin: FlaskClient, client: FlaskClient, cast: Cast
) -> None:
    sign_in(client, cast.teacher.email)

    send(admin, path(cast.teacher, "phien"), path(cast.teacher))

    assert client.get("/mat-khau").status_code == 302
    assert sign_in(client, cast.teacher.email).status_code == 302


def test_a_change_of_places_ends_the_old_one_and_keeps_it_in_the_history(
    admin: FlaskClient, cast: Cast, context: Context
) -> None:
    other = department_of(cast.head2)

    send(admin, path(cast.teacher, "vai-tro"), path(cast.teacher), place=[f"teacher:{other}"])

    with context.database.transaction() as session:
        own = Membership.user_id == cast.teacher.user_id
        old, new = session.scalars(select(Membership).where(own).order_by(Membership.id)).all()
    assert (old.role, old.ended_at is not None) == (Role.TEACHER, True)
    assert (new.role, new.department_id, new.ended_at) == (Role.TEACHER, other, None)
    assert kinds(context) == ["account.places"]


def test_a_place_that_stays_keeps_its_beginning(admin: FlaskClient, cast: Cast, context: Context) -> None:
    kept = f"teacher:{department_of(cast.teacher)}"

    send(admin, path(cast.teacher, "vai-tro"), path(cast.teacher), place=[kept, "clerk:"])

    with context.database.transaction() as session:
        own = Membership.user_id == cast.teacher.user_id
        places = session.scalars(select(Membership).where(own).order_by(Membership.id)).all()
    assert [(place.role, place.ended_at) for place in places] == [("teacher", None), ("clerk", None)]


@pytest.mark.parametrize(("action", "fields"), [("vai-tro", {"place": ["clerk:"]}), ("khoa", {})])
def test_the_last_administrator_can_neither_step_down_nor_shut_himself_out(
    admin: FlaskClient, cast: Cast, action: str, fields: dict[str, object]
) -> None:
    answer = send(admin, path(cast.records_admin, action), path(cast.records_admin), **fields)

    assert answer.status_code == 409
    assert "người quản trị cuối cùng" in answer.text
    assert admin.get("/tai-khoan").status_code == 200


def test_with_a_second_administrator_the_first_may_step_down(admin: FlaskClient, cast: Cast) -> None:
    send(admin, path(cast.clerk, "vai-tro"), path(cast.clerk), place=["records_admin:"])

    answer = send(admin, path(cast.records_admin, "vai-tro"), path(cast.records_admin), place=["clerk:"])

    assert answer.status_code == 302
    assert admin.get("/tai-khoan").status_code == 403


def test_names_and_addresses_are_corrected_and_the_audit_names_only_the_fields(
    admin: FlaskClient, cast: Cast, context: Context
) -> None:
    fields = {"name": "Giáo viên  Đổi\u200b Tên", "email": "doiten@truong-a.example", "staff_code": "GV01"}

    send(admin, path(cast.teacher, "thong-tin"), path(cast.teacher), **fields)

    with context.database.transaction() as session:
        user = session.get_one(User, cast.teacher.user_id)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "account.edited")).one()
    assert (user.name, user.email) == ("Giáo viên Đổi Tên", "doiten@truong-a.example")
    assert entry.facts == {"fields": ["email", "name"]}


def test_an_address_that_somebody_has_is_not_given_to_another(admin: FlaskClient, cast: Cast) -> None:
    fields = {"name": "Giáo viên Đổi Tên", "email": cast.teacher2.email}

    answer = send(admin, path(cast.teacher, "thong-tin"), path(cast.teacher), **fields)

    assert answer.status_code == 409
    assert f"Địa chỉ thư {cast.teacher2.email} đã có tài khoản." in answer.text
    assert 'value="Giáo viên Đổi Tên"' in answer.text


def test_an_address_that_is_none_leaves_the_form_with_what_was_typed(admin: FlaskClient, cast: Cast) -> None:
    fields = {"name": "Giáo viên Đổi Tên", "email": "không phải thư"}

    answer = send(admin, path(cast.teacher, "thong-tin"), path(cast.teacher), **fields)

    assert answer.status_code == 422
    assert 'value="Giáo viên Đổi Tên"' in answer.text
    assert 'value="không phải thư"' in answer.text


def test_places_that_are_refused_leave_the_boxes_as_they_were_ticked(admin: FlaskClient, cast: Cast) -> None:
    answer = send(admin, path(cast.teacher, "vai-tro"), path(cast.teacher), place=["clerk:", "head:"])

    assert answer.status_code == 422
    assert "Vai trò chưa hợp lệ" in answer.text
    assert re.search(r'value="clerk:"[^>]* checked', answer.text)
    assert cast.teacher.email in answer.text


ACTIONS = ("thong-tin", "vai-tro", "khoa", "mo-khoa", "mat-khau", "phien")


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("person", ["b_teacher", "b_records_admin", "officer"])
def test_people_of_other_places_do_not_exist_for_this_administrator(
    admin: FlaskClient, cast: Cast, person: str, action: str
) -> None:
    target = getattr(cast, person)
    fields = {"name": "Kẻ lạ", "email": "kela@truong-a.example", "place": ["teacher:"]}

    assert admin.get(path(target)).status_code == 404
    assert send(admin, path(target, action), path(cast.teacher), **fields).status_code == 404


def test_the_account_of_somebody_who_also_works_elsewhere_is_not_this_schools_alone(
    admin: FlaskClient, cast: Cast, context: Context
) -> None:
    with context.database.transaction() as session:
        school_b = cast.b_teacher.posts[0].school_id
        session.add(Membership(user_id=cast.teacher.user_id, role=Role.TEACHER, school_id=school_b))

    for action in ("khoa", "mat-khau", "phien"):
        assert send(admin, path(cast.teacher, action), "/tai-khoan/moi").status_code == 409
    assert send(admin, path(cast.teacher, "vai-tro"), path(cast.teacher), place=["clerk:"]).status_code == 302


def test_the_principal_reads_accounts_but_changes_none(client: FlaskClient, cast: Cast) -> None:
    principal = signed_in(client.application, cast.principal.email)

    assert principal.get("/tai-khoan").status_code == 200
    page = principal.get(path(cast.teacher))
    assert page.status_code == 200
    assert "Khóa tài khoản" not in page.text
    for action in ACTIONS:
        assert send(principal, path(cast.teacher, action), "/mat-khau").status_code == 403
