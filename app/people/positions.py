"""What posts are called on official papers, which are in Vietnamese, and which of several is the highest."""

from collections.abc import Iterable, Mapping

from app.people.authority import HEADS, Authority, Post
from app.people.capacities import DEPUTIES
from app.people.models import Role

TITLES: Mapping[Role, str] = {
    Role.PRINCIPAL: "Hiệu trưởng",
    Role.VICE_PRINCIPAL: "Phó Hiệu trưởng",
    Role.HEAD: "Tổ trưởng",
    Role.DEPUTY_HEAD: "Tổ phó",
    Role.CLERK: "Văn thư",
    Role.RECORDS_ADMIN: "Quản trị hồ sơ",
    Role.TEACHER: "Giáo viên",
}
"""Highest first: a person with several posts is shown with the first of these."""


def position_in(role: Role, department: str) -> str:
    """Return a post as papers name it, like "Tổ trưởng Tổ 1"; only those of a department name it."""
    return f"{TITLES[role]} {department}" if role in HEADS and department else TITLES[role]


def stands_for(role: str) -> str:
    """Return whose authority somebody exercises who acts as `role`: a deputy head's is the head's."""
    return Role.HEAD if role == Role.DEPUTY_HEAD else role


def own_post(authority: Authority, school_id: int, acting_as: Post | None = None) -> Post | None:
    """Return the post of a school that stands by the person's name when he acts there.

    Whoever acts by a post of his own is shown with that one; whoever acts by one that was lent to him, with
    his deputyship of it, else with his highest.
    """
    if acting_as is not None and not acting_as.delegated:
        return acting_as
    own = [post for post in authority.own_posts(school_id) if post.role in TITLES]
    deputies = [post for post in own if acting_as is not None and post.role is DEPUTIES.get(acting_as.role)]
    return _highest(deputies) or _highest(own)


def _highest(posts: Iterable[Post]) -> Post | None:
    rank = list(TITLES)
    return min(posts, key=lambda post: rank.index(post.role), default=None)
