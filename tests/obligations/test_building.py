"""Building a school's obligations: only what differs changes, and what was handed in stays."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from app.audit.models import AuditHead
from app.catalogue.models import RecordType, TypeSwitch
from app.catalogue.periods import present_year
from app.context import Context
from app.obligations.board import counted
from app.obligations.building import build, rebuild_school, rebuild_where_never_built
from app.obligations.models import Obligation, ObligationCount
from app.obligations.reach import Scope
from app.obligations.reminders import digests_of
from app.obligations.summaries import count_again
from app.people.accounts import administrator_of, disable
from app.people.models import Membership, User
from app.schools.models import School
from app.schools.queries import school_by_code
from tests.conftest import Cast
from tests.handing_in import decide, hand_in
from tests.obligations.test_summaries import kept, recounted
from workflows.model import Action

YEAR = "2026-2027"
MONDAY = datetime(2026, 11, 16, 5, tzinfo=UTC)
"""When the plans of some weeks are late, those due on the Saturday before being news."""


def school_of(session: Session) -> int:
    return school_by_code(session, "truong-a").id


def built(context: Context) -> int:
    with context.database.transaction() as session:
        return build(session, school_of(session), YEAR)


def plans_of(session: Session, person: uuid.UUID) -> list[str]:
    own = select(Obligation.period).join(RecordType, RecordType.id == Obligation.record_type_id)
    return list(
        session.scalars(
            own.where(Obligation.owner_id == person, RecordType.code == "KHBD").order_by(Obligation.period)
        )
    )


def queued(session: Session) -> list[tuple[str, dict[str, object]]]:
    """Name and arguments of every job that waits, oldest first."""
    waiting = text("SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
    return [(name, arguments) for name, arguments in session.execute(waiting)]


def head_of_chain(context: Context) -> int:
    with context.database.transaction() as session:
        return session.get_one(AuditHead, "truong-a").number


def leave(context: Context, person: uuid.UUID) -> None:
    """End all that somebody is at his school, some weeks into the year."""
    with context.database.transaction() as session:
        left = update(Membership).where(Membership.user_id == person)
        session.execute(left.values(ended_at=datetime(2026, 10, 1, tzinfo=UTC)))


def told_of_in_letters(context: Context) -> set[uuid.UUID]:
    """Who is in letters of that Monday: as reader, or by what he owes."""
    with context.database.transaction() as session:
        letters = digests_of(session, school_of(session), MONDAY.date(), MONDAY)
        return {*letters, *(person for each in letters.values() for person in each.others)}


def test_the_demo_owes_35_lesson_plans_a_teacher_from_the_start(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        assert len(plans_of(session, cast.teacher.user_id)) == 35
        assert len(plans_of(session, cast.b_teacher.user_id)) == 35


def test_building_again_changes_nothing_and_leaves_no_trace(context: Context) -> None:
    before = head_of_chain(context)
    assert built(context) == 0
    assert head_of_chain(context) == before


def test_what_who_left_did_not_hand_in_is_owed_no_more_and_what_he_did_still_counts(
    context: Context, cast: Cast, pdf: Callable[..., bytes]
) -> None:
    late = hand_in(context, cast.teacher, pdf("trễ"), period=f"{YEAR}/W02").record
    decide(context, cast.head, late, Action.RETURN, "Bổ sung")
    hand_in(context, cast.teacher, pdf("sớm"), period=f"{YEAR}/W20")
    leave(context, cast.teacher.user_id)
    before = head_of_chain(context)
    assert built(context) > 0
    assert head_of_chain(context) == before + 1
    with context.database.transaction() as session:
        assert plans_of(session, cast.teacher.user_id) == [f"{YEAR}/W02", f"{YEAR}/W20"]
    assert built(context) == 0


def test_who_left_is_neither_on_the_board_nor_in_letters_for_what_he_did_not_hand_in(
    context: Context, cast: Cast
) -> None:
    assert cast.teacher.user_id in told_of_in_letters(context)
    leave(context, cast.teacher.user_id)
    built(context)
    count_again(context)
    assert kept(context) == recounted(context)
    assert cast.teacher.user_id not in told_of_in_letters(context)
    with context.database.transaction() as session:
        scope = Scope(school_of(session))
        rows = counted(session, scope, YEAR, MONDAY, {f"{YEAR}/W02": "W02"})
        assert f"u:{cast.teacher.user_id}" not in {row.debtor.key for row in rows}


def test_an_end_of_posts_that_is_taken_back_lets_everything_be_owed_again(
    context: Context, cast: Cast
) -> None:
    leave(context, cast.teacher.user_id)
    built(context)
    with context.database.transaction() as session:
        own = update(Membership).where(Membership.user_id == cast.teacher.user_id)
        session.execute(own.values(ended_at=None))
    built(context)
    with context.database.transaction() as session:
        assert len(plans_of(session, cast.teacher.user_id)) == 35


def test_a_type_switched_off_is_not_owed_any_more(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        session.add(
            TypeSwitch(
                school_id=school_of(session),
                code="KHBD",
                year=YEAR,
                on=False,
                switched_by_id=cast.principal.user_id,
            )
        )
    built(context)
    with context.database.transaction() as session:
        assert plans_of(session, cast.teacher.user_id) == []
        assert len(plans_of(session, cast.b_teacher.user_id)) == 35


def test_a_type_taken_up_in_mid_year_is_owed_from_then_on(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        slips = TypeSwitch(school_id=school_of(session), code="PBG", year=YEAR, on=True)
        slips.switched_by_id = cast.principal.user_id
        slips.switched_at = datetime(2026, 11, 22, tzinfo=UTC)
        session.add(slips)
    built(context)
    with context.database.transaction() as session:
        slip = select(RecordType.id).where(RecordType.code == "PBG").scalar_subquery()
        own = select(Obligation.period).where(
            Obligation.owner_id == cast.teacher.user_id, Obligation.record_type_id == slip
        )
        assert sorted(session.scalars(own)) == [f"{YEAR}/W{n:02}" for n in range(13, 36)]
        assert len(plans_of(session, cast.teacher.user_id)) == 35


def test_a_new_head_is_asked_for_the_departments_records(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        headed = session.scalars(
            select(Membership).where(
                Membership.user_id == cast.head.user_id, Membership.department_id.is_not(None)
            )
        ).all()
        for each in headed:
            each.user_id = cast.teacher.user_id
    built(context)
    with context.database.transaction() as session:
        asked = select(Obligation.owner_id).where(Obligation.party == f"d:{headed[0].department_id}")
        assert set(session.scalars(asked)) == {cast.teacher.user_id}


def test_an_account_that_was_closed_owes_nothing_more(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        closed = update(User).where(User.id == cast.teacher.user_id)
        session.execute(closed.values(disabled_at=datetime(2026, 9, 20, tzinfo=UTC)))
    built(context)
    with context.database.transaction() as session:
        assert plans_of(session, cast.teacher.user_id) == []


def test_one_schools_building_touches_no_other_school(context: Context) -> None:
    with context.database.transaction() as session:
        elsewhere = (
            select(func.count()).select_from(Obligation).join(School, School.id == Obligation.school_id)
        )
        before = session.scalar(elsewhere.where(School.code == "truong-b"))
        session.execute(update(Membership).values(ended_at=datetime(2026, 8, 1, tzinfo=UTC)))
    built(context)
    with context.database.transaction() as session:
        assert session.scalar(elsewhere.where(School.code == "truong-b")) == before
        assert session.scalar(elsewhere.where(School.code == "truong-a", Obligation.party.like("u:%"))) == 0


def test_two_builders_of_one_school_do_the_work_once(context: Context, cast: Cast) -> None:
    leave(context, cast.teacher.user_id)
    before = head_of_chain(context)
    with ThreadPoolExecutor(2) as builders:
        changed = list(builders.map(built, [context] * 2))
    assert min(changed) == 0
    assert max(changed) > 0
    assert head_of_chain(context) == before + 1


def test_a_change_of_places_has_the_schools_obligations_built_again(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        admin = administrator_of(session, cast.records_admin)
        disable(session, admin, cast.teacher.user_id)
        assert ("rebuild_school", {"school_id": admin.school.id}) in queued(session)
        school_id = admin.school.id
    rebuild_school(context, school_id)
    with context.database.transaction() as session:
        assert plans_of(session, cast.teacher.user_id) == []


def test_only_schools_that_never_were_built_are_built_at_the_start(context: Context) -> None:
    with context.database.transaction() as session:
        rebuild_where_never_built(session)
        assert queued(session) == []
        other = school_by_code(session, "truong-b").id
        session.execute(delete(ObligationCount).where(ObligationCount.school_id == other))
        rebuild_where_never_built(session)
        assert queued(session) == [("build_obligations", {"school_id": other, "year": present_year()})]
