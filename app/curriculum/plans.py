"""A curriculum plan as values: its lessons in the order in which they are taught."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlannedLesson:
    """A lesson as a plan says it: its week, and its periods (tiết) counted through the year."""

    week: int
    title: str
    first_period: int
    periods: int
    remark: str = ""

    @property
    def last_period(self) -> int:
        """The number of the last of its periods."""
        return self.first_period + self.periods - 1

    @property
    def record_title(self) -> str:
        """What its lesson plan is called, like `Bài 12: Phép cộng (tiết 23–24)`."""
        return record_title(self.title, self.first_period, self.periods)


def record_title(title: str, first_period: int, periods: int) -> str:
    """Return what the lesson plan of a lesson is called; its periods tell lessons of one name apart."""
    if periods == 1:
        return f"{title} (tiết {first_period})"
    return f"{title} (tiết {first_period}–{first_period + periods - 1})"
