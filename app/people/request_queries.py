"""Reading what administrators asked for and a second person confirms."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.db import now
from app.people.account_queries import Place, is_asked_for
from app.people.authority import LEADERS, Authority
from app.people.models import AccountRequest, Role, User
from app.schools.models import Department, School
from app.schools.queries import overseen_schools

_MOST = 200


@dataclass(frozen=True)
class RequestView:
    """One request with the names beside it."""

    request: AccountRequest
    school: str
    person: User
    asker: str
    answerer: str
    departments: dict[int, str]

    @property
    def waits(self) -> bool:
        """Whether it may still be confirmed."""
        return not self.request.outcome and self.request.expires_at > now()

    @property
    def shows_first_half(self) -> bool:
        """Whether the first half of a password is still to be handed out by who asked."""
        return self.request.outcome == "confirmed" and self.person.must_change_password

    def places(self, change: str) -> list[tuple[Role, str]]:
        """List the posts to "add" or to "remove", each with the name of its department."""
        places = [Place.of(key) for key in self.request.change.get(change, ())]
        return [(place.role, self.departments.get(place.department_id or 0, "")) for place in places]


def requests_known_to(session: Session, authority: Authority) -> list[RequestView]:
    """List a school's requests to its leaders and administrators, and to the office above; newest first."""
    schools = authority.school_ids(LEADERS | {Role.RECORDS_ADMIN})
    overseen = overseen_schools(authority.office_ids())
    return _views(session, or_(AccountRequest.school_id.in_(schools), AccountRequest.school_id.in_(overseen)))


def waiting_requests(session: Session, school_id: int) -> list[RequestView]:
    """List what waits for a second person in a school."""
    return _views(session, and_(AccountRequest.school_id == school_id, is_asked_for()))


def _views(session: Session, condition: ColumnElement[bool]) -> list[RequestView]:
    person, asker, answerer = aliased(User), aliased(User), aliased(User)
    rows = session.execute(
        select(AccountRequest, School.name, person, asker.name, answerer.name)
        .join(School, School.id == AccountRequest.school_id)
        .join(person, person.id == AccountRequest.user_id)
        .join(asker, asker.id == AccountRequest.asked_by_id)
        .outerjoin(answerer, answerer.id == AccountRequest.answered_by_id)
        .where(condition)
        .order_by(AccountRequest.id.desc())
        .limit(_MOST)
    ).all()
    of_these = select(Department.id, Department.name).where(
        Department.school_id.in_({row[0].school_id for row in rows})
    )
    departments = dict(session.execute(of_these).all())
    return [
        RequestView(asked, school, who, by, answered or "", departments)
        for asked, school, who, by, answered in rows
    ]
