"""A plan on its way into the school: compared with the present one, and sealed until somebody agrees."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from app.curriculum.importing import Place
from app.curriculum.plans import PlannedLesson
from app.curriculum.queries import lessons_in, present_plan
from app.curriculum.reading import ReadPlan
from app.errors import Refused
from app.people.authority import Authority
from app.text import N_

LIFE = 3600
"""Seconds for which a draft may be agreed to."""


class PlanDraftExpired(Refused):
    """The draft is not what this person was shown within the last hour."""

    code, status = "draft_expired", 409
    detail = N_("Bản xem trước đã hết hạn hoặc không còn nguyên vẹn.")
    hint = N_("Gửi lại tệp và xem lại trước khi đồng ý.")


@dataclass(frozen=True)
class Line:
    """A lesson as it would be, with its kind: `new`, `changed` or `unchanged`."""

    lesson: PlannedLesson
    kind: str


@dataclass(frozen=True)
class PlanDraft:
    """A plan as it is shown before anything is written."""

    place: Place
    read: ReadPlan
    present: int | None
    """The id of the plan it would replace."""
    lines: tuple[Line, ...]
    gone: tuple[PlannedLesson, ...]
    """Lessons of the present plan whose title no longer occurs."""

    @property
    def ready(self) -> bool:
        """Whether it may be agreed to: nothing to mend, and something that differs."""
        return bool(self.lines) and not self.read.faults and self.differs

    @property
    def differs(self) -> bool:
        """Whether anything would change."""
        return bool(self.gone) or any(line.kind != "unchanged" for line in self.lines)

    def count(self, kind: str) -> int:
        """Count the lessons of one kind."""
        return sum(line.kind == kind for line in self.lines)


@dataclass(frozen=True)
class Agreed:
    """What was sealed: a plan, its place, and the plan it was compared with."""

    place: Place
    lessons: tuple[PlannedLesson, ...]
    present: int | None


def draft_of(session: Session, school_id: int, place: Place, read: ReadPlan) -> PlanDraft:
    """Compare a plan with the present one; nothing is written."""
    plan = present_plan(session, school_id, place.year, place.subject_id, place.grade)
    before = lessons_in(session, plan.id) if plan else []
    titles = Counter(lesson.title for lesson in before)
    known = set(before)
    lines = tuple(Line(lesson, _kind(lesson, known, titles)) for lesson in read.lessons)
    after = Counter(lesson.title for lesson in read.lessons)
    return PlanDraft(place, read, plan.id if plan else None, lines, tuple(_gone(before, after)))


def seal(secret: str, authority: Authority, school_id: int, draft: PlanDraft) -> str:
    """Return a plan, signed for this person and school."""
    lessons = [astuple(line.lesson) for line in draft.lines]
    return _serializer(secret, authority, school_id).dumps([astuple(draft.place), lessons, draft.present])


def unseal(secret: str, authority: Authority, school_id: int, sealed: str) -> Agreed:
    """Return exactly what was sealed; raises `PlanDraftExpired`."""
    try:
        place, lessons, present = _serializer(secret, authority, school_id).loads(sealed, max_age=LIFE)
    except BadSignature as error:
        raise PlanDraftExpired from error
    return Agreed(Place(*place), tuple(PlannedLesson(*each) for each in lessons), present)


def _kind(lesson: PlannedLesson, known: set[PlannedLesson], titles: Counter[str]) -> str:
    if lesson in known:
        return "unchanged"
    return "changed" if titles[lesson.title] else "new"


def _gone(before: Sequence[PlannedLesson], after: Counter[str]) -> list[PlannedLesson]:
    left = Counter(after)
    gone = []
    for lesson in before:
        if left[lesson.title]:
            left[lesson.title] -= 1
        else:
            gone.append(lesson)
    return gone


def _serializer(secret: str, authority: Authority, school_id: int) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=f"curriculum draft {school_id} {authority.user_id}")
