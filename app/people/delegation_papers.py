"""The signed paper of a delegation: taken through the gate, kept in staging, read by those it concerns."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.chain import Happening, append
from app.context import Context
from app.errors import NotAllowed, NotFound, Refused
from app.pdf.gate import inspect
from app.people.authority import Authority
from app.people.delegation_queries import known_to
from app.people.models import Delegation
from app.schools.models import School
from app.staging.store import Spool, new_key
from app.text import N_


class PaperThere(Refused):
    """The delegation has its paper; what was relied on is not replaced."""

    code, status = "paper_there", 409
    detail = N_("Ủy quyền này đã có giấy ủy quyền kèm theo.")
    hint = N_("Giấy đã lưu không thay được: thu hồi ủy quyền và lập lại nếu giấy sai.")


def attach_paper(context: Context, authority: Authority, delegation_id: int, spool: Spool) -> None:
    """Keep the signed paper (a spooled PDF) of a delegation that the person gave.

    The gate runs between two transactions. Raises `NotFound`, `NotAllowed` for anybody but the lender,
    `PaperThere`, and the gate's refusals.
    """
    with context.database.transaction() as session:
        without_paper(session, authority, delegation_id)
    inspect(context.sandbox, spool.file, spool.size, max_pages=context.settings.max_pages)
    blob = new_key("delegations", spool.sha256)
    context.staging.keep(blob, spool.file)
    with _kept(context, blob), context.database.transaction() as session:
        delegation = without_paper(session, authority, delegation_id)
        delegation.paper_blob, delegation.paper_sha256 = blob, spool.sha256
        delegation.paper_size = spool.size
        school = session.get_one(School, delegation.school_id)
        facts = {"sha256": spool.sha256, "size": spool.size}
        actor = str(authority.user_id)
        append(
            session,
            school.code,
            [Happening("delegation.paper_attached", actor, str(delegation.id), facts)],
        )


def without_paper(session: Session, authority: Authority, delegation_id: int) -> Delegation:
    """Return a delegation that the caller gave and that has no paper yet; raises as `attach_paper` does."""
    found = select(Delegation).where(Delegation.id == delegation_id, known_to(authority))
    delegation = session.scalars(found.with_for_update()).one_or_none()
    if delegation is None:
        raise NotFound
    if delegation.from_user_id != authority.user_id:
        raise NotAllowed
    if delegation.paper_blob is not None:
        raise PaperThere
    return delegation


def paper_of(session: Session, authority: Authority, delegation_id: int) -> Delegation:
    """Return a delegation whose paper the person may read; raises `NotFound` also where there is none."""
    found = select(Delegation).where(Delegation.id == delegation_id, known_to(authority))
    delegation = session.scalars(found.where(Delegation.paper_blob.is_not(None))).one_or_none()
    if delegation is None:
        raise NotFound
    return delegation


def may_attach(authority: Authority, delegation: Delegation) -> bool:
    """Tell whether the person may add the paper now."""
    return delegation.from_user_id == authority.user_id and delegation.paper_blob is None


@contextmanager
def _kept(context: Context, blob: str) -> Iterator[None]:
    """Let go of the bytes when the database refuses their row."""
    try:
        yield
    except (IntegrityError, Refused):
        context.staging.discard(blob)
        raise
