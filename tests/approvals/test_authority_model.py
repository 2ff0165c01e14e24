"""Random lives of a school, compared after every step with a plain model written independently."""

import hashlib
import random
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approvals.actions import Decision, act, begin
from app.approvals.deciders import find_anew, put_right, write_down
from app.approvals.facts import actions_for
from app.approvals.ownership import Passing, pass_on
from app.approvals.queue import waiting_for
from app.approvals.standing import FREE
from app.approvals.standstills import standstills_in
from app.audit.chain import append, verify
from app.clock import today
from app.context import Context
from app.errors import Refused
from app.people.account_queries import Place
from app.people.accounts import Administrator, disable, enable, set_places
from app.people.authority import Authority, authority_of
from app.people.delegation_queries import lendable
from app.people.delegations import Mandate, Term, delegate, revoke
from app.people.leaving import end_posts
from app.people.models import Delegation, Membership, Role, User
from app.records.intake import Description, Document, find_slot, new_record
from app.records.models import Record
from app.schools.models import Department, School
from tests.approvals.plain_model import TEACHING, Lent, Paper, Person, Post
from tests.approvals.plain_model import School as Model
from tests.conftest import Cast
from workflows.model import Action

STEPS = 40
CAST = {
    "gv1": {("teacher", "T1")},
    "gv2": {("teacher", "T1")},
    "gv5": {("teacher", "T2")},
    "totruong1": {("head", "T1"), ("teacher", "T1")},
    "totruong2": {("head", "T2"), ("teacher", "T2")},
    "hieutruong": {("principal", "")},
    "phohieutruong": {("vice_principal", "")},
}
POSTS: list[Post] = [
    *((role, department) for role in ("teacher", "head", "deputy_head") for department in ("T1", "T2")),
    ("principal", ""),
    ("vice_principal", ""),
    ("clerk", ""),
]
Step = Callable[[], None]


