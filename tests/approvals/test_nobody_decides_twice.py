"""Nobody decides twice on one version, whichever posts and delegations bring him to its next step."""

from collections.abc import Callable

import pytest

from app.approvals.actions import Decision, act_on_many
from app.approvals.facts import actions_for
from app.approvals.queue import count_waiting, waiting_for
from app.approvals.standing import FREE
from app.clock import today
from app.context import Context
from app.errors import NotAllowed
from app.people.authority import Authority, authority_of
from app.people.delegations import Mandate, Term, delegate
from app.people.models import Membership, Role
from app.records.models import Record
from tests.conftest import Cast
from tests.handing_in import decide, hand_in, hand_in_again
from workflows.model import Action

Pdf = Callable[..., bytes]


def appointed(
    context: Context, who: Authority, role: Role, department_id: int | None, school_id: int
) -> Authority:
    with context.database.transaction() as session:
        session.add(
            Membership(user_id=who.user_id, role=role, school_id=school_id, department_id=department_id)
        )
    return again(context, who)


def again(context: Context, who: Authority) -> Authority:
    with context.database.transaction() as session:
        now = authority_of(session, who.user_id)
    assert now is not None
    return now


def lend_to_the_vice_principal(context: Context, cast: Cast) -> Authority:
    with context.database.transaction() as session:
        mandate = Mandate(cast.vice_principal.user_id, "KT.", Term(today(), today()))
        delegate(session, cast.principal, mandate)
    return again(context, cast.vice_principal)


def principal_who_heads(context: Context, cast: Cast) -> Authority:
    (head,) = [post for post in cast.head.posts if post.role is Role.HEAD]
    assert head.school_id is not None
    return appointed(context, cast.principal, Role.HEAD, head.department_id, head.school_id)


def vice_principal_who_heads_with_a_delegation(context: Context, cast: Cast) -> Authority:
    lend_to_the_vice_principal(context, cast)
    (head,) = [post for post in cast.head.posts if post.role is Role.HEAD]
    assert head.school_id is not None
    return appointed(context, cast.vice_principal, Role.HEAD, head.department_id, head.school_id)


def head_who_becomes_principal(context: Context, cast: Cast) -> Authority:
    (post,) = [post for post in cast.principal.posts if post.role is Role.PRINCIPAL]
    assert post.school_id is not None
    return appointed(context, cast.head, Role.PRINCIPAL, None, post.school_id)


BOTH = (principal_who_heads, vice_principal_who_heads_with_a_delegation, head_who_becomes_principal)


def offered(context: Context, who: Authority, record: Record) -> tuple[Action, ...]:
    with context.database.transaction() as session:
        return actions_for(who, session.get_one(Record, record.id), FREE)


def queued(context: Context, who: Authority) -> list[object]:
    with context.database.transaction() as session:
        listed = [view.record.id for view in waiting_for(session, who, limit=10)]
        assert count_waiting(session, who) == len(listed)
        return list(listed)


@pytest.mark.parametrize("both", BOTH)
@pytest.mark.parametrize("action", [Action.SIGN_OFF, Action.RETURN])
def test_who_approved_has_no_button_no_place_in_his_queue_and_is_refused(
    context: Context, cast: Cast, pdf: Pdf, both: Callable[[Context, Cast], Authority], action: Action
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    who = both(context, cast)
    decide(context, who, record, Action.APPROVE)

    assert offered(context, who, record) == ()
    assert record.id not in queued(context, who)
    with context.database.transaction() as session:
        now = session.get_one(Record, record.id)
        seen = Decision(record.id, action, now.turn, now.sha256, "Đã đọc")
        (outcome,) = act_on_many(session, who, [seen])
    assert outcome.refusal is not None
    if action is Action.SIGN_OFF:
        with pytest.raises(NotAllowed):
            decide(context, who, record, action)


def test_the_next_authority_up_signs_what_the_other_approved(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    decide(context, principal_who_heads(context, cast), record, Action.APPROVE)
    deputy = lend_to_the_vice_principal(context, cast)

    assert queued(context, deputy) == [record.id]
    assert offered(context, deputy, record) == (Action.SIGN_OFF, Action.RETURN)
    decide(context, deputy, record, Action.SIGN_OFF)


def test_a_new_version_starts_anew(context: Context, cast: Cast, pdf: Pdf) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    both = principal_who_heads(context, cast)
    decide(context, both, record, Action.APPROVE)
    deputy = lend_to_the_vice_principal(context, cast)
    decide(context, deputy, record, Action.RETURN, "Thiếu mục tiêu")
    hand_in_again(context, cast.teacher, pdf("lần hai"), record)

    decide(context, cast.head, record, Action.APPROVE)
    assert offered(context, both, record) == (Action.SIGN_OFF, Action.RETURN)
    decide(context, both, record, Action.SIGN_OFF)


def test_who_handed_a_version_in_does_not_decide_on_it_when_it_is_anothers(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.teacher, pdf()).record
    with context.database.transaction() as session:
        session.get_one(Record, record.id).owner_id = cast.teacher2.user_id
    (post,) = [post for post in cast.head.posts if post.role is Role.HEAD]
    assert post.school_id is not None
    risen = appointed(context, cast.teacher, Role.HEAD, post.department_id, post.school_id)

    assert offered(context, risen, record) == ()
    assert queued(context, risen) == []
    with pytest.raises(NotAllowed):
        decide(context, risen, record, Action.APPROVE)
