"""A correction waits for nobody nowhere: who is missing is said on the pages and written to who appoints."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.approvals.also_waiting import also_waiting_for
from app.approvals.standstill_letters import ask_for_deciders
from app.approvals.standstills import standstills_for
from app.clock import today
from app.context import Context
from app.corrections.deciding import consent
from app.corrections.models import Correction, CorrectionState, Part, Witness
from app.corrections.requesting import request_correction
from app.corrections.standstills import corrections_at_a_stand, standstill_of
from app.db import now
from app.errors import NotAllowed
from app.people.accounts import disable, enable
from app.people.authority import Authority
from app.people.delegations import Mandate, Term, delegate
from app.people.lacks import ADVICE, Lack
from app.people.models import Role
from app.records.models import Record
from app.running.worker import run_worker
from app.web.application import create_app
from tests.api.piles import pile
from tests.browsing import signed_in
from tests.conftest import Cast
from tests.corrections.test_closing import correcting, witness
from tests.corrections.test_witnesses import handed_in_again, now_of
from tests.handing_in import decide, hand_in
from tests.handovers.giving import carried_out
from tests.notices.post_office import PostOffice
from tests.people.test_lapsing import Change, account, change, leave, places
from tests.tree.steps import file_one
from workflows.model import Action

Pdf = Callable[..., bytes]


def lend(context: Context, cast: Cast) -> None:
    with context.database.transaction() as session:
        delegate(session, cast.principal, Mandate(cast.vice_principal.user_id, "", Term(today(), today())))


def asked_by(context: Context, who: Authority, record: Record) -> int:
    with context.database.transaction() as session:
        return request_correction(session, who, record.id, "Ghi nhầm ngày").id


def lack_of(context: Context, correction: int) -> Lack | None:
    with context.database.transaction() as session:
        found = standstill_of(session, correction)
    return None if found is None else found.lack


def of_the_principal(context: Context, cast: Cast, pdf: Pdf) -> tuple[Record, int]:
    """File a record of the principal's own, and let him ask for its correction when nobody stands in."""
    record = hand_in(context, cast.principal, pdf("của hiệu trưởng")).record
    lend(context, cast)
    decide(context, now_of(context, cast.vice_principal), record, Action.SIGN_OFF)
    run_worker(context, wait=False)
    change(context, cast, account(disable, "vice_principal"))
    change(context, cast, account(enable, "vice_principal"))
    return record, asked_by(context, cast.principal, record)


def test_a_principals_own_request_waits_for_a_delegation(context: Context, cast: Cast, pdf: Pdf) -> None:
    _, correction = of_the_principal(context, cast, pdf)
    assert lack_of(context, correction) is Lack.CONSENT
    lend(context, cast)
    assert lack_of(context, correction) is None


def test_a_request_waits_for_a_principal_where_there_is_none(context: Context, cast: Cast, pdf: Pdf) -> None:
    correction = asked_by(context, cast.teacher, file_one(context, cast, pdf("một")))
    assert lack_of(context, correction) is None
    change(context, cast, account(disable, "principal"))
    assert lack_of(context, correction) is Lack.PRINCIPAL


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ([leave("records_admin")], Lack.ADMINISTRATOR),
        ([account(disable, "principal"), account(disable, "vice_principal")], Lack.LEADER),
        ([account(disable, "teacher")], Lack.REQUESTER),
        ([leave("teacher")], Lack.REQUESTER),
        (
            [
                places("vice_principal", (Role.VICE_PRINCIPAL, "clerk"), (Role.RECORDS_ADMIN, "clerk")),
                account(disable, "principal"),
                leave("records_admin"),
            ],
            Lack.THIRD_PERSON,
        ),
        ([account(disable, "vice_principal")], None),
        ([account(disable, "clerk"), account(disable, "head")], None),
    ],
)
def test_an_open_correction_whose_witness_goes_names_who_is_missing(
    context: Context, cast: Cast, pdf: Pdf, changes: list[Change], lack: Lack | None
) -> None:
    correction = correcting(context, cast, file_one(context, cast, pdf("một")))
    assert lack_of(context, correction) is None
    change(context, cast, *changes)
    assert lack_of(context, correction) is lack


def test_whoever_has_confirmed_may_go(context: Context, cast: Cast, pdf: Pdf) -> None:
    _, correction = handed_in_again(context, cast, pdf)
    witness(context, correction, cast.records_admin)
    change(context, cast, leave("records_admin"))
    assert lack_of(context, correction) is None


def test_a_handover_brings_it_to_its_end(context: Context, cast: Cast, pdf: Pdf) -> None:
    _, correction = handed_in_again(context, cast, pdf)
    carried_out(context, cast, leaves=True)
    assert lack_of(context, correction) is None


