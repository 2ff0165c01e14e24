"""Three people confirm a change, each one part: in any order, for what stands, and for who has left."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import combinations, permutations, product

import pytest
from sqlalchemy import select

from app.context import Context
from app.corrections.matching import matched
from app.corrections.models import Correction, Part, Witness
from app.corrections.refusals import (
    AdministratorMissing,
    AlreadyConfirmed,
    LeaderMissing,
    NothingToConfirm,
    ThirdPersonMissing,
    WitnessMissing,
)
from app.corrections.requesting import request_correction
from app.corrections.witnessing import confirm
from app.errors import NotAllowed, NotFound
from app.people.accounts import disable
from app.people.authority import Authority, authority_of
from app.people.models import Role
from app.records.models import Record
from app.running.worker import run_worker
from tests.conftest import Cast
from tests.corrections.test_closing import correcting, sign_again, witness
from tests.handing_in import decide, hand_in_again
from tests.handovers.giving import carried_out
from tests.people.test_lapsing import Change, account, change, places
from tests.tree.steps import file_one
from workflows.model import Action

Pdf = Callable[..., bytes]
_SUBSETS = [frozenset(some) for size in (1, 2, 3) for some in combinations(Part, size)]
BOTH = ((Role.VICE_PRINCIPAL, "clerk"), (Role.RECORDS_ADMIN, "clerk"))


def come_in(order: Sequence[int], could: Sequence[Collection[Part]]) -> set[Part]:
    """Let people confirm one after the other, each only if room can be made, and return what is filled."""
    people = [uuid.UUID(int=number) for number in range(len(could))]
    parts: Mapping[uuid.UUID, Part] = {}
    for number in order:
        asked = {person: could[person.int] for person in (*parts, people[number])}
        parts = matched(asked, parts) or parts
    return set(parts.values())


def test_the_order_in_which_three_people_come_changes_nothing() -> None:
    for could in product(_SUBSETS, repeat=3):
        filled = {frozenset(come_in(order, could)) == frozenset(Part) for order in permutations(range(3))}
        assert len(filled) == 1, could


def test_who_has_a_part_is_moved_only_where_that_makes_room() -> None:
    both, leader = frozenset({Part.LEADER, Part.ADMINISTRATOR}), frozenset({Part.LEADER})
    first, second = uuid.UUID(int=1), uuid.UUID(int=2)
    assert matched({first: both, second: both}, {first: Part.ADMINISTRATOR}) == {
        first: Part.ADMINISTRATOR,
        second: Part.LEADER,
    }
    assert matched({first: both, second: leader}, {first: Part.LEADER}) == {
        first: Part.ADMINISTRATOR,
        second: Part.LEADER,
    }
    assert matched({first: leader, second: leader}, {first: Part.LEADER}) is None


def now_of(context: Context, person: Authority) -> Authority:
    with context.database.transaction() as session:
        found = authority_of(session, person.user_id)
    assert found is not None
    return found


def handed_in_again(context: Context, cast: Cast, pdf: Pdf) -> tuple[Record, int]:
    record = file_one(context, cast, pdf("bản một"))
    correction = correcting(context, cast, record)
    hand_in_again(context, cast.teacher, pdf("bản hai"), record)
    return record, correction


def how_it_stands(context: Context, correction: int) -> tuple[str, dict[str, uuid.UUID]]:
    with context.database.transaction() as session:
        rows = session.scalars(select(Witness).where(Witness.correction_id == correction)).all()
        state = session.get_one(Correction, correction).state
        return state, {row.part: row.user_id for row in rows}


@pytest.mark.parametrize("order", list(permutations(("teacher", "vice_principal", "principal"))))
def test_who_can_fill_two_parts_makes_room_for_who_can_fill_one(
    context: Context, cast: Cast, pdf: Pdf, order: Sequence[str]
) -> None:
    change(context, cast, places("vice_principal", *BOTH))
    record, correction = handed_in_again(context, cast, pdf)
    sign_again(context, cast, record)
    run_worker(context, wait=False)
    for who in order:
        witness(context, correction, now_of(context, getattr(cast, who)))
    assert how_it_stands(context, correction) == (
        "closed",
        {
            "requester": cast.teacher.user_id,
            "leader": cast.principal.user_id,
            "administrator": cast.vice_principal.user_id,
        },
    )


def test_nobody_confirms_twice_nor_a_part_for_which_there_is_no_room(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    _, correction = handed_in_again(context, cast, pdf)
    witness(context, correction, cast.principal)
    for person in (cast.principal, cast.vice_principal):
        with pytest.raises(AlreadyConfirmed), context.database.transaction() as session:
            confirm(session, person, correction)


@pytest.mark.parametrize("back", [Action.WITHDRAW, Action.RETURN])
def test_a_version_taken_or_sent_back_is_not_confirmed(
    context: Context, cast: Cast, pdf: Pdf, back: Action
) -> None:
    record, correction = handed_in_again(context, cast, pdf)
    decide(context, cast.teacher if back is Action.WITHDRAW else cast.head, record, back, "Chưa đúng")
    with pytest.raises(NothingToConfirm), context.database.transaction() as session:
        confirm(session, cast.principal, correction)
    hand_in_again(context, cast.teacher, pdf("bản ba"), record)
    witness(context, correction, cast.principal)


def test_the_part_of_who_left_is_that_of_whoever_took_over(context: Context, cast: Cast, pdf: Pdf) -> None:
    record, correction = handed_in_again(context, cast, pdf)
    with pytest.raises(NotFound), context.database.transaction() as session:
        confirm(session, cast.teacher2, correction)
    carried_out(context, cast, leaves=True)
    sign_again(context, cast, record)
    run_worker(context, wait=False)
    with pytest.raises(NotFound), context.database.transaction() as session:
        confirm(session, now_of(context, cast.teacher), correction)
    witness(context, correction, cast.teacher2, cast.principal, cast.records_admin)
    state, parts = how_it_stands(context, correction)
    assert (state, parts["requester"]) == ("closed", cast.teacher2.user_id)


def test_what_the_requester_confirmed_before_he_left_stays_his(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    _, correction = handed_in_again(context, cast, pdf)
    witness(context, correction, cast.teacher)
    carried_out(context, cast, leaves=True)
    with pytest.raises(AlreadyConfirmed), context.database.transaction() as session:
        confirm(session, cast.teacher2, correction)


def test_while_the_requester_is_there_nobody_confirms_for_him(context: Context, cast: Cast, pdf: Pdf) -> None:
    _, correction = handed_in_again(context, cast, pdf)
    carried_out(context, cast)
    with pytest.raises(NotAllowed), context.database.transaction() as session:
        confirm(session, cast.teacher2, correction)


@pytest.mark.parametrize(
    ("asker", "before", "missing"),
    [
        (
            "teacher",
            [places("teacher", (Role.TEACHER, "head"), (Role.RECORDS_ADMIN, "clerk"))],
            None,
        ),
        (
            "teacher",
            [
                places("teacher", (Role.TEACHER, "head"), (Role.RECORDS_ADMIN, "clerk")),
                account_of_administrator_ends := places("records_admin", (Role.CLERK, "clerk")),
            ],
            AdministratorMissing,
        ),
        (
            "teacher",
            [places("vice_principal", (Role.CLERK, "clerk")), places("principal", (Role.CLERK, "clerk"))],
            LeaderMissing,
        ),
        (
            "teacher",
            [
                places("vice_principal", *BOTH),
                places("principal", (Role.CLERK, "clerk")),
                account_of_administrator_ends,
            ],
            ThirdPersonMissing,
        ),
    ],
)
def test_who_asks_is_told_at_once_which_appointment_is_missing(
    context: Context,
    cast: Cast,
    pdf: Pdf,
    asker: str,
    before: Sequence[Change],
    missing: type[WitnessMissing] | None,
) -> None:
    record = file_one(context, cast, pdf("đã lưu"))
    change(context, cast, *before)
    person = now_of(context, getattr(cast, asker))
    if missing is None:
        with context.database.transaction() as session:
            assert request_correction(session, person, record.id, "Nhầm").id
        return
    with pytest.raises(missing) as refused, context.database.transaction() as session:
        request_correction(session, person, record.id, "Nhầm")
    assert (refused.value.code, refused.value.status) == ("witness_missing", 409)
    assert "bổ nhiệm thêm" in refused.value.hint


def test_a_shut_out_requester_is_stood_in_for_as_well(context: Context, cast: Cast, pdf: Pdf) -> None:
    _, correction = handed_in_again(context, cast, pdf)
    carried_out(context, cast)
    change(context, cast, account(disable, "teacher"))
    witness(context, correction, cast.teacher2)
    assert how_it_stands(context, correction)[1] == {"requester": cast.teacher2.user_id}
