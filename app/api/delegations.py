"""Delegations: lending one's authority, seeing what was lent, and taking it back."""

import unicodedata
from typing import cast

from flask import Response

from app.api import people_representations as shown
from app.api.answers import answer
from app.api.paging import page_of_all
from app.api.reading import body_of
from app.page import session
from app.people.authority import Authority, Post
from app.people.delegation_queries import DelegationView, delegations_known_to, lendable
from app.people.delegations import Mandate, Term, delegate, revoke
from app.people.models import Role
from app.people.which_school import the_school


def list_delegations(authority: Authority) -> Response:
    """List the delegations the caller gave or got, and a principal's whole school's."""
    views, following = page_of_all(delegations_known_to(session(), authority), lambda v: str(v.delegation.id))
    return answer(shown.Delegations([_shown(view) for view in views], following))


def give_delegation(authority: Authority) -> Response:
    """Lend one of the caller's posts."""
    given = body_of(shown.Mandate)
    post = _own_post(authority, Role(given.role), given.school)
    reason = unicodedata.normalize("NFC", given.reason)
    term = Term(given.first, given.last)
    mandate = Mandate(given.to, given.capacity, term, reason, post.department_id, post.school_id)
    made = delegate(session(), authority, mandate).id
    session().commit()
    views = delegations_known_to(session(), authority)
    return answer(next(_shown(view) for view in views if view.delegation.id == made), 201)


def revoke_delegation(authority: Authority, delegation_id: int) -> Response:
    """Take a delegation back."""
    revoke(session(), authority, delegation_id)
    session().commit()
    return Response(status=204)


def _own_post(authority: Authority, role: Role, school: str) -> Post:
    posts = [post for post in lendable(authority) if post.role is role and post.school_id is not None]
    chosen = the_school(session(), {post.school_id for post in posts if post.school_id is not None}, school)
    return next(post for post in posts if post.school_id == chosen.id)


def _shown(view: DelegationView) -> shown.Delegation:
    lent = view.delegation
    return shown.Delegation(
        id=lent.id,
        from_id=lent.from_user_id,
        from_name=view.from_name,
        to=lent.to_user_id,
        to_name=view.to_name,
        role=Role(lent.role),
        unit=view.unit,
        capacity=view.capacity,
        first=view.first_day,
        last=view.last_day,
        reason=lent.reason,
        phase=cast("shown.Phase", view.phase),
    )
