"""The page with the evidence of one person's work, and the same list as a paper and as a workbook."""

import uuid

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
from app.obligations.reach import check_known, scopes_of
from app.page import session
from app.papers.printing import MIMETYPE as PDF
from app.papers.printing import as_pdf
from app.people.authority import Authority
from app.people.current import page_authority
from app.people.models import Membership, User
from app.schools.letterheads import dated_line, letterhead_of
from app.sheets.writing import MIMETYPE as XLSX


@obligations.get("/minh-chung")
def evidence_page() -> ResponseReturnValue:
    """Show what somebody handed in this school year, month by month."""
    person, proofs = _asked()
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
def evidence_pdf() -> ResponseReturnValue:
    """Answer with the list as an A4 paper."""
    person, proofs = _asked()
    made_at, school_id = now(), _school_of(person)
    letterhead = letterhead_of(session(), school_id, local_day(made_at))
    dated = dated_line(session(), school_id, made_at)
    paper = evidence_paper(letterhead, dated, person.name, _year(), proofs, made_at)
    return _file(as_pdf(paper), PDF, "pdf")


@obligations.get("/minh-chung.xlsx")
def evidence_xlsx() -> ResponseReturnValue:
    """Answer with the list as a workbook."""
    _, proofs = _asked()
    return _file(evidence_workbook(proofs), XLSX, "xlsx")


def _asked() -> tuple[User, list[Proof]]:
    """Read whose evidence is asked for, oneself where nobody is named; raises `NotFound`."""
    authority = page_authority()
    person = session().get(User, _person_id(authority))
    if person is None:
        raise NotFound
    check_known(session(), authority, scopes_of(session(), authority), person.id)
    return person, evidence_of(session(), authority, person.id, _year())


def _person_id(authority: Authority) -> uuid.UUID:
    return fields.identity_or_none(request.args, "person") or authority.user_id


def _school_of(person: User) -> int:
    """Return the school that the person belongs to, or belonged to last; raises `NotFound`."""
    own = select(Membership.school_id).where(
        Membership.user_id == person.id, Membership.school_id.is_not(None)
    )
    latest = own.order_by(Membership.ended_at.desc().nulls_first(), Membership.id).limit(1)
    school_id = session().scalar(latest)
    if school_id is None:
        raise NotFound
    return school_id


def _year() -> str:
    return year_asked(request.args, "year")


def _file(content: bytes, mimetype: str, ending: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="minh-chung-{_year()}.{ending}"'
    return response
