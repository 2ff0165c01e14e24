"""Handing in by lesson: the lessons the upload page offers, and what a picked one says of a file."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from sqlalchemy.orm import Session

from app.catalogue.models import PeriodKind, RecordType, SlotFormat
from app.catalogue.periods import BadPeriod, parse_period
from app.clock import today
from app.curriculum.choices import Choice, around, choice_of, choices_at, choices_of
from app.people.authority import Authority
from app.records.intake import Description

LESSON_PLANS = frozenset({"KHBD"})
"""What may be handed in by lesson even where one a week is owed."""
LessonGroups = list[tuple[tuple[int, str, str], list[Choice]]]
"""Lessons by week, subject and class."""


def by_lesson(types: Sequence[RecordType]) -> list[str]:
    """List the codes of the record types that are handed in by lesson."""
    return [
        each.code
        for each in types
        if each.period_kind == PeriodKind.WEEK
        and (each.slot_format == SlotFormat.LESSON or each.code in LESSON_PLANS)
    ]


def lessons_around(session: Session, authority: Authority, school: str, period: str) -> LessonGroups:
    """List the lessons taught in a school in a week (`2026-2027/W12`), then those of the weeks beside it."""
    try:
        week = parse_period(period, PeriodKind.WEEK)
    except BadPeriod:
        return []
    choices = choices_at(school, choices_of(session, authority, week.year, today()))
    near = around(choices, week.number)
    grouped = groupby(near, lambda each: (each.lesson.week, each.subject, each.class_name))
    return [(group, list(lessons)) for group, lessons in grouped]


def with_lesson(
    session: Session, authority: Authority, chosen: str, title: str, description: Description
) -> Description:
    """Fill in school, week, class, subject and, where none was typed, the title from the lesson chosen.

    Raises `UnknownLesson`.
    """
    if not chosen:
        return description
    choice = choice_of(session, authority, chosen, today())
    return replace(
        description,
        school=choice.school,
        period=choice.period,
        class_name=choice.class_name,
        subject=choice.subject,
        title=title or choice.title,
    )
