"""Who may do what to a record, told a second time in plain Python, from the contract."""

from dataclasses import dataclass, field

Post = tuple[str, str]
"""A role and the code of a department, empty where there is none."""

STANDS_IN = {"principal": {"vice_principal"}, "head": {"deputy_head", "teacher"}}
LEADERS = {"principal", "vice_principal"}
TEACHING = LEADERS | {"head", "deputy_head", "teacher"}


@dataclass
class Person:
    """What somebody is in the school at this moment; without posts he has left it."""

    posts: set[Post]
    shut_out: bool = False

    def has(self, role: str, department: str = "") -> bool:
        """Tell whether he holds a role, in a department if one is named."""
        return (role, department) in self.posts


@dataclass(frozen=True)
class Lent:
    """A post lent by one person to another, for as long as it lives."""

    lender: str
    to: str
    role: str
    department: str


@dataclass
class Paper:
    """One teacher's record; `owner`, `keeper`, `slot`, `hand` and `approver` are names of people."""

    owner: str
    department: str
    route: str
    hand: str
    slot: str
    state: str = "submitted"
    keeper: str = ""
    approver: str = ""

    @property
    def makers(self) -> set[str]:
        """Whose it is in any sense."""
        return {self.owner, self.keeper, self.slot, self.hand} - {""}

    @property
    def waits_for(self) -> str:
        """Whose decision is due."""
        if self.state == "submitted":
            return "head" if self.route == "teacher" else "principal"
        return "principal" if self.state == "department_approved" else ""


@dataclass
class School:
    """People, what they lent each other, and their records."""

    people: dict[str, Person]
    lent: set[Lent] = field(default_factory=set)
    papers: dict[str, Paper] = field(default_factory=dict)

    def settle(self) -> None:
        """End what rests on a post that is gone, and let what waits go on by the route it has now."""
        self.lent = {each for each in self.lent if self.may_lend(each)}
        for paper in self.papers.values():
            if paper.state == "submitted":
                paper.route = self.route(paper)

    def may_lend(self, lent: Lent) -> bool:
        """Tell whether both parties are what a delegation takes."""
        lender, to = self.people[lent.lender], self.people[lent.to]
        entitled = any(
            role in STANDS_IN[lent.role] and lent.department in ("", department)
            for role, department in to.posts
        )
        are_two = lent.lender != lent.to and not lender.shut_out and not to.shut_out
        return are_two and lender.has(lent.role, lent.department) and entitled

    def route(self, paper: Paper) -> str:
        """Return the route of a record by the posts of whoever's it is."""
        above = any(
            role in LEADERS or (role == "head" and department == paper.department)
            for maker in paper.makers
            for role, department in self.people[maker].posts
        )
        return "department" if above or not paper.department else "teacher"

    def can(self, name: str, decider: str, paper: Paper) -> bool:
        """Tell whether somebody holds the authority over a record, whoever made it."""
        person = self.people[name]
        if person.shut_out:
            return False
        department = paper.department if decider == "head" else ""
        held = any(
            role in {"head", "deputy_head"} and where == department
            if decider == "head"
            else role == "principal"
            for role, where in person.posts
        )
        borrowed = any(
            each.to == name and each.role == decider and each.department == department for each in self.lent
        )
        return held or borrowed

    def may(self, name: str, paper: Paper) -> set[str]:
        """Return what somebody may do with a record now."""
        person, actions = self.people[name], set()
        if person.shut_out or not person.posts:
            return set()
        if name in {paper.owner, paper.keeper}:
            actions = {"submitted": {"withdraw"}}.get(paper.state, set())
            return {"resubmit"} if paper.state in {"returned", "withdrawn"} else actions
        decider = paper.waits_for
        if decider and self.can(name, decider, paper) and name not in paper.makers | {paper.approver}:
            return {"approve" if decider == "head" else "sign_off", "return"}
        return set()

    def is_stuck(self, paper: Paper) -> bool:
        """Tell whether a record waits and nobody can decide."""
        barred = paper.makers | {paper.approver}
        waits = paper.waits_for
        return bool(waits) and not any(
            self.can(name, waits, paper) for name in self.people if name not in barred
        )
