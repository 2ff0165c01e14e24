"""Who draws up handovers, and who may know of one."""

from sqlalchemy import ColumnElement, and_, or_

from app.handovers.models import Handover
from app.people.authority import SCHOOL_WIDE, Authority


def known_to(authority: Authority) -> ColumnElement[bool]:
    """Return the condition under which a person may know of a handover: its parties, the school's leaders.

    A party who left the school does no more; the office confirms for a giver who left before he could.
    """
    is_party = or_(Handover.from_user_id == authority.user_id, Handover.to_user_id == authority.user_id)
    return or_(
        and_(is_party, Handover.school_id.in_(authority.own_schools())),
        Handover.school_id.in_(authority.school_ids(SCHOOL_WIDE)),
    )
