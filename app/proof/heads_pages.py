"""The page from which offices and schools take the heads of their chains into their own keeping."""

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select

from app.audit.chain import DEPLOYMENT
from app.clock import today
from app.errors import NotAllowed
from app.page import session
from app.people.authority import Authority
from app.people.current import page_authority
from app.proof.blueprint import proof
from app.proof.kept_sheets import KEEPERS, lost_sheets
from app.proof.sheet_keeping import sheet_of
from app.schools.models import School
from app.schools.queries import overseen_schools


@proof.get("/dau-chuoi")
def heads_page() -> ResponseReturnValue:
    """Show the heads of the chains of the schools that one oversees, leads or keeps the records of."""
    authority = page_authority()
    schools = _schools(authority)
    heads = {head.chain: head for head in sheet_of(session(), _chains(schools))[1]}
    rows: list[tuple[str, Any]] = [(school.name, heads.get(school.code)) for school in schools]
    lost = lost_sheets(session(), authority)
    return render_template("proof/heads.html", rows=rows, deployment=heads.get(DEPLOYMENT), lost=lost)


@proof.get("/dau-chuoi/tep.json")
def heads_file() -> ResponseReturnValue:
    """Give out the sheet of these heads as a file; it holds no personal data."""
    content = sheet_of(session(), _chains(_schools(page_authority())))[0]
    response = Response(content, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="chuoi-nhat-ky-{today()}.json"'
    return response


def _schools(authority: Authority) -> Sequence[School]:
    """List the schools whose heads the person may keep; raises `NotAllowed` for whoever keeps none."""
    own, offices = authority.school_ids(KEEPERS), authority.office_ids()
    if not own and not offices:
        raise NotAllowed
    within = or_(School.id.in_(own), School.id.in_(overseen_schools(offices)))
    return session().scalars(select(School).where(within).order_by(School.name)).all()


def _chains(schools: Sequence[School]) -> list[str]:
    return [DEPLOYMENT, *(school.code for school in schools)]
