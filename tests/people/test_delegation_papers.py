"""The paper of a delegation: who attaches it, what is kept of it, and who may read it."""

import hashlib
import io
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.clock import today
from app.context import Context
from app.errors import NotAllowed, NotFound
from app.pdf.refusals import NotPdf
from app.people.authority import Authority
from app.people.delegation_papers import (
    MOST_PAPERS,
    PaperThere,
    TooManyPapers,
    attach_paper,
    paper_of,
    papers_of,
)
from app.people.delegations import Mandate, Term, delegate
from app.people.models import DelegationPaper
from app.tree.chores import sweep_staging
from tests.browsing import send, signed_in
from tests.handing_in import uploaded
from tests.two_schools import only_school_of

Cast = SimpleNamespace
Pdf = Callable[..., bytes]
AN_OLD_FILE = time.time() - 3 * 24 * 3600


@pytest.fixture
def lent(context: Context, cast: Cast) -> int:
    """Let the principal delegate to the vice principal for today."""
    with context.database.transaction() as session:
        mandate = Mandate(cast.vice_principal.user_id, "TUQ.", Term(today(), today()))
        return delegate(session, cast.principal, mandate).id


def attach(context: Context, person: Authority, delegation_id: int, content: bytes) -> None:
    with uploaded(context, content) as upload:
        attach_paper(context, person, delegation_id, upload.spool)


def hashes(context: Context, delegation_id: int) -> list[str]:
    with context.database.sessions() as session:
        return [paper.sha256 for paper in papers_of(session, [delegation_id])[delegation_id]]


def told(context: Context) -> list[tuple[str, dict[str, Any]]]:
    """Return what the chain says of papers, by kind and facts."""
    papers = select(AuditEntry).where(AuditEntry.kind.like("delegation.paper%")).order_by(AuditEntry.number)
    with context.database.sessions() as session:
        return [(entry.kind, entry.facts) for entry in session.scalars(papers)]


def kept_files(context: Context) -> list[Path]:
    folder = context.settings.data_dir / "staging" / "delegations"
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_paper_is_kept_with_its_hash_in_the_audit_log(
    context: Context, cast: Cast, pdf: Pdf, lent: int
) -> None:
    content = pdf("Giấy ủy quyền")
    attach(context, cast.principal, lent, content)
    with context.database.transaction() as session:
        (paper,) = papers_of(session, [lent])[lent]
        assert paper.sha256 == hashlib.sha256(content).hexdigest()
    assert told(context) == [("delegation.paper_attached", {"sha256": paper.sha256, "size": paper.size})]


def test_the_sweep_leaves_the_paper_where_it_is(context: Context, cast: Cast, pdf: Pdf, lent: int) -> None:
    attach(context, cast.principal, lent, pdf("Giấy ủy quyền"))
    (kept,) = kept_files(context)
    os.utime(kept, (AN_OLD_FILE, AN_OLD_FILE))
    sweep_staging(context)
    assert kept.exists()


def test_only_the_lender_attaches(context: Context, cast: Cast, pdf: Pdf, lent: int) -> None:
    with pytest.raises(NotAllowed):
        attach(context, cast.vice_principal, lent, pdf("Giấy"))
    with pytest.raises(NotFound):
        attach(context, cast.b_principal, lent, pdf("Giấy"))
    assert kept_files(context) == []


def test_once_it_has_begun_the_old_paper_stays_beside_the_new_one(
    context: Context, cast: Cast, pdf: Pdf, lent: int
) -> None:
    old, new = pdf("Giấy"), pdf("Giấy khác")
    attach(context, cast.principal, lent, old)
    attach(context, cast.principal, lent, new)
    assert hashes(context, lent) == [hashlib.sha256(each).hexdigest() for each in (old, new)]
    assert len(kept_files(context)) == 2
    assert [kind for kind, _ in told(context)] == ["delegation.paper_attached"] * 2


