"""Who is at a school and does what on a day; what obligations are worked out from, without a database."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from app.people.authority import HEADS
from app.people.models import Role
from app.teaching.models import Duty

TEACHING = HEADS | {Role.TEACHER}
"""Roles whose holder owes what a teacher owes."""


@dataclass(frozen=True, slots=True)
class Stay:
    """From a day to a day, both included; without a last one it goes on."""

    first: date
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody's role in the school, from when to when."""

    user_id: uuid.UUID
    role: Role
    department_id: int | None
    days: Stay


@dataclass(frozen=True, slots=True)
class SchoolRoom:
    """A class: its name, grade and level of schooling."""

    name: str
    grade: int
    level: str


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody teaches, or which class is his, from when to when."""

    user_id: uuid.UUID
    duty: Duty
    days: Stay
    room: SchoolRoom | None = None
    subject: str = ""


@dataclass(frozen=True)
class Staff:
    """Those who are at the school on one day, with what they do on it."""

    members: Sequence[Member]
    tasks: Sequence[Task]

    def holders(self, roles: Iterable[Role]) -> list[uuid.UUID]:
        """List the people with any of `roles`, each once."""
        wanted = set(roles)
        return list(dict.fromkeys(m.user_id for m in self.members if m.role in wanted))

    def first_holder(self, roles: Sequence[Role], department: int | None = None) -> uuid.UUID | None:
        """Return who has held the first of `roles` that anybody holds for longest."""
        holding = [
            member
            for member in self.members
            if member.role in roles and department in (None, member.department_id)
        ]
        found = min(holding, key=lambda m: (roles.index(m.role), m.days.first, m.user_id), default=None)
        return None if found is None else found.user_id

    def doing(self, duty: Duty) -> Sequence[Task]:
        """List the tasks of one kind."""
        return self._by_duty[duty]

    def tasks_of(self, person: uuid.UUID, duty: Duty) -> Sequence[Task]:
        """List one person's tasks of one kind."""
        return self._by_person[person, duty]

    @cached_property
    def _by_duty(self) -> Mapping[Duty, list[Task]]:
        found = defaultdict(list)
        for task in self.tasks:
            found[task.duty].append(task)
        return found

    @cached_property
    def _by_person(self) -> Mapping[tuple[uuid.UUID, Duty], list[Task]]:
        found = defaultdict(list)
        for task in self.tasks:
            found[task.user_id, task.duty].append(task)
        return found


@dataclass(frozen=True)
class Staffing:
    """A school's departments and classes, and everybody who was, is or will be there in a year."""

    school_id: int
    departments: Sequence[int]
    rooms: Sequence[SchoolRoom]
    members: Sequence[Member]
    tasks: Sequence[Task]
    lessons: Mapping[tuple[str, int, str], Sequence[str]] = field(default_factory=dict)
    """Titles of the lessons of a subject and grade in a week, where there is a curriculum plan."""
    _seen: dict[date, Staff] = field(default_factory=dict, init=False, compare=False)

    def on(self, day: date) -> Staff:
        """Return who is there on a day; who has left does nothing any more."""
        if day not in self._seen:
            members = [member for member in self.members if day in member.days]
            present = {member.user_id for member in members}
            tasks = [task for task in self.tasks if day in task.days and task.user_id in present]
            self._seen[day] = Staff(members, tasks)
        return self._seen[day]

    @cached_property
    def now(self) -> Staff:
        """Those who have not left, with all that they do, did or will do in the year."""
        members = [member for member in self.members if member.days.last is None]
        staying = {member.user_id for member in members}
        return Staff(members, [task for task in self.tasks if task.user_id in staying])

    def has_left(self, person: uuid.UUID) -> bool:
        """Tell whether all that somebody was at the school has ended."""
        return person not in self._staying

    def answerable_for(self, task: Task) -> uuid.UUID | None:
        """Return who does a task, or where he has left, who was the last to take it over from him."""
        if not self.has_left(task.user_id):
            return task.user_id
        what = (task.room, task.subject)
        after = [t for t in self.now.doing(task.duty) if (t.room, t.subject) == what]
        later = [t for t in after if t.days.first > task.days.first]
        return max(later, key=lambda t: t.days.first).user_id if later else None

    def department_of(self, person: uuid.UUID | None) -> int | None:
        """Return the department a person belongs to: the one he heads before one he teaches in."""
        return None if person is None else self._departments.get(person)

    @cached_property
    def _staying(self) -> frozenset[uuid.UUID]:
        return frozenset(member.user_id for member in self.now.members)

    @cached_property
    def _departments(self) -> Mapping[uuid.UUID, int]:
        found: dict[uuid.UUID, int] = {}
        ordered = sorted(self.members, key=lambda m: (m.days.last is not None, m.role is not Role.HEAD))
        for member in ordered:
            if member.department_id is not None:
                found.setdefault(member.user_id, member.department_id)
        return found
