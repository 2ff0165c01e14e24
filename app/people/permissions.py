"""Who may do what in a school: one table from each permission to the predicates of those who have it.

What a person may do is asked here (403); whether it can be done now is asked by its verb (409). Whose records
somebody decides on, and what somebody may know of, are conditions on rows and lie beside those.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from app.errors import NotAllowed
from app.people.authority import HEADS, LEADERS, SCHOOL_WIDE, Authority
from app.people.models import Role

OFFICE = frozenset({Role.CLERK, Role.RECORDS_ADMIN})
"""Văn thư and ban quản trị hồ sơ."""
_TEACHERS = HEADS | LEADERS | {Role.TEACHER}


class Permission(Enum):
    """Something that not everybody in a school may do."""

    READ_ACCOUNTS = auto()
    KEEP_ACCOUNTS = auto()
    LEND_POST = auto()
    EDIT_CALENDAR = auto()
    """Also departments, campuses, classes, subjects and duties."""
    GRANT_EXCEPTIONS = auto()
    CHANGE_CATALOGUE = auto()
    CONFIRM_RETENTION = auto()
    PLAN_LESSONS = auto()
    SET_REMINDERS = auto()
    CLOSE_PERIODS = auto()
    """The office does so on the principal's order."""
    HAND_IN_FOR_TEACHER = auto()
    HAND_IN_FOR_CLASS = auto()
    HAND_IN_FOR_DEPARTMENT = auto()
    HAND_IN_FOR_SCHOOL = auto()
    DECIDE_CORRECTIONS = auto()
    DECIDE_LAPTOPS = auto()
    DRAW_UP_HANDOVERS = auto()
    RENAME_FOLDERS = auto()
    SEE_STORE_CHANGES = auto()
    SEE_STUCK_JOBS = auto()
    SHARE_FOLDERS = auto()
    CONSENT_TO_SHARES = auto()
    CONNECT_STORE = auto()


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody wants to do something about: in which school, and whose own affair it is there."""

    school_id: int
    people: frozenset[uuid.UUID] = frozenset()


Predicate = Callable[[Authority, Target], bool]


@dataclass(frozen=True, slots=True)
class Holds:
    """Has one of the posts; one that was lent does not count."""

    roles: frozenset[Role]

    def __call__(self, authority: Authority, target: Target) -> bool:
        """Tell whether it holds of the person."""
        return authority.holds(self.roles, target.school_id)


def _leads(authority: Authority, target: Target) -> bool:
    """Is the principal, or has been lent that post."""
    return authority.leads(target.school_id) is not None


def _is_no_party(authority: Authority, target: Target) -> bool:
    """Is none of those whose own affair it is: nobody decides on that."""
    return authority.user_id not in target.people


_ADMINISTERS = Holds(frozenset({Role.RECORDS_ADMIN}))
_RULES = Holds(frozenset({Role.PRINCIPAL, Role.RECORDS_ADMIN}))

PERMISSIONS: Mapping[Permission, tuple[tuple[Predicate, ...], ...]] = {
    Permission.READ_ACCOUNTS: ((_RULES,),),
    Permission.KEEP_ACCOUNTS: ((_ADMINISTERS,),),
    Permission.LEND_POST: ((Holds(frozenset({Role.PRINCIPAL, Role.HEAD})),),),
    Permission.EDIT_CALENDAR: ((_leads,), (_ADMINISTERS,)),
    Permission.GRANT_EXCEPTIONS: ((_leads,), (Holds(HEADS),)),
    Permission.CHANGE_CATALOGUE: ((_RULES,),),
    Permission.CONFIRM_RETENTION: ((Holds(OFFICE),),),
    Permission.PLAN_LESSONS: ((_leads,), (Holds(HEADS | LEADERS | {Role.RECORDS_ADMIN}),)),
    Permission.SET_REMINDERS: ((_leads,), (_RULES,)),
    Permission.CLOSE_PERIODS: ((_leads,), (Holds(OFFICE),)),
    Permission.HAND_IN_FOR_TEACHER: ((Holds(_TEACHERS),),),
    Permission.HAND_IN_FOR_CLASS: ((Holds(_TEACHERS | OFFICE),),),
    Permission.HAND_IN_FOR_DEPARTMENT: ((Holds(HEADS),),),
    Permission.HAND_IN_FOR_SCHOOL: ((Holds(LEADERS | OFFICE),),),
    Permission.DECIDE_CORRECTIONS: ((_leads, _is_no_party),),
    Permission.DECIDE_LAPTOPS: ((_leads, _is_no_party),),
    Permission.DRAW_UP_HANDOVERS: ((_leads,), (Holds(OFFICE),)),
    Permission.RENAME_FOLDERS: ((Holds(SCHOOL_WIDE),),),
    Permission.SEE_STORE_CHANGES: ((Holds(SCHOOL_WIDE),),),
    Permission.SEE_STUCK_JOBS: ((Holds(SCHOOL_WIDE),),),
    Permission.SHARE_FOLDERS: ((_leads,), (_RULES,)),
    Permission.CONSENT_TO_SHARES: ((_leads,),),
    Permission.CONNECT_STORE: ((Holds(LEADERS | {Role.RECORDS_ADMIN}),),),
}
"""For each permission the ways to have it; a way is gone by whom all its predicates hold of."""


def may(authority: Authority, permission: Permission, target: Target | int) -> bool:
    """Tell whether the person may do something, about `target` or in the school of that number."""
    about = Target(target) if isinstance(target, int) else target
    return any(all(holds(authority, about) for holds in way) for way in PERMISSIONS[permission])


def require(authority: Authority, permission: Permission, target: Target | int) -> None:
    """Raise `NotAllowed` unless the person may."""
    if not may(authority, permission, target):
        raise NotAllowed


def posts_for(permission: Permission) -> frozenset[Role]:
    """Return the posts whose holders may do something for holding them."""
    each = (one for way in PERMISSIONS[permission] for one in way)
    return frozenset[Role]().union(*(one.roles for one in each if isinstance(one, Holds)))


def schools_where(authority: Authority, permission: Permission) -> list[int]:
    """List the schools in which the person may do something."""
    known = {post.school_id for post in authority.posts if post.school_id is not None}
    return sorted(each for each in known if may(authority, permission, each))
