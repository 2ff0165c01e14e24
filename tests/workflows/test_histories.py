"""Random histories of one record: whatever people try, nothing is signed off or filed that should not be."""

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from workflows.definitions import DEFINITIONS
from workflows.engine import Refusal, Request, available, decide
from workflows.model import Action, Facts, State

PEOPLE = ("teacher", "head", "principal", "vice_principal", "deputy_head", "colleague")
OWNERS = ("head", "teacher", "principal", "vice_principal")
EVERYBODY = (*PEOPLE, "system")
REASON = "Thiếu mục tiêu bài học"
DECISIONS = {Action.APPROVE, Action.SIGN_OFF, Action.RETURN}
NEEDED = {
    "teacher": [Action.APPROVE, Action.SIGN_OFF],
    "department": [Action.SIGN_OFF],
    "school": [Action.SIGN_OFF],
}

somebody = st.sampled_from(EVERYBODY)
comments = st.sampled_from((REASON, "", " \n"))


def sha256_of(version: int) -> str:
    return f"{version:064x}"


@dataclass(frozen=True)
class Accepted:
    """One accepted request, with the authority its actor held at that moment."""

    actor: str
    request: Request
    source: State
    target: State
    led_department: bool
    held_principals_authority: bool
    correction_open: bool
    under_correction: bool
    locked: bool


