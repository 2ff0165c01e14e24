"""The plan of faults, the counters, and the buckets of a quota."""

import msgspec
import pytest

from emulators.clock import Clock
from emulators.counting import Call, Counters, TokenBucket
from emulators.faults import NO_FAULT, FaultPlan, Rule

CREATE = Call("files.create", "POST", "/drive/v3/files", "a@b.example", 50)
GET = Call("files.get", "GET", "/drive/v3/files/x", "a@b.example", 5)
KINDS = {"full": Rule(status=507, reason="full")}


def plan(*rules: Rule) -> FaultPlan:
    made = FaultPlan(KINDS)
    for rule in rules:
        made.add(rule)
    return made


def strikes(faults: FaultPlan, call: Call, times: int) -> list[bool]:
    return [faults.take(call) is not NO_FAULT for _ in range(times)]


def test_a_rule_strikes_once_unless_told_otherwise() -> None:
    assert strikes(plan(Rule(status=500)), GET, 3) == [True, False, False]
    assert strikes(plan(Rule(status=500, times=2)), GET, 3) == [True, True, False]
    assert strikes(plan(Rule(status=500, times=None)), GET, 3) == [True, True, True]


def test_a_rule_can_wait_for_the_nth_call() -> None:
    assert strikes(plan(Rule(status=500, skip=2)), GET, 4) == [False, False, True, False]


@pytest.mark.parametrize(
    ("rule", "struck"),
    [
        (Rule(operation="files.*"), True),
        (Rule(operation="permissions.*"), False),
        (Rule(method="GET"), True),
        (Rule(method="POST"), False),
        (Rule(path=r"files/\w$"), True),
        (Rule(path="upload"), False),
        (Rule(account="a@b.example"), True),
        (Rule(account="c@b.example"), False),
        (Rule(method="GET", operation="files.list"), False),
    ],
)
def test_a_rule_strikes_where_all_its_conditions_hold(rule: Rule, struck: bool) -> None:
    assert strikes(plan(rule), GET, 1) == [struck]


def test_chance_repeats_itself_with_the_same_seed() -> None:
    rule = Rule(probability=0.3, seed=5, times=None)
    first, second = strikes(plan(rule), GET, 200), strikes(plan(rule), GET, 200)
    assert first == second
    assert 30 < sum(first) < 90


def test_calls_that_do_not_match_use_up_nothing() -> None:
    faults = plan(Rule(operation="files.create", skip=1))
    assert strikes(faults, GET, 3) == [False] * 3
    assert strikes(faults, CREATE, 3) == [False, True, False]


def test_a_kind_fills_in_what_the_rule_leaves_open() -> None:
    struck = plan(Rule(kind="full", status=500)).take(GET)
    assert (struck.status, struck.reason) == (500, "full")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="known: full"):
        plan(Rule(kind="empty"))


def test_a_rule_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"statuss": 500}, Rule)


def test_counters_add_up_by_operation_and_account() -> None:
    counters = Counters()
    for call in (CREATE, GET, GET):
        counters.note(call, 200)
    assert (counters.calls(), counters.calls("files.get"), counters.units("files.get")) == (3, 2, 10)
    assert counters.report()["units_by_account"] == {"a@b.example": 60}
    assert [each["operation"] for each in counters.last()] == ["files.create", "files.get", "files.get"]
    counters.reset()
    assert (counters.calls(), counters.units()) == (0, 0)


def test_a_bucket_empties_and_fills_with_time() -> None:
    clock = Clock()
    bucket = TokenBucket(60, 60.0, clock)
    assert bucket.take(60)
    assert not bucket.take(10)
    assert 9 < bucket.wait(10) <= 10
    clock.advance(11)
    assert bucket.take(10)
    clock.advance(10_000)
    assert bucket.level() == 60


def test_a_bucket_can_be_drained_below_nothing() -> None:
    clock = Clock()
    bucket = TokenBucket(60, 60.0, clock)
    bucket.drain(90)
    assert 29 < bucket.wait(0) <= 30


def test_the_clock_goes_where_it_is_put() -> None:
    clock = Clock()
    before = clock.now()
    clock.advance(-600)
    assert -600 <= (clock.now() - before).total_seconds() < -590
