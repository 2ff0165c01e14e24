"""The page on which authority is lent, seen by whom it concerns, and taken back."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.clock import today
from app.errors import Refused
from app.page import context, sentences, session
from app.people.blueprint import people
from app.people.current import needs, page_authority
from app.people.delegation_paper_pages import take_paper
from app.people.delegation_papers import may_attach, papers_of
from app.people.delegation_queries import Candidate, candidates_for, delegations_known_to, may_revoke
from app.people.delegations import delegate, revoke
from app.people.forms import DelegationForm
from app.people.models import Role
from app.people.passwords import PasswordGiven
from app.people.permissions import Permission


@people.get("/uy-quyen")
def delegations_page() -> ResponseReturnValue:
    """Show what the person lent and was lent, and to whoever may lend the form for it."""
    candidates = candidates_for(session(), page_authority())
    return _page(_form(candidates), candidates)


@people.post("/uy-quyen")
@needs(Permission.LEND_POST)
def give_delegation() -> ResponseReturnValue:
    """Lend one of the caller's posts."""
    candidates = candidates_for(session(), page_authority())
    form = _form(candidates)
    if not form.validate():
        return _page(form, candidates), 422
    try:
        made = delegate(session(), page_authority(), form.mandate()).id
    except Refused as refusal:
        session().rollback()
        return _page(form, candidates, refusal), refusal.status
    session().commit()
    flash(gettext("Đã ghi nhận ủy quyền."), "success")
    take_paper(made)
    return redirect(url_for("people.delegations_page"))


@people.post("/uy-quyen/<int(max=2147483647):delegation_id>/thu-hoi")
def revoke_delegation(delegation_id: int) -> ResponseReturnValue:
    """Take a delegation back."""
    revoke(session(), page_authority(), delegation_id)
    session().commit()
    flash(gettext("Đã thu hồi ủy quyền."), "success")
    return redirect(url_for("people.delegations_page"))


def _form(candidates: Sequence[Candidate]) -> DelegationForm:
    return DelegationForm(first=today()).offer([each for each in candidates if not each.may_be_anothers])


def _names_left_out(candidates: Sequence[Candidate]) -> set[str]:
    return {each.name for each in candidates if each.may_be_anothers}


def _page(form: DelegationForm, candidates: Sequence[Candidate], refusal: Refused | None = None) -> str:
    error, hint = sentences(refusal) if refusal else ("", "")
    authority = page_authority()
    views = delegations_known_to(session(), authority)
    return render_template(
        "people/delegations.html",
        form=form,
        left_out=[sentences(PasswordGiven(name=name)) for name in sorted(_names_left_out(candidates))],
        error=error,
        hint=hint,
        views=views,
        papers=papers_of(session(), [view.delegation.id for view in views]),
        may_lend=bool(authority.school_ids({Role.PRINCIPAL, Role.HEAD})),
        may_revoke=lambda delegation: may_revoke(authority, delegation),
        may_attach=lambda delegation: may_attach(authority, delegation),
        limit_mb=context().settings.max_upload_mb,
    )
