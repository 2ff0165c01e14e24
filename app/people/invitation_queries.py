"""Reading invitations: a school's own, by their addresses, and a person's, by the schools."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.people.account_queries import Place
from app.people.authority import Authority
from app.people.invitations import waits
from app.people.models import Invitation, Role
from app.schools.models import Department, School


@dataclass(frozen=True)
class InvitationView:
    """An invitation that waits, with the school's name and what the person is to be, unit by unit."""

    invitation: Invitation
    school: str
    places: Sequence[tuple[Role, str]]


def invitations_of(session: Session, school_id: int) -> list[InvitationView]:
    """List what a school asks and nobody has answered, the newest first."""
    return _views(session, Invitation.school_id == school_id)


def invitations_to(session: Session, authority: Authority) -> list[InvitationView]:
    """List what schools ask the person, the newest first."""
    return _views(session, _is_to(authority))


def count_invitations(session: Session, authority: Authority, most: int) -> int:
    """Count what schools ask the person, up to `most`."""
    found = select(Invitation.id).where(_is_to(authority), waits()).limit(most)
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def _is_to(authority: Authority) -> ColumnElement[bool]:
    return Invitation.email == authority.email


def _views(session: Session, condition: ColumnElement[bool]) -> list[InvitationView]:
    rows = session.execute(
        select(Invitation, School.name)
        .join(School, School.id == Invitation.school_id)
        .where(condition, waits())
        .order_by(Invitation.id.desc())
    ).all()
    of_these = {invitation.school_id for invitation, _ in rows}
    units = select(Department.id, Department.name).where(Department.school_id.in_(of_these))
    names = dict(session.execute(units).all()) if rows else {}
    return [InvitationView(each, school, _places(each, names)) for each, school in rows]


def _places(invitation: Invitation, names: dict[int, str]) -> list[tuple[Role, str]]:
    places = [Place.of(key) for key in invitation.places]
    return [(place.role, names.get(place.department_id or 0, "")) for place in places]
