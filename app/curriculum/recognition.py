"""Which lesson a file is most likely the plan of, told from its name; only ever a suggestion."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.curriculum.choices import Choice
from app.words import folded

_EXTENSION = re.compile(r"\.[a-z0-9]{1,5}$")
_PIECES = re.compile(r"[a-z]+|\d+")
_WEEK = re.compile(r"\b(?:tuan|week|t|w) 0*(\d{1,2})\b")
_PERIOD = re.compile(r"\b(?:tiet|ppct) 0*(\d{1,3})\b")
_UNIT = re.compile(r"\bbai 0*(\d{1,3})\b")
_ROOM = re.compile(r"\b(?<!bai )(?<!tiet )(?<!tuan )((?:[1-9]|1[0-2]) [a-z](?: \d{1,2})?)\b(?! \d)")
_GRADE = re.compile(r"\b(?:lop|khoi) (\d{1,2})\b")
_STRONG, _WEAK = 4, 1
_ENOUGH = 4
_MOST_WORDS = 0.6
"""The part of a title's words that a name must have to be recognised by them alone."""
_FEWEST_WORDS = 2
_OF_EVERY_PLAN = frozenset(
    _PIECES.findall("bai tiet tuan week ppct lop khoi khbd khdh ke hoach day hoc giao an gv")
)
"""Words that say nothing of the lesson."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a name says, folded, with letters and digits apart: `Tuan12_Toan5A` is `tuan 12 toan 5 a`."""

    words: str

    def has(self, phrase: str) -> bool:
        return bool(phrase) and f" {phrase} " in f" {self.words} "

    def numbers(self, pattern: re.Pattern[str]) -> set[int]:
        return {int(each) for each in pattern.findall(self.words)}


def recognise(file_name: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the lesson that a file's name tells apart from all others, or None.

    Whatever the name says must hold for the lesson: its week, a period, the number of the unit, class,
    grade and subject. Two lessons that fit equally well are none.
    """
    said = _Said(_plain(_EXTENSION.sub("", folded(file_name))))
    subjects = {each.subject for each in choices}
    spoken = {subject for subject in subjects if any(said.has(name) for name in _names_of(subject))}
    fitting = [each for each in choices if _fits(said, each, spoken)]
    if _WEEK.search(said.words) and (spoken or len(subjects) == 1) and len(fitting) == 1:
        return fitting[0]
    scored = [(_score(said, each, spoken), each) for each in fitting]
    best = max((score for score, _ in scored), default=0)
    likely = [each for score, each in scored if score == best]
    return likely[0] if best >= _ENOUGH and len(likely) == 1 else None


def _fits(said: _Said, choice: Choice, spoken: set[str]) -> bool:
    """Tell whether nothing in the name contradicts a lesson."""
    lesson = choice.lesson
    weeks, periods = said.numbers(_WEEK), said.numbers(_PERIOD)
    units, own = said.numbers(_UNIT), _Said(_plain(folded(lesson.title))).numbers(_UNIT)
    return (
        (not weeks or lesson.week in weeks)
        and (not periods or any(lesson.first_period <= each <= lesson.last_period for each in periods))
        and (not units or not own or bool(units & own))
        and (not spoken or choice.subject in spoken)
        and _fits_class(said, choice)
    )


def _fits_class(said: _Said, choice: Choice) -> bool:
    rooms = set(_ROOM.findall(said.words))
    if rooms and _plain(folded(choice.class_name)) not in rooms:
        return False
    grades = said.numbers(_GRADE)
    for name in _names_of(choice.subject):
        grades |= said.numbers(re.compile(rf"\b{name} (\d{{1,2}})\b"))
    return not grades or choice.grade in grades


def _score(said: _Said, choice: Choice, spoken: set[str]) -> float:
    lesson, title = choice.lesson, _plain(folded(choice.lesson.title))
    words = {word for word in _UNIT.sub("", title).split() if len(word) > 1}
    told = words & set(said.words.split())
    units = said.numbers(_UNIT) & _Said(title).numbers(_UNIT)
    is_unit = bool(units) and bool(told or spoken or not _other_words(said))
    score: float = _STRONG * bool(said.numbers(_PERIOD)) + _STRONG * is_unit
    score += _WEAK * (lesson.week in said.numbers(_WEEK))
    part = len(told) / len(words) if words else 0
    if part >= _MOST_WORDS and len(told) >= _FEWEST_WORDS:
        score += _STRONG * part + (_STRONG if part == 1 else 0)
    return score


def _other_words(said: _Said) -> set[str]:
    """Return the words of a name that may be those of a title: a number alone must not outweigh them."""
    return {word for word in said.words.split() if word.isalpha() and len(word) > 1} - _OF_EVERY_PLAN


def _names_of(subject: str) -> tuple[str, ...]:
    """Return how a subject may be written: its words, and the first letters of several."""
    plain = _plain(folded(subject))
    letters = "".join(word[0] for word in plain.split() if word != "va")
    return (plain, letters) if len(letters) > 1 else (plain,)


def _plain(text: str) -> str:
    return " ".join(_PIECES.findall(text))
