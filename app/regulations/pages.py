"""The page of the school's own rules, and the draft as PDF and as a Word document."""

from io import BytesIO

from flask import Blueprint, Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app import fields
from app.catalogue.periods import present_year, year_after
from app.db import now
from app.errors import NotAllowed
from app.page import session
from app.papers.paper import OfficialPaper
from app.papers.printing import MIMETYPE as PDF
from app.papers.printing import as_pdf
from app.papers.word import MIMETYPE as DOCX
from app.papers.word import as_docx
from app.people.current import page_authority
from app.people.models import Role
from app.regulations.draft import regulations_of

regulations = Blueprint("regulations", __name__)


@regulations.get("/quy-che")
def regulations_page() -> ResponseReturnValue:
    """Show the draft of the school's rules."""
    blocks = [(type(block).__name__, block) for block in _draft().blocks]
    return render_template("regulations/regulations.html", blocks=blocks, year=_year(), years=_years())


@regulations.get("/quy-che.pdf")
def regulations_pdf() -> Response:
    """Answer with the draft as an A4 paper."""
    return _file(as_pdf(_draft()), PDF, "pdf")


@regulations.get("/quy-che.docx")
def regulations_docx() -> Response:
    """Answer with the draft as a document that the office goes on editing."""
    return _file(as_docx(_draft()), DOCX, "docx")


def _draft() -> OfficialPaper:
    schools = page_authority().school_ids(frozenset(Role))
    if not schools:
        raise NotAllowed
    return regulations_of(session(), schools[0], _year(), now())


def _file(content: bytes, mimetype: str, ending: str) -> Response:
    name = f"quy-che-du-thao-{_year()}.{ending}"
    return send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)


def _year() -> str:
    return fields.choice_or_none(request.args, "nam", _years()) or present_year()


def _years() -> list[str]:
    return [present_year(), year_after(present_year())]
