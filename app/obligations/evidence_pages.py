"""The page with the evidence of one person's work, and the same list as a paper and as a workbook."""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app import fields
from app.catalogue.choosing import year_asked
from app.clock import local_day
from app.db import now
from app.errors import NotFound
from app.obligations.blueprint import obligations
from app.obligations.evidence import Proof, by_month, evidence_of
from app.obligations.evidence_papers import evidence_paper, evidence_workbook
from app.obligations.reach import Scope, check_known, scopes_of
from app.page import session
from app.papers.printing import MIMETYPE as PDF
from app.papers.printing import as_pdf
from app.people.authority import Authority
from app.people.current import page_authority
from app.people.models import Membership, User
from app.people.school_choice import in_one_school, school_meant, school_shown
from app.schools.letterheads import dated_line, letterhead_of
from app.schools.models import School
from app.sheets.writing import MIMETYPE as XLSX


@dataclass(frozen=True)
class _Asked:
    """Whose evidence is asked for, from which school, and what there is; no school where none is known."""

    person: User
    school: School | None
    proofs: Sequence[Proof]


@obligations.get("/minh-chung")
@in_one_school
def evidence_page() -> ResponseReturnValue:
    """Show what somebody handed in this school year, month by month."""
    asked = _asked(school_shown)
    person, proofs = asked.person, asked.proofs
    return render_template(
        "obligations/evidence.html",
        own=person.id == page_authority().user_id,
        person=person,
        year=_year(),
        months=by_month(proofs),
        count=len(proofs),
        filed=sum(proof.filed_at is not None for proof in proofs),
    )


@obligations.get("/minh-chung.pdf")
@in_one_school
def evidence_pdf() -> ResponseReturnValue:
    """Answer with the list as an A4 paper."""
    asked, made_at = _asked(school_meant), now()
    if asked.school is None:
        raise NotFound
    letterhead = letterhead_of(session(), asked.school.id, local_day(made_at))
    dated = dated_line(session(), asked.school.id, made_at)
    paper = evidence_paper(letterhead, dated, asked.person.name, _year(), asked.proofs, made_at)
    return _file(as_pdf(paper), PDF, "pdf")


@obligations.get("/minh-chung.xlsx")
@in_one_school
def evidence_xlsx() -> ResponseReturnValue:
    """Answer with the list as a workbook."""
    return _file(evidence_workbook(_asked(school_meant).proofs), XLSX, "xlsx")


def _asked(choose: Callable[[Collection[int]], School]) -> _Asked:
    """Read whose evidence is asked for, oneself where nobody is named, and from which school.

    Raises `NotFound`, or as `choose` where the person is, or was, in several of the caller's schools.
    """
    authority = page_authority()
    person = session().get(User, _person_id(authority))
    if person is None:
        raise NotFound
    scopes = scopes_of(session(), authority)
    check_known(session(), authority, scopes, person.id)
    schools = _schools_of(person, scopes)
    if not schools:
        return _Asked(person, None, [])
    school = choose(schools)
    return _Asked(person, school, evidence_of(session(), authority, person.id, school.id, _year()))


def _person_id(authority: Authority) -> uuid.UUID:
    return fields.identity_or_none(request.args, "person") or authority.user_id


def _schools_of(person: User, scopes: Sequence[Scope]) -> Sequence[int]:
    """List the schools that the person belongs to, or belonged to, among those the caller may know of."""
    known = [scope.school_id for scope in scopes]
    own = (
        select(Membership.school_id)
        .distinct()
        .where(Membership.user_id == person.id, Membership.school_id.in_(known))
    )
    return [each for each in session().scalars(own) if each is not None]


def _year() -> str:
    return year_asked(request.args, "year")


def _file(content: bytes, mimetype: str, ending: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="minh-chung-{_year()}.{ending}"'
    return response