class OneRecord(RuleBasedStateMachine):
    """A school whose offices change hands while everybody asks for everything.

    The invariants know nothing of guards and definitions: they judge the history alone.
    """

    @initialize(route=st.sampled_from(tuple(DEFINITIONS)), owner=st.sampled_from(OWNERS))
    def upload(self, route: tuple[str, int], owner: str) -> None:
        self.definition = DEFINITIONS[route]
        self.owner = owner
        self.state = self.definition.initial
        self.turn = 1
        self.versions = 1
        self.leads_department = {"head", "deputy_head"}
        self.principal = "principal"
        self.delegates: set[str] = set()
        self.correction_open = False
        self.locked = False
        self.filed_version = 0
        self.history: list[Accepted] = []

    @property
    def sha256(self) -> str:
        return sha256_of(self.versions)

    @rule(person=st.sampled_from(PEOPLE), data=st.data())
    def an_office_changes_hands(self, person: str, data: st.DataObject) -> None:
        match data.draw(st.sampled_from(("department", "school", "delegation", "correction", "lock"))):
            case "department":
                self.leads_department ^= {person}
            case "school":
                self.principal = person
            case "delegation":
                self.delegates ^= {person}
            case "correction":
                self.correction_open = not self.correction_open
            case "lock":
                self.locked = not self.locked

    @rule(actor=somebody, action=st.sampled_from(Action), comment=comments)
    def somebody_asks_for_anything(self, actor: str, action: Action, comment: str) -> None:
        self.ask(actor, Request(action, self.turn, self.sha256, comment))

    @precondition(lambda self: self.buttons())
    @rule(data=st.data(), comment=comments)
    def somebody_presses_a_button(self, data: st.DataObject, comment: str) -> None:
        actor, action = data.draw(st.sampled_from(self.buttons()))
        turn = self.turn
        self.ask(actor, Request(action, turn, self.sha256, comment))
        assert self.turn == turn + (action is not Action.RETURN or comment == REASON)

    @precondition(lambda self: self.buttons())
    @rule(data=st.data(), seen=st.sampled_from(((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1))))
    def somebody_presses_a_button_on_another_page(self, data: st.DataObject, seen: tuple[int, int]) -> None:
        actor, action = data.draw(st.sampled_from(self.buttons()))
        turn = self.turn
        self.ask(actor, Request(action, turn - seen[0], sha256_of(self.versions - seen[1]), REASON))
        assert self.turn == turn

    @precondition(lambda self: self.history)
    @rule(data=st.data())
    def somebody_sends_an_accepted_request_again(self, data: st.DataObject) -> None:
        earlier = data.draw(st.sampled_from(self.history))
        turn = self.turn
        self.ask(earlier.actor, earlier.request)
        assert self.turn == turn

    def buttons(self) -> list[tuple[str, Action]]:
        """Every button that somebody in the school sees now."""
        return [
            (actor, action)
            for actor in EVERYBODY
            for action in available(self.definition, self.state, self.facts_of(actor))
        ]

    def facts_of(self, actor: str) -> Facts:
        return Facts(
            is_owner=actor == self.owner,
            is_system=actor == "system",
            heads_department=actor in self.leads_department,
            is_principal=actor == self.principal,
            holds_principals_delegation=actor in self.delegates,
            handed_in=actor == self.owner,
            has_approved=actor in self.approvers_of_these_bytes(),
            correction_open=self.correction_open,
            under_correction=self.under_correction,
            locked=self.locked,
        )

    @property
    def under_correction(self) -> bool:
        """Whether a version later than the filed one is on its way."""
        return 0 < self.filed_version < self.versions

    def ask(self, actor: str, request: Request) -> None:
        """Do with the answer what the product does: write it down, or leave everything as it was."""
        outcome = decide(
            self.definition,
            self.state,
            turn=self.turn,
            sha256=self.sha256,
            request=request,
            facts=self.facts_of(actor),
        )
        if isinstance(outcome, Refusal):
            return
        assert (request.turn, request.sha256) == (self.turn, self.sha256)
        self.history.append(
            Accepted(
                actor=actor,
                request=request,
                source=self.state,
                target=outcome.target,
                led_department=actor in self.leads_department,
                held_principals_authority=actor == self.principal or actor in self.delegates,
                correction_open=self.correction_open,
                under_correction=self.under_correction,
                locked=self.locked,
            )
        )
        self.state = outcome.target
        self.turn += 1
        self.versions += request.action is Action.RESUBMIT
        if self.state is State.FILED:
            self.filed_version = self.versions

    def approvers_of_these_bytes(self) -> set[str]:
        decided = self.decisions_on_these_bytes()
        return {entry.actor for entry in decided if entry.request.action is Action.APPROVE}

    def decisions_on_these_bytes(self) -> list[Accepted]:
        return [
            entry
            for entry in self.history
            if entry.request.sha256 == self.sha256 and entry.request.action in DECISIONS
        ]

    @invariant()
    def what_is_signed_off_had_every_needed_decision_on_exactly_these_bytes(self) -> None:
        if self.state in {State.SIGNED_OFF, State.FILED}:
            decided = [entry.request.action for entry in self.decisions_on_these_bytes()]
            assert decided == NEEDED[self.definition.name]

    @invariant()
    def nobody_decides_on_his_own_record_and_the_system_on_none(self) -> None:
        decided = {entry.actor for entry in self.history if entry.request.action in DECISIONS}
        assert decided.isdisjoint({self.owner, "system"})

    @invariant()
    def nobody_decides_twice_on_one_version(self) -> None:
        decided = [
            (entry.actor, entry.request.sha256) for entry in self.history if entry.request.action in DECISIONS
        ]
        assert len(set(decided)) == len(decided)

    @invariant()
    def whoever_decides_held_the_authority_when_he_did(self) -> None:
        for entry in self.history:
            if entry.request.action is Action.APPROVE:
                assert entry.led_department
            if entry.request.action is Action.SIGN_OFF:
                assert entry.held_principals_authority
            if entry.request.action is Action.RETURN:
                assert entry.led_department or entry.held_principals_authority

    @invariant()
    def only_the_owner_withdraws_and_resubmits_and_only_the_system_files(self) -> None:
        for entry in self.history:
            if entry.request.action in {Action.WITHDRAW, Action.RESUBMIT}:
                assert entry.actor == self.owner
            if entry.request.action is Action.FILE:
                assert entry.actor == "system"

    @invariant()
    def every_accepted_request_moves_the_turn_by_one(self) -> None:
        turns = [entry.request.turn for entry in self.history]
        assert turns == list(range(1, self.turn))

    @invariant()
    def a_filed_record_is_left_only_by_its_owners_new_version_under_a_correction(self) -> None:
        for entry in self.history:
            if entry.source is State.FILED:
                assert entry.request.action is Action.RESUBMIT
                assert entry.correction_open

    @invariant()
    def in_a_locked_period_only_the_system_files_and_only_corrections_move(self) -> None:
        for entry in self.history:
            if entry.locked and entry.request.action is not Action.FILE:
                assert entry.correction_open or entry.under_correction

    @invariant()
    def what_was_once_filed_takes_another_version_only_under_a_correction(self) -> None:
        filed = False
        for entry in self.history:
            if filed and entry.request.action is Action.RESUBMIT:
                assert entry.correction_open
            filed = filed or entry.target is State.FILED

    @invariant()
    def what_is_signed_off_can_only_be_filed(self) -> None:
        for entry in self.history:
            if entry.source is State.SIGNED_OFF:
                assert entry.request.action is Action.FILE

    @invariant()
    def a_returned_or_withdrawn_record_is_never_decided(self) -> None:
        for entry in self.history:
            if entry.source in {State.RETURNED, State.WITHDRAWN}:
                assert entry.request.action is Action.RESUBMIT

    @invariant()
    def every_return_has_a_reason(self) -> None:
        for entry in self.history:
            if entry.request.action is Action.RETURN:
                assert entry.request.comment.strip()


TestOneRecord = OneRecord.TestCase
TestOneRecord.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
