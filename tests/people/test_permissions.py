"""The table of permissions says who may do what, in a school and never in another."""

import uuid

import pytest

from app.people.authority import Authority, Post
from app.people.models import Role
from app.people.permissions import PERMISSIONS, Permission, Target, may, posts_for, schools_where

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
