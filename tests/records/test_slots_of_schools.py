"""What somebody hands in at one school never stands in the way at another, and goes by its own posts."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.approvals.deciders import schools_on_another_route
from app.approvals.ownership import Passing, pass_on
from app.approvals.queue import waiting_for
from app.approvals.submissions import submit
from app.context import Context
from app.people.authority import Authority
from app.people.models import Role
from app.records.intake import Description
from app.records.models import Record
from app.records.queries import RecordView
from app.records.refusals import Duplicate, SlotTaken
from tests.conftest import Cast
from tests.handing_in import decide, uploaded
from tests.two_schools import FIRST, SECOND, also_at
from workflows.model import Action, State

Pdf = Callable[..., bytes]
WEEK = "2026-2027/W12"


def planned(context: Context, who: Authority, content: bytes, school: str, title: str = "") -> RecordView:
    """Hand the plan of one lesson in, for one of several schools."""
    said = Description("KHBD", WEEK, title, class_name="6A", subject="Toán", school=school)
    with uploaded(context, content) as upload:
        return submit(context, who, upload, said)


@pytest.fixture
def of_both(context: Context, cast: Cast) -> Authority:
    """A teacher of both schools, in a department of each."""
    return also_at(context, cast.teacher, SECOND, Role.TEACHER, "T1")


@pytest.mark.parametrize("same_bytes", [True, False])
def test_the_same_lesson_is_handed_in_at_both_schools(
    context: Context, of_both: Authority, pdf: Pdf, same_bytes: bool
) -> None:
    first = planned(context, of_both, pdf("bài"), FIRST, "Phân số")
    second = planned(context, of_both, pdf("bài" if same_bytes else "bài khác"), SECOND, "Phân số")
    assert [first.school_code, second.school_code] == [FIRST, SECOND]


def test_within_one_school_the_slot_is_still_one_and_the_refusal_names_that_schools_record(
    context: Context, of_both: Authority, pdf: Pdf
) -> None:
    planned(context, of_both, pdf("bài"), FIRST)
    second = planned(context, of_both, pdf("bài"), SECOND)
    with pytest.raises(Duplicate) as twice:
        planned(context, of_both, pdf("bài"), SECOND)
    with pytest.raises(SlotTaken) as taken:
        planned(context, of_both, pdf("bài khác"), SECOND)
    named = {twice.value.values["record"], taken.value.values["record"]}
    assert named == {second.record.id}


def test_the_database_itself_keeps_one_record_in_a_schools_slot(
    context: Context, of_both: Authority, pdf: Pdf
) -> None:
    first = planned(context, of_both, pdf("bài"), FIRST, "Phân số").record
    second = planned(context, of_both, pdf("bài khác"), SECOND, "Phân số").record
    moved = update(Record).where(Record.id == second.id).values(school_id=first.school_id)
    with context.database.transaction() as session, pytest.raises(IntegrityError):
        session.execute(moved)


def test_what_is_handed_over_finds_its_slot_free_where_the_taker_filled_it_at_another_school(
    context: Context, cast: Cast, of_both: Authority, pdf: Pdf
) -> None:
    taken_over = planned(context, cast.teacher2, pdf("của người giao"), "", "Phân số").record
    planned(context, of_both, pdf("bài"), SECOND, "Phân số")
    passing = Passing(cast.teacher2.user_id, of_both.user_id, [taken_over.id], (), "Bàn giao")
    with context.database.transaction() as session:
        assert pass_on(session, passing).record_ids == [taken_over.id]


def queues(context: Context, **people: Authority) -> Iterator[str]:
    """Name those of some people whom something waits for."""
    with context.database.transaction() as session:
        yield from (name for name, each in people.items() if waiting_for(session, each, limit=9))


def test_a_head_at_the_second_school_who_teaches_at_the_first_goes_by_its_head(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    person = also_at(context, cast.b_head, FIRST, Role.TEACHER, "T1")
    record = planned(context, person, pdf("bài"), FIRST).record

    assert record.route == "teacher"
    assert list(queues(context, head=cast.head, principal=cast.principal, own=person)) == ["head"]
    with context.database.transaction() as session:
        assert not schools_on_another_route(session)
    decide(context, cast.head, record, Action.APPROVE)
    assert list(queues(context, head=cast.head, principal=cast.principal, own=person)) == ["principal"]


def test_where_they_head_it_the_principal_of_that_school_decides(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    person = also_at(context, cast.b_head, FIRST, Role.TEACHER, "T1")
    record = planned(context, person, pdf("bài"), SECOND).record

    assert record.route == "department"
    people = {"head": cast.head, "principal": cast.principal, "b_principal": cast.b_principal}
    assert list(queues(context, **people)) == ["b_principal"]
    decide(context, cast.b_principal, record, Action.SIGN_OFF)
    with context.database.transaction() as session:
        assert session.get_one(Record, record.id).state == State.SIGNED_OFF


def test_who_leads_one_school_decides_nothing_at_the_other_where_they_teach(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    principal = also_at(context, cast.b_principal, FIRST, Role.TEACHER, "T1")
    record = planned(context, principal, pdf("bài"), FIRST).record
    planned(context, cast.teacher2, pdf("bài"), "")

    assert record.route == "teacher"
    people = {"head": cast.head, "b_principal": principal}
    assert list(queues(context, **people)) == ["head"]
