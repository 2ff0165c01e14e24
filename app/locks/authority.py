"""Who may close and open a school's periods, and with which post."""

from dataclasses import dataclass

from app.errors import NotAllowed
from app.locks.refusals import OrderRequired
from app.people.authority import Authority, Post
from app.people.models import Role
from app.people.permissions import OFFICE


@dataclass(frozen=True, slots=True)
class LockingPost:
    """The post with which somebody locks or opens; `ordered` is the principal's order where it needs one."""

    role: Role
    capacity: str
    ordered: str


def schools_known_to(authority: Authority) -> list[int]:
    """List the schools whose locks the person may know of: those he works in."""
    return authority.own_schools()


def needs_order(authority: Authority, school_id: int) -> bool:
    """Tell whether the person closes and opens the school's periods on the principal's order alone."""
    return authority.leads(school_id) is None and authority.holds(OFFICE, school_id)


def locking_post(authority: Authority, school_id: int, ordered: str) -> LockingPost:
    """Return with which post the person closes or opens periods; raises `NotAllowed`, `OrderRequired`."""
    post = authority.leads(school_id) or _office_post(authority, school_id)
    if post is None:
        raise NotAllowed
    if post.role is Role.PRINCIPAL:
        return LockingPost(post.role, post.capacity, "")
    if not ordered:
        raise OrderRequired
    return LockingPost(post.role, post.capacity, ordered)


def _office_post(authority: Authority, school_id: int) -> Post | None:
    return next((post for post in authority.own_posts(school_id) if post.role in OFFICE), None)
