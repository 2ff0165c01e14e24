"""The table of permissions says who may do what, in a school and never in another."""

import uuid

import pytest

from app.context import Context
from app.drift.decisions import watches
from app.errors import NotAllowed
from app.people import permissions
from app.people.accounts import administrator_of
from app.people.authority import Authority, Post
from app.people.models import Role
from app.people.permissions import PERMISSIONS, Holds, Permission, Target, may, posts_for, schools_where
from tests.browsing import application_on, signed_in
from tests.conftest import Cast

HERE, ELSEWHERE = 1, 2
LEADING = frozenset({Role.PRINCIPAL})
HEADS = frozenset({Role.HEAD, Role.DEPUTY_HEAD})
OFFICE = frozenset({Role.CLERK, Role.RECORDS_ADMIN})
LEADERS = frozenset({Role.PRINCIPAL, Role.VICE_PRINCIPAL})
RULING = frozenset({Role.PRINCIPAL, Role.RECORDS_ADMIN})
TEACHING = LEADERS | HEADS | {Role.TEACHER}
WHO = {
    Permission.READ_ACCOUNTS: RULING,
    Permission.KEEP_ACCOUNTS: frozenset({Role.RECORDS_ADMIN}),
    Permission.LEND_POST: frozenset({Role.PRINCIPAL, Role.HEAD}),
    Permission.EDIT_CALENDAR: RULING,
    Permission.GRANT_EXCEPTIONS: LEADING | HEADS,
    Permission.CHANGE_CATALOGUE: RULING,
    Permission.CONFIRM_RETENTION: OFFICE,
    Permission.PLAN_LESSONS: LEADERS | HEADS | {Role.RECORDS_ADMIN},
    Permission.SET_REMINDERS: RULING,
    Permission.CLOSE_PERIODS: LEADING | OFFICE,
    Permission.HAND_IN_FOR_TEACHER: TEACHING,
    Permission.HAND_IN_FOR_CLASS: TEACHING | OFFICE,
    Permission.HAND_IN_FOR_DEPARTMENT: HEADS,
    Permission.HAND_IN_FOR_SCHOOL: LEADERS | OFFICE,
    Permission.DECIDE_CORRECTIONS: LEADING,
    Permission.DECIDE_LAPTOPS: LEADING,
    Permission.DRAW_UP_HANDOVERS: LEADING | OFFICE,
    Permission.RENAME_FOLDERS: LEADERS | OFFICE,
    Permission.SEE_STORE_CHANGES: LEADERS | OFFICE,
    Permission.SEE_STUCK_JOBS: LEADERS | OFFICE,
    Permission.SHARE_FOLDERS: RULING,
    Permission.CONSENT_TO_SHARES: LEADING,
    Permission.CONNECT_STORE: LEADERS | {Role.RECORDS_ADMIN},
}
LENT = frozenset(
    {
        Permission.EDIT_CALENDAR,
        Permission.GRANT_EXCEPTIONS,
        Permission.PLAN_LESSONS,
        Permission.SET_REMINDERS,
        Permission.CLOSE_PERIODS,
        Permission.DECIDE_CORRECTIONS,
        Permission.DECIDE_LAPTOPS,
        Permission.DRAW_UP_HANDOVERS,
        Permission.SHARE_FOLDERS,
        Permission.CONSENT_TO_SHARES,
    }
)
"""What goes with the principal's post where that is lent."""


def somebody(*posts: Post) -> Authority:
    return Authority(uuid.uuid4(), "Ai đó", "ai@truong-a.example", "vi", posts)


def test_every_permission_is_in_the_table() -> None:
    assert set(PERMISSIONS) == set(WHO) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_a_post_gives_what_the_table_says_in_its_own_school_alone(permission: Permission) -> None:
    for role in Role:
        who = somebody(Post(role, HERE))
        assert may(who, permission, HERE) is (role in WHO[permission]), role
        assert not may(who, permission, ELSEWHERE), role
        assert schools_where(who, permission) == ([HERE] if role in WHO[permission] else [])


@pytest.mark.parametrize("permission", Permission)
def test_of_a_post_that_was_lent_only_the_principals_gives_anything(permission: Permission) -> None:
    for role in Role:
        who = somebody(Post(role, HERE, capacity="KT.", delegated=True))
        assert may(who, permission, HERE) is (role is Role.PRINCIPAL and permission in LENT), role


@pytest.mark.parametrize("permission", [Permission.DECIDE_CORRECTIONS, Permission.DECIDE_LAPTOPS])
def test_nobody_decides_on_what_is_their_own_affair(permission: Permission) -> None:
    principal = somebody(Post(Role.PRINCIPAL, HERE))
    assert not may(principal, permission, Target(HERE, frozenset({principal.user_id})))
    assert may(principal, permission, Target(HERE, frozenset({uuid.uuid4()})))


def test_the_posts_for_something_are_those_that_give_it_by_themselves() -> None:
    assert posts_for(Permission.HAND_IN_FOR_DEPARTMENT) == HEADS
    assert posts_for(Permission.DECIDE_CORRECTIONS) == frozenset()


def test_accounts_and_store_changes_are_open_by_the_table_alone(
    web_context: Context, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = ((Holds(frozenset({Role.TEACHER})),),)
    moved = (Permission.READ_ACCOUNTS, Permission.KEEP_ACCOUNTS, Permission.SEE_STORE_CHANGES)
    monkeypatch.setattr(permissions, "PERMISSIONS", {**PERMISSIONS, **dict.fromkeys(moved, way)})
    app = application_on(web_context)
    teacher = signed_in(app, cast.teacher.email)
    administrator = signed_in(app, cast.records_admin.email)
    for path in (
        "/tai-khoan",
        "/tai-khoan/moi",
        "/tai-khoan/nhap",
        "/tai-khoan/loi-moi",
        "/luu-tru/thay-doi",
    ):
        assert teacher.get(path).status_code == 200, path
        assert administrator.get(path).status_code == 403, path
    with web_context.database.transaction() as session:
        assert len(watches(session, cast.teacher)) == 1
        assert watches(session, cast.records_admin) == []
        assert administrator_of(session, cast.teacher).school.code == "truong-a"
        with pytest.raises(NotAllowed):
            administrator_of(session, cast.records_admin)
