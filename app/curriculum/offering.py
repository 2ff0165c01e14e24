"""What a script tells of chosen files, and is told of the lessons that they may be for."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext

from app import fields
from app.curriculum.choices import Choice

MOST_FILES = 100
"""Files whose names one request may ask about."""
_LONGEST_NAME_SENT = 300
"""Characters of a file's name as a browser tells it."""


def named_files() -> Sequence[str]:
    """Return the names of files that a script asks about; raises `InvalidRequest`."""
    return fields.several(request.form, "name", MOST_FILES, _LONGEST_NAME_SENT)


def told(choice: Choice) -> dict[str, Any]:
    """Return what a script shows of a lesson."""
    week = gettext("Tuần %(number)s", number=choice.lesson.week)
    group = f"{week} · {choice.subject} · {choice.class_name}"
    return {"id": choice.id, "group": group, "title": choice.title, "period": choice.period}
