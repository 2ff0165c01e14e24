"""Short stories of one record, told in buttons pressed one after the other."""

from tests.workflows.test_histories import OneRecord
from workflows.engine import Request
from workflows.model import Action, State


def play(route: str, *steps: tuple[str, Action]) -> OneRecord:
    """Let the people of the school press these buttons, one after the other."""
    record = OneRecord()
    record.upload((route, 1), "teacher")
    for actor, action in steps:
        record.ask(actor, Request(action, record.turn, record.sha256, "Đã đọc"))
    return record


APPROVED_BY_THE_HEAD = ("head", Action.APPROVE)
SIGNED_OFF_BY_THE_PRINCIPAL = ("principal", Action.SIGN_OFF)
FILED_BY_THE_SYSTEM = ("system", Action.FILE)


def test_a_teachers_record_goes_all_the_way() -> None:
    record = play("teacher", APPROVED_BY_THE_HEAD, SIGNED_OFF_BY_THE_PRINCIPAL, FILED_BY_THE_SYSTEM)
    assert record.state is State.FILED
    assert record.turn == 4


def test_an_approval_does_not_outlive_a_return() -> None:
    record = play(
        "teacher",
        APPROVED_BY_THE_HEAD,
        ("principal", Action.RETURN),
        ("teacher", Action.RESUBMIT),
        SIGNED_OFF_BY_THE_PRINCIPAL,
    )
    assert record.state is State.SUBMITTED


def test_a_delegation_that_has_ended_signs_nothing_off() -> None:
    record = play("department")
    record.delegates = {"vice_principal"}
    assert ("vice_principal", Action.SIGN_OFF) in record.buttons()
    record.delegates = set()
    record.ask("vice_principal", Request(Action.SIGN_OFF, record.turn, record.sha256))
    assert record.state is State.SUBMITTED


def test_a_correction_sends_a_filed_record_through_every_decision_again() -> None:
    record = play("teacher", APPROVED_BY_THE_HEAD, SIGNED_OFF_BY_THE_PRINCIPAL, FILED_BY_THE_SYSTEM)
    record.correction_open = True
    for actor, action in (("teacher", Action.RESUBMIT), SIGNED_OFF_BY_THE_PRINCIPAL, APPROVED_BY_THE_HEAD):
        record.ask(actor, Request(action, record.turn, record.sha256))
    assert record.state is State.DEPARTMENT_APPROVED


def test_a_lock_keeps_everybody_from_everything_but_the_filing_of_what_was_signed() -> None:
    record = play("teacher")
    record.locked = True
    assert record.buttons() == []
    record.locked = False
    for actor, action in (APPROVED_BY_THE_HEAD, SIGNED_OFF_BY_THE_PRINCIPAL):
        record.ask(actor, Request(action, record.turn, record.sha256))
    record.locked = True
    assert record.buttons() == [FILED_BY_THE_SYSTEM]


def test_a_correction_opens_one_record_in_a_locked_period_until_it_is_filed_again() -> None:
    record = play("teacher", APPROVED_BY_THE_HEAD, SIGNED_OFF_BY_THE_PRINCIPAL, FILED_BY_THE_SYSTEM)
    record.locked = True
    assert record.buttons() == []
    record.correction_open = True
    assert record.buttons() == [("teacher", Action.RESUBMIT)]
    record.ask("teacher", Request(Action.RESUBMIT, record.turn, record.sha256))
    record.correction_open = False
    assert ("teacher", Action.WITHDRAW) not in record.buttons()
    for actor, action in (APPROVED_BY_THE_HEAD, SIGNED_OFF_BY_THE_PRINCIPAL, FILED_BY_THE_SYSTEM):
        record.ask(actor, Request(action, record.turn, record.sha256))
    assert record.state is State.FILED
    assert record.buttons() == []


def test_what_is_returned_after_a_correction_has_ended_waits_for_another_one() -> None:
    record = play("teacher", APPROVED_BY_THE_HEAD, SIGNED_OFF_BY_THE_PRINCIPAL, FILED_BY_THE_SYSTEM)
    record.correction_open = True
    record.ask("teacher", Request(Action.RESUBMIT, record.turn, record.sha256))
    record.correction_open = False
    record.ask("head", Request(Action.RETURN, record.turn, record.sha256, "Sai ngày"))
    assert record.state is State.RETURNED
    assert record.buttons() == []
    record.correction_open = True
    assert record.buttons() == [("teacher", Action.RESUBMIT)]
