"""Leaving a school: every post and every lent authority ends there, and nowhere else."""

from types import SimpleNamespace

from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.clock import today
from app.context import Context
from app.people.authority import authority_of
from app.people.delegations import Mandate, Term, delegate
from app.people.leaving import end_posts, is_last_administrator
from app.people.models import Delegation, Membership, Role, User

Cast = SimpleNamespace


def school_of(person: object) -> int:
    found: int = person.posts[0].school_id  # type: ignore[attr-defined]
    return found


def test_posts_and_delegations_end_and_the_account_stays(context: Context, cast: Cast) -> None:
    leaver, school_id = cast.vice_principal, school_of(cast.vice_principal)
    with context.database.transaction() as session:
        delegate(session, cast.principal, Mandate(leaver.user_id, "KT.", Term(today(), today())))
        end_posts(session, school_id, leaver.user_id, cast.clerk.user_id)
    with context.database.transaction() as session:
        left = authority_of(session, leaver.user_id)
        assert left is not None
        assert left.posts == ()
        assert session.scalars(select(Delegation.revoked_at)).one() is not None
        assert session.get_one(User, leaver.user_id).disabled_at is None
        entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "account.places")).one()
        assert entry.facts["delegations_ended"] == [session.scalars(select(Delegation.id)).one()]


def test_what_he_is_elsewhere_goes_on(context: Context, cast: Cast) -> None:
    leaver, school_id = cast.teacher, school_of(cast.teacher)
    elsewhere = school_of(cast.b_teacher)
    with context.database.transaction() as session:
        session.add(Membership(user_id=leaver.user_id, role=Role.TEACHER, school_id=elsewhere))
        session.flush()
        end_posts(session, school_id, leaver.user_id, cast.clerk.user_id)
    with context.database.transaction() as session:
        left = authority_of(session, leaver.user_id)
        assert left is not None
        assert {post.school_id for post in left.posts} == {elsewhere}


def test_to_leave_twice_is_written_down_once(context: Context, cast: Cast) -> None:
    for _ in range(2):
        with context.database.transaction() as session:
            end_posts(session, school_of(cast.teacher), cast.teacher.user_id, cast.clerk.user_id)
    with context.database.transaction() as session:
        entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.kind == "account.places")
        assert session.scalar(entries) == 1


def test_the_only_administrator_is_the_last_one(context: Context, cast: Cast) -> None:
    school_id = school_of(cast.records_admin)
    with context.database.transaction() as session:
        assert is_last_administrator(session, school_id, cast.records_admin.user_id)
        assert not is_last_administrator(session, school_id, cast.teacher.user_id)
        session.add(Membership(user_id=cast.clerk.user_id, role=Role.RECORDS_ADMIN, school_id=school_id))
        session.flush()
        assert not is_last_administrator(session, school_id, cast.records_admin.user_id)