def test_before_it_begins_a_new_paper_takes_the_place_of_the_old_one(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    with context.database.transaction() as session:
        term = Term(today() + timedelta(days=7), today() + timedelta(days=9))
        to_come = delegate(session, cast.principal, Mandate(cast.vice_principal.user_id, "KT.", term)).id
    old, new = pdf("Giấy"), pdf("Giấy khác")
    attach(context, cast.principal, to_come, old)
    attach(context, cast.principal, to_come, new)
    assert hashes(context, to_come) == [hashlib.sha256(new).hexdigest()]
    assert len(kept_files(context)) == 1
    kind, facts = told(context)[-1]
    assert (kind, facts["replaced"]) == ("delegation.paper_replaced", [hashlib.sha256(old).hexdigest()])


def test_the_same_file_is_not_attached_twice_nor_any_number_of_files(
    context: Context, cast: Cast, pdf: Pdf, lent: int
) -> None:
    attach(context, cast.principal, lent, pdf("Giấy"))
    with pytest.raises(PaperThere):
        attach(context, cast.principal, lent, pdf("Giấy"))
    with context.database.transaction() as session:
        others = [
            DelegationPaper(delegation_id=lent, blob="-", sha256=str(number), size=1)
            for number in range(MOST_PAPERS - 1)
        ]
        session.add_all(others)
    with pytest.raises(TooManyPapers):
        attach(context, cast.principal, lent, pdf("Giấy khác"))
    assert len(kept_files(context)) == 1


def test_what_is_no_pdf_is_refused_and_nothing_is_kept(context: Context, cast: Cast, lent: int) -> None:
    with pytest.raises(NotPdf):
        attach(context, cast.principal, lent, b"PK\x03\x04 a Word file")
    assert kept_files(context) == []


@pytest.mark.parametrize("reader", ["principal", "vice_principal", "clerk"])
def test_leaders_clerk_and_delegate_read_the_paper(
    context: Context, cast: Cast, pdf: Pdf, lent: int, reader: str
) -> None:
    attach(context, cast.principal, lent, pdf("Giấy"))
    with context.database.transaction() as session:
        (paper,) = papers_of(session, [lent])[lent]
        assert paper_of(session, getattr(cast, reader), lent, paper.id) == paper


@pytest.mark.parametrize(
    "stranger", ["teacher", "head", "records_admin", "b_principal", "b_clerk", "officer"]
)
def test_nobody_else_knows_of_it(context: Context, cast: Cast, pdf: Pdf, lent: int, stranger: str) -> None:
    attach(context, cast.principal, lent, pdf("Giấy"))
    with context.database.transaction() as session:
        (paper,) = papers_of(session, [lent])[lent]
        with pytest.raises(NotFound):
            paper_of(session, getattr(cast, stranger), lent, paper.id)


def test_the_paper_comes_with_the_form_and_can_be_downloaded(
    context: Context, cast: Cast, pdf: Pdf, client: FlaskClient
) -> None:
    principal = signed_in(client.application, cast.principal.email)
    content = pdf("Giấy ủy quyền")
    day = today().isoformat()
    answer = send(
        principal,
        "/uy-quyen",
        "/uy-quyen",
        who=f"{only_school_of(cast.principal)}::{cast.vice_principal.user_id}",
        capacity="TUQ.",
        first=day,
        last=day,
        paper=(io.BytesIO(content), "giay.pdf"),
    )
    assert answer.status_code == 302
    with context.database.transaction() as session:
        paper = session.scalars(select(DelegationPaper)).one()
    with principal.get(f"/uy-quyen/{paper.delegation_id}/giay/{paper.id}") as downloaded:
        assert downloaded.data == content
    page = principal.get("/uy-quyen").text
    assert "Giấy ủy quyền (PDF)" in page
    assert hashlib.sha256(content).hexdigest()[:16] in page


def test_a_paper_that_is_refused_leaves_the_delegation_and_says_why(
    cast: Cast, client: FlaskClient, lent: int
) -> None:
    principal = signed_in(client.application, cast.principal.email)
    wrong = (io.BytesIO(b"not a PDF"), "giay.pdf")
    send(principal, f"/uy-quyen/{lent}/giay", "/uy-quyen", paper=wrong)
    page = principal.get("/uy-quyen").text
    assert "PDF" in page
    assert "notice-bad" in page
    assert "Chưa kèm giấy ủy quyền" in page
