"""One person's obligations sorted by what he has to do about them now."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.obligations.queries import OwedView
from app.obligations.standing import Status

_SOON = timedelta(days=7)
_COMING = timedelta(days=30)


@dataclass
class Duties:
    """What is owed, most urgent first; each list is in the order of deadlines."""

    returned: list[OwedView] = field(default_factory=list)
    late: list[OwedView] = field(default_factory=list)
    soon: list[OwedView] = field(default_factory=list)
    """Due within a week."""
    coming: list[OwedView] = field(default_factory=list)
    """Due within a month."""
    under_way: list[OwedView] = field(default_factory=list)
    later: list[OwedView] = field(default_factory=list)
    filed: int = 0

    @property
    def open(self) -> list[OwedView]:
        """What files can be handed in for, most urgent first; others of its kind may be under way."""
        return [*self.late, *self.soon, *self.coming, *self.under_way, *self.later]


def sort_duties(views: Iterable[OwedView], moment: datetime) -> Duties:
    """Sort obligations as they stand at `moment`."""
    duties = Duties()
    lists = {
        Status.RETURNED: duties.returned,
        Status.LATE: duties.late,
        Status.UNDER_WAY: duties.under_way,
    }
    for view in views:
        if view.status in lists:
            lists[Status(view.status)].append(view)
        elif view.status == Status.FILED:
            duties.filed += 1
        else:
            _put_by_deadline(duties, view, moment)
    return duties


def _put_by_deadline(duties: Duties, view: OwedView, moment: datetime) -> None:
    if view.due_at < moment + _SOON:
        duties.soon.append(view)
    elif view.due_at < moment + _COMING:
        duties.coming.append(view)
    else:
        duties.later.append(view)
