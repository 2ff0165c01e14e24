"""The page on which authority is lent, seen by whom it concerns, and taken back."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from app.clock import today
from app.errors import Refused
from app.page import context, sentences, session
from app.people.blueprint import people
from app.people.current import only_for, page_authority
from app.people.delegation_paper_pages import take_paper
from app.people.delegation_papers import may_attach, papers_of
from app.people.delegation_queries import candidates_for, delegations_known_to, may_revoke
from app.people.delegations import delegate, revoke
from app.people.forms import DelegationForm
from app.people.models import Role


@people.get("/uy-quyen")
@login_required  # type: ignore[untyped-decorator]
def delegations_page() -> ResponseReturnValue:
    """Show what the person lent and was lent, and to whoever may lend the form for it."""
    return _page(_form())


@people.post("/uy-quyen")
@login_required  # type: ignore[untyped-decorator]
@only_for(Role.PRINCIPAL, Role.HEAD)
def give_delegation() -> ResponseReturnValue:
    """Lend one of the caller's posts."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    try:
        made = delegate(session(), page_authority(), form.mandate()).id
    except Refused as refusal:
        return _page(form, refusal), refusal.status
    session().commit()
    flash(gettext("Đã ghi nhận ủy quyền."), "success")
    take_paper(made)
    return redirect(url_for("people.delegations_page"))


@people.post("/uy-quyen/<int(max=2147483647):delegation_id>/thu-hoi")
@login_required  # type: ignore[untyped-decorator]
def revoke_delegation(delegation_id: int) -> ResponseReturnValue:
    """Take a delegation back."""
    revoke(session(), page_authority(), delegation_id)
    session().commit()
    flash(gettext("Đã thu hồi ủy quyền."), "success")
    return redirect(url_for("people.delegations_page"))


def _form() -> DelegationForm:
    return DelegationForm(first=today()).offer(candidates_for(session(), page_authority()))


def _page(form: DelegationForm, refusal: Refused | None = None) -> str:
    error, hint = sentences(refusal) if refusal else ("", "")
    authority = page_authority()
    views = delegations_known_to(session(), authority)
    return render_template(
        "people/delegations.html",
        form=form,
        error=error,
        hint=hint,
        views=views,
        papers=papers_of(session(), [view.delegation.id for view in views]),
        may_lend=bool(authority.school_ids({Role.PRINCIPAL, Role.HEAD})),
        may_revoke=lambda delegation: may_revoke(authority, delegation),
        may_attach=lambda delegation: may_attach(authority, delegation),
        limit_mb=context().settings.max_upload_mb,
    )