class Life:
    """A school in the database and its model, changed together."""

    def __init__(self, context: Context, administrator: Authority, seed: int) -> None:
        self.context, self.random = context, random.Random(seed)
        self.model = Model({name: Person(set(posts)) for name, posts in CAST.items()})
        self.records: dict[str, uuid.UUID] = {}
        self.said: list[str] = []
        self.administrator = administrator
        self.before: dict[str, Authority] = {}
        with context.database.transaction() as session:
            self.school = session.scalars(select(School).where(School.code == "truong-a")).one()
            rows = session.scalars(select(Department).where(Department.school_id == self.school.id)).all()
            self.departments = {row.code: row.id for row in rows}
            ids = {row.email.partition("@")[0]: row.id for row in _people_of_a(session)}
        self.ids = {name: ids[name] for name in CAST}

    def live(self) -> None:
        """Take one random step in both, and see that both stand alike."""
        step = self.random.choice(
            [self.move, self.shut, self.leave, self.lend, self.take_back, self.hand_in, self.hand_over]
            + [self.decide] * 5
            + [self.hand_in] * 2
        )
        step()
        self.model.settle()
        with self.context.database.transaction() as session:
            write_down(session, find_anew(session, Record.school_id == self.school.id))
        self.compare()

    def compare(self) -> None:
        """Compare what each may do to each record, what waits for whom, and what waits for nobody."""
        with self.context.database.transaction() as session:
            rows = {row.id: row for row in session.scalars(select(Record))}
            for name, user_id in self.ids.items():
                authority = authority_of(session, user_id)
                for title, paper in self.model.papers.items():
                    row = rows[self.records[title]]
                    may = {each.value for each in actions_for(authority, row, FREE)} if authority else set()
                    assert may == self.model.may(name, paper), (self.said, name, title, paper)
                if authority is not None:
                    waits = {view.record.id for view in waiting_for(session, authority, limit=200)}
                    due = {self.records[t] for t, p in self.model.papers.items() if self._is_due(name, p)}
                    assert waits == due, (self.said, name)
            stuck = {
                each.record_id for one in standstills_in(session, [self.school.id]) for each in one.records
            }
            expected = {self.records[t] for t, p in self.model.papers.items() if self.model.is_stuck(p)}
            assert stuck == expected, self.said

    def _is_due(self, name: str, paper: Paper) -> bool:
        return "return" in self.model.may(name, paper)

    def _caller(self, session: Session, name: str) -> Authority | None:
        """Return what somebody is now, or half the time what he was when he last did something.

        So it is with a request that was begun before something changed, and is carried out after it.
        """
        old, present = self.before.get(name), authority_of(session, self.ids[name])
        if present is not None:
            self.before[name] = present
        return old if old is not None and self.random.random() < 0.5 else present

    def _try(self, expected: bool, verb: Callable[[Session], object], said: str) -> bool:
        """Try a verb, and see that it is refused exactly where the model says so."""
        self.said.append(said)
        code = ""
        try:
            with self.context.database.transaction() as session:
                verb(session)
        except Refused as refusal:
            code = refusal.code
        assert expected == (not code), (self.said, code)
        return expected

    def _admin(self, session: Session) -> Administrator:
        return Administrator(self.administrator, session.get_one(School, self.school.id))

    def move(self) -> None:
        """Give somebody other posts; who had left comes back to them."""
        name, posts = self._somebody(), set(self.random.sample(POSTS, self.random.randint(1, 2)))
        person = self.model.people[name]
        places = [Place(Role(role), self.departments.get(code)) for role, code in posts]

        def verb(session: Session) -> None:
            if person.posts:
                set_places(session, self._admin(session), self.ids[name], places)
            else:
                session.add_all(
                    Membership(
                        user_id=self.ids[name],
                        role=each.role,
                        school_id=self.school.id,
                        department_id=each.department_id,
                    )
                    for each in places
                )

        self._try(True, verb, f"{name} becomes {posts}")
        person.posts = posts

    def shut(self) -> None:
        """Shut somebody out, or let him in again."""
        name = self._somebody()
        person = self.model.people[name]
        verb = enable if person.shut_out else disable
        if self._try(
            bool(person.posts),
            lambda session: verb(session, self._admin(session), self.ids[name]),
            f"{verb.__name__} {name}",
        ):
            person.shut_out = not person.shut_out

    def leave(self) -> None:
        """Let somebody leave the school, once in a while."""
        name = self._somebody()
        if self.random.random() < 0.5:
            return
        self._try(
            True,
            lambda session: end_posts(session, self.school.id, self.ids[name], self.administrator.user_id),
            f"{name} leaves",
        )
        self.model.people[name].posts = set()

    def lend(self) -> None:
        """Lend a post, or try to."""
        lender, to = self._somebody(), self._somebody()
        role, department = self.random.choice([("principal", ""), ("head", "T1"), ("head", "T2")])
        lent = Lent(lender, to, role, department)
        with self.context.database.transaction() as session:
            authority = self._caller(session, lender)
        if authority is None:
            return
        unit = self.departments.get(department)
        mandate = Mandate(self.ids[to], "", Term(today(), today()), department_id=unit)
        knew = any((each.role, each.department_id) == (role, unit) for each in lendable(authority))
        allowed = knew and self.model.may_lend(lent) and lent not in self.model.lent
        if self._try(allowed, lambda session: delegate(session, authority, mandate), f"lend {lent}"):
            self.model.lent.add(lent)

    def take_back(self) -> None:
        """Take one delegation back, if there is any."""
        if not self.model.lent:
            return
        lent = self.random.choice(sorted(self.model.lent, key=str))
        with self.context.database.transaction() as session:
            authority = self._caller(session, lent.lender)
            found = session.scalars(
                select(Delegation.id).where(
                    Delegation.from_user_id == self.ids[lent.lender],
                    Delegation.to_user_id == self.ids[lent.to],
                    Delegation.role == lent.role,
                    Delegation.department_id.is_not_distinct_from(self.departments.get(lent.department)),
                    Delegation.revoked_at.is_(None),
                )
            ).one()
        assert authority is not None
        self._try(True, lambda session: revoke(session, authority, found), f"revoke {lent}")
        self.model.lent.discard(lent)

    def hand_in(self) -> None:
        """Hand a record in for one of one's departments, or try to."""
        name, title = self._somebody(), f"Bài {len(self.records)}"
        person = self.model.people[name]
        with self.context.database.transaction() as session:
            authority = authority_of(session, self.ids[name])
        if authority is None:
            return
        teaches = {department for role, department in person.posts if role in TEACHING}
        chosen = self.random.choice(sorted(teaches - {""} or {""}))
        described = Description("KHBD", "2026-2027/W12", title, department=chosen)

        def verb(session: Session) -> None:
            slot = find_slot(session, authority, described)
            record = new_record(session, slot, 1)
            append(session, "truong-a", [begin(session, authority, record, _document(title))])
            self.records[title] = record.id

        if self._try(bool(teaches), verb, f"{name} hands in {title} for {chosen}"):
            paper = Paper(name, chosen, "teacher", name, name)
            paper.route = self.model.route(paper)
            self.model.papers[title] = paper

    def decide(self) -> None:
        """Do something to a record that somebody may, or by chance may not."""
        if not self.model.papers:
            return
        title, name = self.random.choice(sorted(self.model.papers)), self._somebody()
        paper = self.model.papers[title]
        able = [each for each in CAST if self.model.may(each, paper)]
        name = self.random.choice(able) if able and self.random.random() < 0.8 else name
        action = Action(self.random.choice(["approve", "sign_off", "return", "withdraw", "resubmit"]))
        allowed = sorted(self.model.may(name, paper))
        action = Action(self.random.choice(allowed)) if allowed and self.random.random() < 0.8 else action
        with self.context.database.transaction() as session:
            authority = self._caller(session, name)
        if authority is None:
            return
        document = _document(f"{title} {len(self.said)}") if action is Action.RESUBMIT else None

        def verb(session: Session) -> None:
            put_right(session, self.records[title])
            row = session.get_one(Record, self.records[title], populate_existing=True)
            act(
                session,
                authority,
                Decision(row.id, action, row.turn, row.sha256, "Lý do", document=document),
            )

        if self._try(action.value in allowed, verb, f"{name}: {action} {title}"):
            self._moved(paper, name, action)

    def _moved(self, paper: Paper, name: str, action: Action) -> None:
        if action is Action.RESUBMIT:
            paper.route = self.model.route(paper)
            paper.hand, paper.approver = name, ""
        if action is Action.APPROVE:
            paper.approver = name
        paper.state = {
            Action.APPROVE: "department_approved",
            Action.SIGN_OFF: "signed_off",
            Action.RETURN: "returned",
            Action.WITHDRAW: "withdrawn",
            Action.RESUBMIT: "submitted",
        }[action]

    def hand_over(self) -> None:
        """Give all that somebody answers for to another one, who is in the school."""
        giver, taker = self._somebody(), self._somebody()
        if giver == taker or self.model.people[taker].shut_out or not self.model.people[taker].posts:
            return
        keeps = self.random.random() < 0.5
        ids = list(self.records.values())
        passing = Passing(self.ids[giver], self.ids[taker], ids, ids if keeps else (), "Biên bản")
        self._try(
            True,
            lambda session: write_down(session, pass_on(session, passing).happenings),
            f"{giver} gives to {taker}, {keeps}",
        )
        for paper in self.model.papers.values():
            self._passed(paper, giver, taker, keeps=keeps)

    def _passed(self, paper: Paper, giver: str, taker: str, *, keeps: bool) -> None:
        if paper.owner == giver and paper.state != "signed_off":
            paper.slot = paper.slot if keeps or paper.slot != paper.owner else taker
            paper.owner = taker
            if paper.state != "department_approved":
                paper.route = self.model.route(paper)
        elif paper.keeper == giver or (paper.owner == giver and not paper.keeper):
            paper.keeper = "" if paper.owner == taker else taker

    def _somebody(self) -> str:
        return self.random.choice(sorted(CAST))


def _people_of_a(session: Session) -> list[User]:
    return list(session.scalars(select(User).where(User.email.like("%@truong-a.example"))))


def _document(words: str) -> Document:
    sha256 = hashlib.sha256(words.encode()).hexdigest()
    return Document(sha256, 1, 1, False, f"uploads/{sha256}", "tep.pdf", words)


@pytest.mark.parametrize("seed", range(6))
def test_whoever_comes_goes_lends_and_hands_over_may_do_what_the_plain_model_says(
    context: Context, cast: Cast, seed: int
) -> None:
    life = Life(context, cast.records_admin, seed)
    for _ in range(STEPS):
        life.live()
    assert len(life.model.papers) > 3
    with context.database.transaction() as session:
        assert verify(session) == []
