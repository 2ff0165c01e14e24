"""A delegation ends with what it rests on: either party's post, membership or account, and for good."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals.standstill_letters import find_deciders
from app.audit.chain import Happening, append
from app.audit.models import AuditEntry
from app.clock import today
from app.context import Context
from app.people.account_queries import Place
from app.people.accounts import Administrator, disable, enable, set_places
from app.people.authority import Authority, authority_of
from app.people.delegation_queries import delegations_known_to
from app.people.delegations import DelegationOver, Mandate, Term, delegate, revoke
from app.people.holding import hold_posts
from app.people.leaving import end_posts
from app.people.models import Delegation, Membership, Role
from app.schools.models import School
from tests.waiting import until_somebody_waits

Cast = SimpleNamespace
Change = Callable[[Session, Administrator, Cast], None]


def administrator(session: Session, cast: Cast) -> Administrator:
    person = cast.records_admin
    return Administrator(person, session.get_one(School, person.posts[0].school_id))


def change(context: Context, cast: Cast, *changes: Change) -> None:
    for each in changes:
        with context.database.transaction() as session:
            each(session, administrator(session, cast), cast)


def places(who: str, *wanted: tuple[Role, str]) -> Change:
    """Give somebody of the cast the roles, each in the department of another one of the cast."""

    def carry_out(session: Session, admin: Administrator, cast: Cast) -> None:
        held = [Place(role, department_of(cast, of)) for role, of in wanted]
        set_places(session, admin, getattr(cast, who).user_id, held)

    return carry_out


def account(verb: Callable[..., None], who: str) -> Change:
    return lambda session, admin, cast: verb(session, admin, getattr(cast, who).user_id)


def leave(who: str) -> Change:
    def carry_out(session: Session, admin: Administrator, cast: Cast) -> None:
        end_posts(session, admin.school.id, getattr(cast, who).user_id, admin.authority.user_id)

    return carry_out


def come_back(who: str, role: Role, of: str) -> Change:
    def carry_out(session: Session, admin: Administrator, cast: Cast) -> None:
        user_id = getattr(cast, who).user_id
        department = department_of(cast, of)
        session.add(
            Membership(user_id=user_id, role=role, school_id=admin.school.id, department_id=department)
        )

    return carry_out


def department_of(cast: Cast, who: str) -> int | None:
    posts = getattr(cast, who).posts
    return next((post.department_id for post in posts if post.department_id is not None), None)


def lent(context: Context, cast: Cast, lender: str, to: str) -> int:
    person = getattr(cast, lender)
    department = department_of(cast, lender) if lender.startswith("head") else None
    with context.database.transaction() as session:
        mandate = Mandate(getattr(cast, to).user_id, "TUQ.", Term(today(), today()), department_id=department)
        return delegate(session, person, mandate).id


def borrowed(context: Context, person: Authority) -> list[Role]:
    """Return what somebody may do for others now."""
    with context.database.transaction() as session:
        now = authority_of(session, person.user_id)
    return [] if now is None else [post.role for post in now.posts if post.delegated]


OFFICE = (Role.CLERK, "clerk")
HEAD = ("head", "teacher")
PRINCIPAL = ("principal", "vice_principal")


@pytest.mark.parametrize(
    ("parties", "loses", "regains"),
    [
        (PRINCIPAL, places("principal", OFFICE), places("principal", (Role.PRINCIPAL, "principal"))),
        (
            PRINCIPAL,
            places("vice_principal", OFFICE),
            places("vice_principal", (Role.VICE_PRINCIPAL, "principal")),
        ),
        (PRINCIPAL, account(disable, "principal"), account(enable, "principal")),
        (PRINCIPAL, account(disable, "vice_principal"), account(enable, "vice_principal")),
        (PRINCIPAL, leave("principal"), come_back("principal", Role.PRINCIPAL, "clerk")),
        (PRINCIPAL, leave("vice_principal"), come_back("vice_principal", Role.VICE_PRINCIPAL, "clerk")),
        (HEAD, places("head", (Role.HEAD, "head2")), places("head", (Role.HEAD, "head"))),
        (HEAD, places("head", (Role.DEPUTY_HEAD, "head")), places("head", (Role.HEAD, "head"))),
        (HEAD, places("teacher", (Role.TEACHER, "head2")), places("teacher", (Role.TEACHER, "head"))),
        (HEAD, places("teacher", OFFICE), places("teacher", (Role.TEACHER, "head"))),
        (HEAD, account(disable, "head"), account(enable, "head")),
        (HEAD, account(disable, "teacher"), account(enable, "teacher")),
        (HEAD, leave("head"), come_back("head", Role.HEAD, "head")),
        (HEAD, leave("teacher"), come_back("teacher", Role.TEACHER, "head")),
    ],
)
def test_it_ends_with_either_partys_post_and_does_not_come_back_with_it(
    context: Context, cast: Cast, parties: tuple[str, str], loses: Change, regains: Change
) -> None:
    lender, to = parties
    lent(context, cast, lender, to)
    assert borrowed(context, getattr(cast, to))
    change(context, cast, loses)
    assert borrowed(context, getattr(cast, to)) == []
    change(context, cast, regains)
    assert borrowed(context, getattr(cast, to)) == []


def test_the_end_is_in_the_audit_chain_with_the_change_that_brought_it(context: Context, cast: Cast) -> None:
    delegation_id = lent(context, cast, *HEAD)
    change(context, cast, places("teacher", (Role.TEACHER, "head2")))
    with context.database.transaction() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "account.places")).one()
        assert entry.facts["delegations_ended"] == [delegation_id]
        (view,) = delegations_known_to(session, cast.head)
        assert (view.phase, view.over) == ("lapsed", True)
        with pytest.raises(DelegationOver):
            revoke(session, cast.head, delegation_id)


def test_it_goes_on_when_the_delegate_changes_to_another_post_that_entitles_him(
    context: Context, cast: Cast
) -> None:
    lent(context, cast, *HEAD)
    change(context, cast, places("teacher", (Role.DEPUTY_HEAD, "head")))
    assert borrowed(context, cast.teacher) == [Role.HEAD]


def test_others_delegations_go_on(context: Context, cast: Cast) -> None:
    lent(context, cast, *HEAD)
    lent(context, cast, *PRINCIPAL)
    change(context, cast, account(disable, "head"))
    assert borrowed(context, cast.vice_principal) == [Role.PRINCIPAL]
    with context.database.transaction() as session:
        assert session.scalars(select(Delegation.lapsed).order_by(Delegation.id)).all() == [True, False]


def test_what_rests_on_nothing_is_ended_after_whoever_changes_posts_and_in_no_ring_with_him(
    context: Context, cast: Cast, owner: psycopg.Connection
) -> None:
    delegation = lent(context, cast, "principal", "vice_principal")
    # By hand, as no verb does it: nothing of it is in the audit chain, and no job follows.
    owner.execute("UPDATE memberships SET ended_at = now() WHERE user_id = %s", [cast.vice_principal.user_id])
    with ThreadPoolExecutor(1) as pool:
        with context.database.transaction() as session:
            hold_posts(session, cast.principal.posts[0].school_id)
            append(session, "truong-a", [Happening("account.places", "system", "-", {})])
            looking = pool.submit(find_deciders, context, cast.principal.posts[0].school_id)
            until_somebody_waits(context)
            # A leave ends delegations last: it would wait for the one who waits for the chain.
            session.get_one(Delegation, delegation, with_for_update=True)
        looking.result(60)
    with context.database.transaction() as session:
        assert session.get_one(Delegation, delegation).lapsed
        kinds = session.scalars(select(AuditEntry.kind).order_by(AuditEntry.number)).all()
        assert kinds[-1] == "delegation.lapsed"
