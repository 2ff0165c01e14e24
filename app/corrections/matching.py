"""Who confirms a change as what: three parts, three people, whatever the order in which they come."""

import uuid
from collections.abc import Collection, Mapping
from itertools import permutations, product

from sqlalchemy.orm import Session

from app.corrections.models import Part
from app.corrections.refusals import AdministratorMissing, LeaderMissing, ThirdPersonMissing
from app.people.authority import LEADERS
from app.people.lacks import Lack
from app.people.leading import roles_in
from app.people.models import Role

ADMINISTRATORS = frozenset({Role.RECORDS_ADMIN})
WITNESSING = LEADERS | ADMINISTRATORS
"""Roles by which others than who asked for a correction confirm it."""

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


def lack_among(could: Could) -> Lack | None:
    """Return who is missing among some people for each part to be confirmed by another one of them."""
    able = {part: {person for person, parts in could.items() if part in parts} for part in Part}
    if any(len(set(people)) == len(Part) for people in product(*able.values())):
        return None
    missing = next((part for part in _MISSING if not able[part]), None)
    return Lack.THIRD_PERSON if missing is None else _MISSING[missing]


def others_among(
    roles_of: Mapping[uuid.UUID, Collection[Role]], requester: uuid.UUID
) -> dict[uuid.UUID, set[Part]]:
    """Return as what people of a school other than the requester could confirm by their roles in it."""
    could = {person: _parts_of(roles) for person, roles in roles_of.items() if person != requester}
    return {person: parts for person, parts in could.items() if parts}


def check_witnesses(session: Session, school_id: int, requester: uuid.UUID) -> None:
    """Raise the refusal that names the appointment without which a correction could never close.

    A leader and an administrator have to confirm, two people, neither of whom asks for it.
    """
    roles_of = roles_in(session, [school_id], WITNESSING).get(school_id, {})
    lack = lack_among({**others_among(roles_of, requester), requester: {Part.REQUESTER}})
    if lack is not None:
        raise _REFUSALS[lack]


def _parts_of(roles: Collection[Role]) -> set[Part]:
    return {part for part, entitling in _ENTITLING.items() if not entitling.isdisjoint(roles)}


def _kept(way: Mapping[uuid.UUID, Part], now: Mapping[uuid.UUID, Part]) -> int:
    return sum(now.get(person) is part for person, part in way.items())


_ENTITLING = {Part.LEADER: LEADERS, Part.ADMINISTRATOR: ADMINISTRATORS}
_MISSING = {
    Part.ADMINISTRATOR: Lack.ADMINISTRATOR,
    Part.LEADER: Lack.LEADER,
    Part.REQUESTER: Lack.REQUESTER,
}
"""What is said where nobody can confirm as one of these, the first of several."""
_REFUSALS = {
    Lack.ADMINISTRATOR: AdministratorMissing,
    Lack.LEADER: LeaderMissing,
    Lack.THIRD_PERSON: ThirdPersonMissing,
}
