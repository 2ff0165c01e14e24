"""Whatever rests on a name rests on a living post: who left the school, or is shut out, acts in nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.approvals.actions import Decision, act
from app.approvals.facts import actions_for
from app.approvals.standing import standing_of
from app.catalogue.periods import present_year
from app.clock import today
from app.context import Context
from app.corrections.deciding import consent
from app.corrections.queries import corrections_known_to
from app.corrections.requesting import request_correction
from app.corrections.witnessing import confirm
from app.db import now
from app.errors import NotAllowed, NotFound
from app.handovers.confirming import confirm_giving, confirm_taking
from app.handovers.drawing_up import Draft, draw_up
from app.handovers.queries import handover_view, handovers_known_to
from app.laptops.queries import registrations_known_to
from app.laptops.registering import Registration, register, withdraw
from app.people.accounts import disable
from app.people.authority import Authority, authority_of
from app.people.delegation_papers import given_by
from app.people.delegation_queries import delegations_known_to
from app.people.delegations import Mandate, Term, delegate, revoke
from app.people.leaving import end_posts
from app.people.models import Role
from app.records.lists import Filters, list_records
from app.records.models import Record
from app.records.queries import view_of
from app.running.worker import run_worker
from tests.conftest import Cast
from tests.handing_in import decide, hand_in, hand_in_again
from tests.people.test_lapsing import administrator, places
from workflows.model import Action

Pdf = Callable[..., bytes]


@dataclass(frozen=True)
class Held:
    """What bears the name of one person, who heads a department, in every room."""

    submitted: Record
    filed: Record
    corrected: Record
    correction: int
    gives: int
    takes: int
    laptop: int
    delegation: int


Verb = Callable[[Session, Authority, Held], object]


def _withdraw(session: Session, who: Authority, held: Held) -> None:
    record = session.get_one(Record, held.submitted.id)
    act(session, who, Decision(record.id, Action.WITHDRAW, record.turn, record.sha256))


VERBS: Mapping[str, Verb] = {
    "read": lambda session, who, held: view_of(session, who, held.filed.id),
    "withdraw": _withdraw,
    "ask for a correction": lambda session, who, held: request_correction(
        session, who, held.filed.id, "Nhầm"
    ),
    "witness": lambda session, who, held: confirm(session, who, held.correction),
    "read a handover": lambda session, who, held: handover_view(session, who, held.gives),
    "give": lambda session, who, held: confirm_giving(session, who, held.gives),
    "take": lambda session, who, held: confirm_taking(session, who, held.takes),
    "take a registration back": lambda session, who, held: withdraw(session, who, held.laptop),
    "attach a paper": lambda session, who, held: given_by(session, who, held.delegation),
    "revoke": lambda session, who, held: revoke(session, who, held.delegation),
}
"""All that a person may do because something bears his name."""


@pytest.fixture
def held(context: Context, cast: Cast, pdf: Pdf) -> Held:
    me, other = cast.head, cast.teacher
    submitted = hand_in(context, me, pdf("chờ"), period="2026-2027/W13").record
    filed = _filed(context, cast, pdf("đã lưu"), "2026-2027/W14")
    corrected = _filed(context, cast, pdf("cần sửa"), "2026-2027/W15")
    with context.database.transaction() as session:
        correction = request_correction(session, me, corrected.id, "Nhầm ngày").id
        consent(session, cast.principal, correction, now() + timedelta(days=1))
    hand_in_again(context, me, pdf("đã sửa"), corrected)
    with context.database.transaction() as session:
        handovers = [
            draw_up(
                session,
                cast.clerk,
                filed.school_id,
                Draft(giver.user_id, taker.user_id, today(), "Nghỉ", True, []),
            )
            for giver, taker in ((me, other), (cast.teacher5, me))
        ]
        registration = register(session, me, filed.school_id, Registration(present_year(), True, True, True))
        department = next(post.department_id for post in me.posts)
        lent = delegate(
            session,
            me,
            Mandate(other.user_id, "TUQ.", Term(today(), today()), department_id=department),
        )
        return Held(
            submitted,
            filed,
            corrected,
            correction,
            handovers[0].id,
            handovers[1].id,
            registration.id,
            lent.id,
        )


def _filed(context: Context, cast: Cast, content: bytes, period: str) -> Record:
    record = hand_in(context, cast.head, content, period=period).record
    decide(context, cast.principal, record, Action.SIGN_OFF)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        return session.get_one(Record, record.id)


def now_of(context: Context, person: Authority) -> Authority | None:
    with context.database.transaction() as session:
        return authority_of(session, person.user_id)


def test_who_left_can_do_nothing_of_what_he_could_and_reads_nothing(
    context: Context, cast: Cast, held: Held
) -> None:
    with context.database.transaction() as session:
        end_posts(session, held.filed.school_id, cast.head.user_id, cast.clerk.user_id)
    left = now_of(context, cast.head)
    assert left is not None
    for verb in VERBS.values():
        with pytest.raises((NotFound, NotAllowed)), context.database.transaction() as session:
            verb(session, left, held)
    with context.database.transaction() as session:
        assert list_records(session, left, Filters(), limit=10) == []
        assert corrections_known_to(session, left) == []
        assert handovers_known_to(session, left) == []
        assert delegations_known_to(session, left) == []
        assert registrations_known_to(session, left, held.submitted.school_id, present_year()) == []
        record = session.get_one(Record, held.submitted.id)
        assert actions_for(left, record, standing_of(session, record)) == ()


def test_who_is_shut_out_is_nobody(context: Context, cast: Cast, held: Held) -> None:
    assert held.gives
    with context.database.transaction() as session:
        disable(session, administrator(session, cast), cast.head.user_id)
    assert now_of(context, cast.head) is None


def test_who_moved_to_another_department_keeps_what_is_his_and_decides_in_the_old_one_no_more(
    context: Context, cast: Cast, held: Held, pdf: Pdf
) -> None:
    others = hand_in(context, cast.teacher2, pdf("của người khác")).record
    with context.database.transaction() as session:
        places("head", (Role.HEAD, "head2"))(session, administrator(session, cast), cast)
    moved = now_of(context, cast.head)
    assert moved is not None
    for name, verb in VERBS.items():
        if name != "revoke":
            with context.database.transaction() as session:
                verb(session, moved, held)
    with pytest.raises(NotFound):
        decide(context, moved, others, Action.APPROVE)
