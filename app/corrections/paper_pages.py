"""What pages of corrections show as files: slips, the summary of a term, and pages of both versions."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from app import fields
from app.corrections.blueprint import corrections
from app.corrections.queries import correction_view
from app.corrections.slips import slip_name, slip_of
from app.corrections.summaries import summary_of
from app.db import now
from app.errors import NotFound
from app.page import context, picture, session
from app.papers.paper import OfficialPaper
from app.papers.printing import as_pdf
from app.pdf.pages import DEFAULT_WIDTH
from app.people.authority import SCHOOL_WIDE
from app.people.current import page_authority
from app.people.school_choice import school_meant
from app.records.page_images import WIDTHS, VersionPages, picture_name, version_image
from app.records.queries import version_of


@corrections.get("/sua-chua/<int(max=2147483647):correction_id>/phieu.pdf")
def slip(correction_id: int) -> ResponseReturnValue:
    """Answer with the slip of a correction as it stands."""
    view = correction_view(session(), page_authority(), correction_id)
    return _pdf(slip_of(session(), view), slip_name(view))


@corrections.get("/sua-chua/tong-hop.pdf")
def summary() -> ResponseReturnValue:
    """Answer with the summary of a term's corrections, for those who keep the school's records."""
    school_id = school_meant(page_authority().school_ids(SCHOOL_WIDE)).id
    term = fields.line(request.args, "ky")
    paper = summary_of(session(), school_id, term, now())
    return _pdf(paper, f"tong-hop-sua-chua-{term.replace('/', '-')}.pdf")


@corrections.get("/sua-chua/<int(max=2147483647):correction_id>/<any(cu, moi):which>/<int:number>.png")
def version_page(correction_id: int, which: str, number: int) -> ResponseReturnValue:
    """Answer with one page of the old or the new version as a picture."""
    view = correction_view(session(), page_authority(), correction_id)
    asked = view.correction.old_version if which == "cu" else view.version
    if asked is None:
        raise NotFound
    version = version_of(session(), view.record.id, asked)
    session().commit()
    pages = VersionPages(version.record_id, version.number, version.pages)
    width = fields.number_or_none(request.args, "width", WIDTHS) or DEFAULT_WIDTH
    is_named = fields.line(request.args, "v") == picture_name(version.sha256)
    return picture(version_image(context(), pages, number, width), is_named=is_named)


def _pdf(paper: OfficialPaper, name: str) -> Response:
    response = Response(as_pdf(paper), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
