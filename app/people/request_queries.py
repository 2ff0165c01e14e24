"""Reading what administrators asked for and a second person confirms."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import Session, aliased

from app.db import now
from app.people.account_queries import Place, is_asked_for
from app.people.authority import Authority
from app.people.models import AccountRequest, Role, User
from app.people.second_persons import confirmable_by, is_about_principal, known_to
from app.schools.models import Department, School

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
    is_for_reader: bool
    """Whether the reader is the second person for it, as long as it waits."""
    is_about_principal: bool
    """Whether it is for the principal's own post or account, which he does not answer for himself."""

    @property
    def may_confirm(self) -> bool:
        """Whether the reader may confirm it now."""
        return self.waits and self.is_for_reader

    @property
    def waits(self) -> bool:
        """Whether it may still be confirmed."""
        return not self.request.outcome and self.request.expires_at > now()

    @property
    def shows_first_half(self) -> bool:
        """Whether the first half of a password is still to be handed out by who asked."""
        made_one = self.request.outcome == "confirmed" and self.request.first_half
        return bool(made_one) and self.person.must_change_password

    def places(self, change: str) -> list[tuple[Role, str]]:
        """List the posts to "add" or to "remove", each with the name of its department."""
        places = [Place.of(key) for key in self.request.change.get(change, ())]
        return [(place.role, self.departments.get(place.department_id or 0, "")) for place in places]


def requests_known_to(session: Session, authority: Authority) -> list[RequestView]:
    """List a school's requests to its leaders and administrators, and to the office above.

    What waits comes first, so that none is out of reach however many there are; then the newest.
    """
    return _views(session, known_to(authority), authority, most=_MOST)


def waiting_requests(session: Session, school_id: int) -> list[RequestView]:
    """List what waits for a second person in a school."""
    return _views(session, _waiting_in(school_id))


def waiting_about(session: Session, school_id: int, user_id: uuid.UUID) -> list[RequestView]:
    """List what a school asked for about one person and a second one has yet to confirm."""
    return _views(session, and_(_waiting_in(school_id), AccountRequest.user_id == user_id))


def views_of(session: Session, request_ids: Collection[int]) -> list[RequestView]:
    """List some requests, those that wait first, then the newest."""
    return _views(session, AccountRequest.id.in_(request_ids))


def _waiting_in(school_id: int) -> ColumnElement[bool]:
    return and_(AccountRequest.school_id == school_id, is_asked_for())


def _views(
    session: Session,
    condition: ColumnElement[bool],
    reader: Authority | None = None,
    most: int | None = None,
) -> list[RequestView]:
    person, asker, answerer = aliased(User), aliased(User), aliased(User)
    is_for_reader = false() if reader is None else confirmable_by(reader)
    rows = session.execute(
        select(
            AccountRequest,
            School.name,
            person,
            asker.name,
            answerer.name,
            is_for_reader,
            is_about_principal(),
        )
        .join(School, School.id == AccountRequest.school_id)
        .join(person, person.id == AccountRequest.user_id)
        .join(asker, asker.id == AccountRequest.asked_by_id)
        .outerjoin(answerer, answerer.id == AccountRequest.answered_by_id)
        .where(condition)
        .order_by(is_asked_for().desc(), AccountRequest.id.desc())
        .limit(most)
    ).all()
    of_these = select(Department.id, Department.name).where(
        Department.school_id.in_({row[0].school_id for row in rows})
    )
    departments = dict(session.execute(of_these).all())
    return [
        RequestView(asked, school, who, by, answered or "", departments, is_mine, of_principal)
        for asked, school, who, by, answered, is_mine, of_principal in rows
    ]
