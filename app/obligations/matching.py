"""Which obligation a file is for, told from its name and from the lesson that was recognised in it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.approvals.lesson_picks import LESSON_PLANS
from app.curriculum.choices import Choice
from app.obligations.queries import OwedView
from app.obligations.standing import Status
from app.words import folded

_EXTENSION = re.compile(r"\.[a-z0-9]{1,5}$")
_BETWEEN = re.compile(r"[^a-z0-9]+")
_PERIODS = {
    "W": re.compile(r"\b(?:tuan|week|w|t) ?0*(\d{1,2})\b"),
    "M": re.compile(r"\b(?:thang|th|m|t) ?0*(\d{1,2})\b"),
    "HK": re.compile(r"\b(?:hoc ky|hoc ki|hk|ky) ?0*(1|2|i|ii)\b"),
}
_ROMAN = {"i": "1", "ii": "2"}
_CLASS = re.compile(r"\b(?:lop ?)?(\d{1,2} ?[a-z]\d{0,2})\b")
_OTHER_NAMES = {"KHBD": ("giao an", "bai day", "ke hoach bai hoc")}
"""What people call a record type besides its code and name."""
_ENOUGH = 3
_BY_LESSON = 4
"""A lesson says more than a type's name, or a period, alone."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a file's name says, folded and with one space between its words."""

    words: str

    def has(self, phrase: str) -> bool:
        plain = _plain(phrase)
        return bool(plain) and f" {plain} " in f" {self.words} "


def slot_for(file_name: str, views: Sequence[OwedView], lesson: Choice | None = None) -> OwedView | None:
    """Return the obligation that a file is most likely for; None where the name does not tell it apart.

    `lesson` is the one that the curriculum plans recognise in the name, if they do.

    What can still be handed in goes before what is already on its way. Several files may be for one
    obligation, as the lessons of a week are.
    """
    said = _Said(_plain(_EXTENSION.sub("", folded(file_name))))
    scored = [(score, view) for view in views if (score := _score(said, view, lesson)) >= _ENOUGH]
    if not scored:
        return None
    best = max(score for score, _ in scored)
    likely = [view for score, view in scored if score == best]
    waiting = [view for view in likely if view.status in {Status.MISSING, Status.LATE, Status.RETURNED}]
    found = waiting or likely
    return found[0] if len(found) == 1 else None


def is_lesson_of(lesson: Choice, view: OwedView) -> bool:
    """Tell whether the plan of a lesson is what an obligation asks for."""
    return (
        _is_by_lesson(view)
        and view.school_code == lesson.school
        and view.period == lesson.period
        and view.class_name in {"", lesson.class_name}
        and view.subject in {"", lesson.subject}
        and view.title in {"", lesson.title}
    )


def _score(said: _Said, view: OwedView, lesson: Choice | None) -> int:
    """Add up what speaks for an obligation; whatever contradicts it rules it out."""
    parts: tuple[Callable[[_Said, OwedView], int | None], ...] = (_type, _period, _class, _subject)
    scores = [*(part(said, view) for part in parts), _lesson(lesson, view)]
    return -1 if None in scores else sum(score or 0 for score in scores)


def _type(said: _Said, view: OwedView) -> int:
    names = (view.type_code, view.type_name, *_OTHER_NAMES.get(view.type_code, ()))
    return 3 if any(said.has(name) for name in names) else 0


def _period(said: _Said, view: OwedView) -> int | None:
    part = view.period.partition("/")[2]
    prefix, number = part.rstrip("0123456789"), part.lstrip("HKMW").lstrip("0")
    if not part:
        return 0
    written = _PERIODS[prefix].search(said.words)
    if written is None:
        return 0
    return 3 if _ROMAN.get(written[1], written[1]) == number else None


def _class(said: _Said, view: OwedView) -> int | None:
    if not view.class_name:
        return 0
    written = [found.replace(" ", "") for found in _CLASS.findall(said.words)]
    if not written:
        return 0
    return 2 if _plain(view.class_name).replace(" ", "") in written else None


def _subject(said: _Said, view: OwedView) -> int:
    return 2 if view.subject and said.has(view.subject) else 0


def _lesson(lesson: Choice | None, view: OwedView) -> int | None:
    if lesson is None or not _is_by_lesson(view):
        return 0
    return _BY_LESSON if is_lesson_of(lesson, view) else None


def _is_by_lesson(view: OwedView) -> bool:
    """Where every lesson is owed by itself the obligation has the lesson's title."""
    return bool(view.title) or view.type_code in LESSON_PLANS


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Return the words without accents and capitals, one space between them: `Tuần_01` becomes `tuan 01`."""
    return _BETWEEN.sub(" ", folded(text)).strip()
