"""Who is reminded on a day, and of what: worked out from deadlines, without a database."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.clock import local_day
from app.obligations.queries import OwedView
from app.obligations.standing import Status

ONE_DAY = timedelta(days=1)
_SUNDAY = 6
_LONGEST_PAUSE = 100
"""Days that no pause of a school is longer than."""


@dataclass(frozen=True)
class Plan:
    """How a school reminds: days before and after a deadline, and when the head is told as well."""

    enabled: bool = True
    days_before: int = 2
    days_after: int = 1
    head_told_after: int = 3


@dataclass
class Digest:
    """What one letter tells one person."""

    soon: list[OwedView] = field(default_factory=list)
    late: list[OwedView] = field(default_factory=list)
    others: Counter[uuid.UUID] = field(default_factory=Counter)
    """Late records of those in the department that he heads, by person."""
    heads: Counter[uuid.UUID] = field(default_factory=Counter)
    """Late records of heads and deputy heads, whom he is above as the principal, by person."""
    is_due: bool = False
    """Whether something in it is news: a letter is sent for that alone, not every day."""


@dataclass(frozen=True)
class Superiors:
    """Who is told of what others are late with."""

    heads: Mapping[int, uuid.UUID]
    """Heads by their departments."""
    heading: Collection[uuid.UUID] = ()
    """Heads and deputy heads: of their own records, and of those they hand in, the principal is told."""
    principals: Collection[uuid.UUID] = ()


def is_quiet(day: date, free_days: Collection[date]) -> bool:
    """Tell whether nobody is reminded on a day: a Sunday or a holiday."""
    return day.weekday() == _SUNDAY or day in free_days


@dataclass(frozen=True)
class Today:
    """A day on which letters are written, by a plan; `since` is the last day before on which they were."""

    day: date
    since: date
    plan: Plan

    def is_news(self, due: date, days: int) -> bool:
        """Tell whether a deadline came to lie `days` behind (ahead, if negative) since the last letters."""
        shift = timedelta(days=days)
        return self.since - shift < due <= self.day - shift


def today_of(day: date, plan: Plan, free_days: Collection[date]) -> Today:
    """Return the day with the last one before it that was not quiet."""
    before = [day - number * ONE_DAY for number in range(1, _LONGEST_PAUSE + 1)]
    return Today(day, next((each for each in before if not is_quiet(each, free_days)), before[-1]), plan)


def digests(views: Sequence[OwedView], superiors: Superiors, today: Today) -> dict[uuid.UUID, Digest]:
    """Work out the letters of a day, by the person each is for.

    What came due on a quiet day is told on the next that is not. A head or principal is told of what
    others owe, not of his own records a second time.
    """
    letters: dict[uuid.UUID, Digest] = defaultdict(Digest)
    for view in views:
        if view.owner_id is None or view.status not in {Status.MISSING, Status.LATE}:
            continue
        _tell_owner(letters[view.owner_id], view, today)
        if view.status == Status.LATE:
            _tell_superiors(letters, view.owner_id, view, superiors, today)
    return {person: digest for person, digest in letters.items() if digest.is_due}


def _tell_owner(digest: Digest, view: OwedView, today: Today) -> None:
    due, plan = local_day(view.due_at), today.plan
    if view.status == Status.LATE:
        digest.late.append(view)
        digest.is_due |= today.is_news(due, plan.days_after)
    elif due <= today.day + plan.days_before * ONE_DAY:
        digest.soon.append(view)
        digest.is_due |= today.is_news(due, -plan.days_before)


def _tell_superiors(
    letters: Mapping[uuid.UUID, Digest], owner: uuid.UUID, view: OwedView, superiors: Superiors, today: Today
) -> None:
    due, days = local_day(view.due_at), today.plan.head_told_after
    if due > today.day - days * ONE_DAY:
        return
    head = superiors.heads.get(view.department_id or 0, owner)
    if head != owner:
        letters[head].others[owner] += 1
        letters[head].is_due |= today.is_news(due, days)
    if owner not in superiors.heading:
        return
    for principal in superiors.principals:
        if principal not in {owner, head}:
            letters[principal].heads[owner] += 1
            letters[principal].is_due |= today.is_news(due, days)
