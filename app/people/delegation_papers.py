"""The signed papers of a delegation: taken through the gate, kept in staging, read by those it concerns."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.context import Context
from app.db import now
from app.errors import NotAllowed, NotFound, Refused
from app.pdf.gate import inspect
from app.people.authority import Authority
from app.people.delegation_queries import held_delegation, known_to
from app.people.models import Delegation, DelegationPaper
from app.schools.models import School
from app.staging.store import Spool, new_key
from app.text import N_

MOST_PAPERS = 10
"""Papers that one delegation may have."""


class PaperThere(Refused):
    """Just these bytes are attached already."""

    code, status = "paper_there", 409
    detail = N_("Đúng tệp này đã được kèm vào ủy quyền.")
    hint = N_("Mở giấy đã kèm để xem; nếu giấy sai thì kèm tệp khác.")


class TooManyPapers(Refused):
    """The delegation has as many papers as one may have."""

    code, status = "too_many_papers", 409
    detail = N_("Ủy quyền này đã có %(most)s giấy kèm theo.")
    hint = N_("Thu hồi ủy quyền và lập lại với giấy đúng.")


def attach_paper(context: Context, authority: Authority, delegation_id: int, spool: Spool) -> None:
    """Keep a signed paper (a spooled PDF) of a delegation that the person gave.

    Until the delegation begins it takes the place of the one before. What anybody may have relied on
    stays: from then on it is added. Both are in the audit chain. The gate runs between two transactions.
    Raises `NotFound`, `NotAllowed` for anybody but the lender, `PaperThere`, `TooManyPapers`, and the
    gate's refusals.
    """
    with context.database.transaction() as session:
        _check_new(session, given_by(session, authority, delegation_id), spool.sha256)
    inspect(context.sandbox, spool.file, spool.size, max_pages=context.settings.max_pages)
    blob = new_key("delegations", spool.sha256)
    context.staging.keep(blob, spool.file)
    with _kept(context, blob), context.database.transaction() as session:
        delegation = given_by(session, authority, delegation_id)
        _check_new(session, delegation, spool.sha256)
        replaced = _take_away(session, delegation) if delegation.starts_at > now() else []
        paper = DelegationPaper(delegation_id=delegation.id, blob=blob, sha256=spool.sha256, size=spool.size)
        session.add(paper)
        _record(session, authority, delegation, paper, replaced)
    for each in replaced:
        context.staging.discard(each.blob)


def given_by(session: Session, authority: Authority, delegation_id: int) -> Delegation:
    """Return a delegation that the caller gave, locked; raises `NotFound` or `NotAllowed`."""
    caller, delegation = held_delegation(session, authority, delegation_id)
    if not may_attach(caller, delegation):
        raise NotAllowed
    return delegation


def paper_of(session: Session, authority: Authority, delegation_id: int, paper_id: int) -> DelegationPaper:
    """Return a paper of a delegation that the person may know of; raises `NotFound`."""
    found = (
        select(DelegationPaper)
        .join(Delegation, Delegation.id == DelegationPaper.delegation_id)
        .where(Delegation.id == delegation_id, DelegationPaper.id == paper_id, known_to(authority))
    )
    paper = session.scalars(found).one_or_none()
    if paper is None:
        raise NotFound
    return paper


def papers_of(session: Session, delegation_ids: Sequence[int]) -> Mapping[int, Sequence[DelegationPaper]]:
    """Return the papers of each of these delegations, the first attached first."""
    papers: dict[int, list[DelegationPaper]] = {each: [] for each in delegation_ids}
    own = select(DelegationPaper).where(DelegationPaper.delegation_id.in_(delegation_ids))
    for paper in session.scalars(own.order_by(DelegationPaper.id)):
        papers[paper.delegation_id].append(paper)
    return papers


def may_attach(authority: Authority, delegation: Delegation) -> bool:
    """Tell whether the person may attach papers to a delegation."""
    return delegation.from_user_id == authority.user_id and authority.belongs_to(delegation.school_id)


def _check_new(session: Session, delegation: Delegation, sha256: str) -> None:
    present = papers_of(session, [delegation.id])[delegation.id]
    if any(paper.sha256 == sha256 for paper in present):
        raise PaperThere
    if len(present) >= MOST_PAPERS:
        raise TooManyPapers(most=MOST_PAPERS)


def _take_away(session: Session, delegation: Delegation) -> Sequence[DelegationPaper]:
    replaced = papers_of(session, [delegation.id])[delegation.id]
    for paper in replaced:
        session.delete(paper)
    return replaced


def _record(
    session: Session,
    authority: Authority,
    delegation: Delegation,
    paper: DelegationPaper,
    replaced: Sequence[DelegationPaper],
) -> None:
    kind = "delegation.paper_replaced" if replaced else "delegation.paper_attached"
    facts: dict[str, object] = {"sha256": paper.sha256, "size": paper.size}
    if replaced:
        facts["replaced"] = [each.sha256 for each in replaced]
    school = session.get_one(School, delegation.school_id)
    append(session, school.code, [Happening(kind, str(authority.user_id), str(delegation.id), facts)])


@contextmanager
def _kept(context: Context, blob: str) -> Iterator[None]:
    """Let go of the bytes when the database refuses their row."""
    try:
        yield
    except (IntegrityError, Refused):
        context.staging.discard(blob)
        raise