def living(context: Context, cast: Cast, owner: Authority, count: int) -> None:
    """Put down corrections of so many records: by turns asked for, and open with one who confirmed it."""
    school = owner.posts[0].school_id
    assert school is not None
    pile(context, owner, count, "truong-b" if owner is cast.b_teacher else "truong-a")
    with context.database.transaction() as session:
        for number, record in enumerate(
            session.scalars(select(Record).where(Record.owner_id == owner.user_id))
        ):
            state = CorrectionState.OPEN if number % 2 else CorrectionState.REQUESTED
            about = {"record_id": record.id, "old_turn": 0, "old_version": 0, "old_sha256": record.sha256}
            asked = Correction(
                school_id=school, state=state, reason="Ghi nhầm", requested_by_id=owner.user_id, **about
            )
            session.add(asked)
            session.flush()
            session.add(
                Witness(
                    correction_id=asked.id,
                    part=Part.REQUESTER,
                    version=1,
                    user_id=owner.user_id,
                    could=[Part.REQUESTER],
                    sha256=record.sha256,
                )
            )


def test_all_corrections_cost_as_many_statements_as_one(context: Context, cast: Cast) -> None:
    living(context, cast, cast.b_teacher, 1)
    change(context, cast, account(disable, "principal"), account(disable, "vice_principal"), leave("teacher"))
    sent: list[str] = []
    event.listen(context.database.engine, "before_cursor_execute", lambda *call: sent.append(call[2]))

    def statements_for(found: int) -> int:
        sent.clear()
        with context.database.transaction() as session:
            assert len(corrections_at_a_stand(session)) == found
        return len(sent)

    for_one = statements_for(0)
    living(context, cast, cast.teacher, 40)
    assert statements_for(40) == for_one == 4


def test_what_stands_is_listed_however_many_go_on_before_it(context: Context, cast: Cast, pdf: Pdf) -> None:
    living(context, cast, cast.teacher, 3)
    _, correction = of_the_principal(context, cast, pdf)
    with context.database.transaction() as session:
        assert [each.correction_id for each in corrections_at_a_stand(session, most=1)] == [correction]


def test_pages_say_it_and_one_letter_goes_to_each_who_can_mend_it(
    writing: Context, office: PostOffice, cast: Cast, pdf: Pdf
) -> None:
    _, correction = of_the_principal(writing, cast, pdf)
    for _ in range(2):
        ask_for_deciders(writing)
        run_worker(writing, wait=False)
    said = ADVICE[Lack.CONSENT].detail
    told = sorted(letter["To"] for letter in office.letters if said in letter.get_content())
    told_of = (cast.principal, cast.vice_principal, cast.records_admin)
    assert told == sorted(person.email for person in told_of)
    app = create_app(writing)
    for person in (cast.principal, cast.records_admin):
        browser = signed_in(app, person.email)
        for page in ("/viec-cua-toi", "/cho-duyet", "/truong", "/theo-doi"):
            shown = browser.get(page).text
            assert said in shown, page
            assert "1 đề nghị sửa chữa đang chờ; lâu nhất chờ" in shown
            assert "hồ sơ đang chờ" not in shown
            assert f"/sua-chua/{correction}" in shown
        assert said in browser.get(f"/sua-chua/{correction}").text
    with writing.database.transaction() as session:
        assert standstills_for(session, cast.b_principal) == []


def test_nobody_consents_to_the_correction_of_his_own_record_whoever_asked_for_it(
    context: Context, cast: Cast, pdf: Pdf
) -> None:
    record = hand_in(context, cast.principal, pdf("của hiệu trưởng")).record
    lend(context, cast)
    decide(context, now_of(context, cast.vice_principal), record, Action.SIGN_OFF)
    run_worker(context, wait=False)
    with context.database.transaction() as session:
        session.get_one(Record, record.id).keeper_id = cast.teacher.user_id
    correction = asked_by(context, cast.teacher, record)
    until = now() + timedelta(days=1)
    with pytest.raises(NotAllowed), context.database.transaction() as session:
        consent(session, cast.principal, correction, until)
    with context.database.transaction() as session:
        assert also_waiting_for(session, cast.principal).corrections == 0
        assert also_waiting_for(session, now_of(context, cast.vice_principal)).corrections == 1
    assert lack_of(context, correction) is None
    change(context, cast, account(disable, "vice_principal"))
    assert lack_of(context, correction) is Lack.CONSENT
    change(context, cast, account(enable, "vice_principal"))
    lend(context, cast)
    with context.database.transaction() as session:
        consent(session, now_of(context, cast.vice_principal), correction, until)
