"""Who draws up handovers, and who may know of one."""

from sqlalchemy import ColumnElement, and_, or_

from app.handovers.models import Handover
from app.people.authority import SCHOOL_WIDE, Authority
from app.people.models import Role

_OFFICE = frozenset({Role.CLERK, Role.RECORDS_ADMIN})


def may_draw_up(authority: Authority, school_id: int) -> bool:
    """Tell whether the person draws up the school's handovers: the office, the principal or his delegate."""
    return authority.holds(_OFFICE, school_id) or authority.leads(school_id) is not None


def schools_drawn_up_for(authority: Authority) -> list[int]:
    """List the schools whose handovers the person draws up."""
    schools = {post.school_id for post in authority.posts if post.school_id is not None}
    return sorted(each for each in schools if may_draw_up(authority, each))


def known_to(authority: Authority) -> ColumnElement[bool]:
    """Return the condition under which a person may know of a handover: its parties, the school's leaders.

    A party who left the school does no more; the office confirms for a giver who left before he could.
    """
    is_party = or_(Handover.from_user_id == authority.user_id, Handover.to_user_id == authority.user_id)
    return or_(
        and_(is_party, Handover.school_id.in_(authority.own_schools())),
        Handover.school_id.in_(authority.school_ids(SCHOOL_WIDE)),
    )
