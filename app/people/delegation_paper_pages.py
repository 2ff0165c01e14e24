"""Attaching the signed papers of a delegation, and reading them."""

from flask import flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.errors import InvalidRequest, NotAllowed, NotFound, Refused, ServiceUnavailable
from app.page import context, sentences, session
from app.people.blueprint import people
from app.people.current import page_authority
from app.people.delegation_papers import attach_paper, given_by, paper_of
from app.staging.store import Spool


@people.post("/uy-quyen/<int(max=2147483647):delegation_id>/giay")
def attach_delegation_paper(delegation_id: int) -> ResponseReturnValue:
    """Attach a paper to a delegation that was given before."""
    given_by(session(), page_authority(), delegation_id)
    paper = _chosen()
    if paper is None:
        raise InvalidRequest(fields="paper")
    _attach(delegation_id, paper)
    return redirect(url_for("people.delegations_page"))


@people.get("/uy-quyen/<int(max=2147483647):delegation_id>/giay/<int(max=2147483647):paper_id>")
def delegation_paper(delegation_id: int, paper_id: int) -> ResponseReturnValue:
    """Answer with a paper to whom it concerns."""
    paper = paper_of(session(), page_authority(), delegation_id, paper_id)
    response = send_file(
        context().staging.open(paper.blob),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"giay-uy-quyen-{delegation_id}.pdf",
        etag=paper.sha256,
    )
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def take_paper(delegation_id: int) -> None:
    """Attach the paper that came with a new delegation, if one did; what is wrong with it is told."""
    paper = _chosen()
    if paper is not None:
        _attach(delegation_id, paper)


def _attach(delegation_id: int, paper: Spool) -> None:
    authority = page_authority()
    session().commit()
    try:
        attach_paper(context(), authority, delegation_id, paper)
    except (NotAllowed, NotFound, ServiceUnavailable):
        raise
    except Refused as refusal:
        flash(" ".join(sentences(refusal)), "danger")
    else:
        flash(gettext("Đã kèm giấy ủy quyền."), "success")


def _chosen() -> Spool | None:
    file = request.files.get("paper")
    if file is None or not file.filename or not isinstance(file.stream, Spool):
        return None
    return file.stream
