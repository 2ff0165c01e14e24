"""Who confirms a change as what: three parts, three people, whatever the order in which they come."""

import uuid
from collections.abc import Collection, Mapping
from itertools import permutations

from sqlalchemy.orm import Session

from app.corrections.models import Part
from app.corrections.refusals import AdministratorMissing, LeaderMissing, ThirdPersonMissing
from app.people.authority import LEADERS
from app.people.leading import holders_of
from app.people.models import Role

ADMINISTRATORS = frozenset({Role.RECORDS_ADMIN})

Could = Mapping[uuid.UUID, Collection[Part]]
"""As what each of some people could confirm."""


def matched(could: Could, now: Mapping[uuid.UUID, Part]) -> Mapping[uuid.UUID, Part] | None:
    """Give each a part of his own, or return None where that cannot be.

    Whoever could fill one part only gets it, and others move out of it; of several ways the one that moves
    the fewest of those who have a part `now`.
    """
    ways = (dict(zip(could, parts, strict=True)) for parts in permutations(Part, len(could)))
    possible = [way for way in ways if all(part in could[person] for person, part in way.items())]
    return max(possible, key=lambda way: _kept(way, now), default=None)


def check_witnesses(session: Session, school_id: int, requester: uuid.UUID) -> None:
    """Raise the refusal that names the appointment without which a correction could never close.

    A leader and an administrator have to confirm, two people, neither of whom asks for it.
    """
    leaders = _others(session, school_id, LEADERS, requester)
    administrators = _others(session, school_id, ADMINISTRATORS, requester)
    if not administrators:
        raise AdministratorMissing
    if not leaders:
        raise LeaderMissing
    if len(leaders | administrators) < len(Part) - 1:
        raise ThirdPersonMissing


def _kept(way: Mapping[uuid.UUID, Part], now: Mapping[uuid.UUID, Part]) -> int:
    return sum(now.get(person) is part for person, part in way.items())


def _others(session: Session, school_id: int, roles: frozenset[Role], requester: uuid.UUID) -> set[uuid.UUID]:
    return set(holders_of(session, school_id, sorted(roles))) - {requester}
