"""The lessons that the script of the upload page offers for chosen files."""

from collections.abc import Sequence
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app import fields
from app.catalogue.periods import year_in
from app.clock import today
from app.curriculum.blueprint import curriculum
from app.curriculum.choices import Choice, around, choices_at, choices_of
from app.curriculum.recognition import recognise
from app.page import session
from app.people.current import page_authority

MOST_FILES = 100
"""Files whose names one request may ask about."""
_LONGEST_NAME_SENT = 300
"""Characters of a file's name as a browser tells it."""


@curriculum.post("/goi-y")
def suggest_lessons() -> ResponseReturnValue:
    """Answer with a school's lessons around a week, and for each file's name the one it tells, else null."""
    period = fields.line(request.form, "period")
    taught = choices_of(session(), page_authority(), year_in(period), today())
    choices = choices_at(fields.line(request.form, "school"), taught)
    found = [recognise(name, choices) for name in named_files()]
    week = fields.as_number(period.partition("/W")[2])
    near = around(choices, week) if week is not None else []
    suggested = [each and told(each) for each in found]
    return jsonify({"lessons": [told(each) for each in near], "suggested": suggested})


def named_files() -> Sequence[str]:
    """Return the names of files that a script asks about; raises `InvalidRequest`."""
    return fields.several(request.form, "name", MOST_FILES, _LONGEST_NAME_SENT)


def told(choice: Choice) -> dict[str, Any]:
    """Return what a script shows of a lesson."""
    week = gettext("Tuần %(number)s", number=choice.lesson.week)
    group = f"{week} · {choice.subject} · {choice.class_name}"
    return {"id": choice.id, "group": group, "title": choice.title, "period": choice.period}
