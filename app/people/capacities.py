"""In which capacity somebody signs for another: the decree's abbreviations, and to whom each belongs.

Nghị định 30/2020/NĐ-CP, Điều 13 and Phụ lục I, Phần I, II.7.b. Of its other abbreviations none is lent from
person to person: TM. is for a collective, TL. for what a unit signs by standing order, and Q. for whoever
was given the superior's post itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, exists, or_
from sqlalchemy.orm import aliased

from app.people.models import Delegation, Membership, Role
from app.text import N_


@dataclass(frozen=True)
class Capacity:
    """What an abbreviation means, whether only a deputy signs so, and the rule."""

    words: str
    deputies_only: bool
    basis: str


FOR_SUPERIOR, BY_MANDATE = "KT.", "TUQ."
CAPACITIES: Mapping[str, Capacity] = {
    FOR_SUPERIOR: Capacity(
        N_("ký thay"),
        deputies_only=True,
        basis="Nghị định 30/2020/NĐ-CP, Điều 13 khoản 1; Phụ lục I, Phần I, II.7.b",
    ),
    BY_MANDATE: Capacity(
        N_("thừa ủy quyền, bằng văn bản"),
        deputies_only=False,
        basis="Nghị định 30/2020/NĐ-CP, Điều 13 khoản 3; Phụ lục I, Phần I, II.7.b",
    ),
}
"""What fits best first."""
DEPUTIES: Mapping[Role, Role] = {Role.PRINCIPAL: Role.VICE_PRINCIPAL, Role.HEAD: Role.DEPUTY_HEAD}
"""By the post that is lent, who is its deputy."""


def fitting(lent: Role, own: str) -> tuple[str, ...]:
    """Return in which capacities somebody whose own role is `own` may sign for the post `lent`."""
    is_deputy = own == DEPUTIES.get(lent)
    return tuple(sign for sign, capacity in CAPACITIES.items() if is_deputy or not capacity.deputies_only)


def capacity_now() -> ColumnElement[str]:
    """Return the capacity in which a delegate signs at this moment, to be used where `Delegation` is read.

    Whoever is no deputy signs by mandate, whatever his delegation was once given as.
    """
    deputy = aliased(Membership)
    of_the_post = or_(*(and_(Delegation.role == post, deputy.role == own) for post, own in DEPUTIES.items()))
    is_deputy = exists().where(
        deputy.user_id == Delegation.to_user_id,
        deputy.school_id == Delegation.school_id,
        or_(Delegation.department_id.is_(None), deputy.department_id == Delegation.department_id),
        deputy.ended_at.is_(None),
        of_the_post,
    )
    return case(
        (and_(Delegation.capacity == FOR_SUPERIOR, ~is_deputy), BY_MANDATE), else_=Delegation.capacity
    )
