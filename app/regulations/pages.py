"""The page of the school's own rules, and the draft as PDF and as a Word document."""

from io import BytesIO

from flask import Blueprint, Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app import fields
from app.catalogue.periods import present_year, year_after
from app.db import now
from app.page import session
from app.papers.paper import OfficialPaper
from app.papers.printing import MIMETYPE as PDF
from app.papers.printing import as_pdf
from app.papers.word import MIMETYPE as DOCX
from app.papers.word import as_docx
from app.people.current import page_authority
from app.people.school_choice import in_one_school, school_meant, school_shown
from app.regulations.draft import regulations_of
from app.schools.models import School

regulations = Blueprint("regulations", __name__)


@regulations.get("/quy-che")
@in_one_school
def regulations_page() -> ResponseReturnValue:
    """Show the draft of the school's rules."""
    draft = _draft(school_shown(page_authority().own_schools()))
    blocks = [(type(block).__name__, block) for block in draft.blocks]
    return render_template("regulations/regulations.html", blocks=blocks, year=_year(), years=_years())


@regulations.get("/quy-che.pdf")
@in_one_school
def regulations_pdf() -> Response:
    """Answer with the draft as an A4 paper."""
    return _file(as_pdf(_draft(_school())), PDF, "pdf")


@regulations.get("/quy-che.docx")
@in_one_school
def regulations_docx() -> Response:
    """Answer with the draft as a document that the office goes on editing."""
    return _file(as_docx(_draft(_school())), DOCX, "docx")


def _school() -> School:
    return school_meant(page_authority().own_schools())


def _draft(school: School) -> OfficialPaper:
    return regulations_of(session(), school.id, _year(), now())


def _file(content: bytes, mimetype: str, ending: str) -> Response:
    name = f"quy-che-du-thao-{_year()}.{ending}"
    return send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)


def _year() -> str:
    return fields.choice_or_none(request.args, "nam", _years()) or present_year()


def _years() -> list[str]:
    return [present_year(), year_after(present_year())]
