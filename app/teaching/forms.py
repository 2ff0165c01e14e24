"""What people type about classes, duties and the school itself, read into values."""

import uuid
from collections.abc import Mapping
from datetime import date

from app.errors import InvalidRequest
from app.sheets.cells import Cell
from app.sheets.dates import date_in
from app.teaching.classes import ClassData
from app.teaching.duties import Task
from app.teaching.models import Duty
from app.teaching.words import grade_in, level_of_grade

Sent = Mapping[str, str]
"""The fields of a form."""


def class_from(form: Sent) -> ClassData:
    """Read a class; without a grade it is the one the name begins with. Raises `InvalidRequest`."""
    name = form.get("name", "")
    typed = form.get("grade", "").strip()
    grade = number_in(form, "grade") if typed else grade_in(name)
    if grade is not None and level_of_grade(grade) is None:
        raise InvalidRequest(fields="grade")
    campus = number_in(form, "campus") if form.get("campus") else None
    return ClassData(name, grade or 0, campus)


def task_from(form: Sent) -> Task:
    """Read who is to do what; raises `InvalidRequest`."""
    duty = form.get("duty", "")
    if duty not in set(Duty):
        raise InvalidRequest(fields="duty")
    room = number_in(form, "class") if form.get("class") and duty != Duty.YOUTH_LEADER else None
    subject = number_in(form, "subject") if form.get("subject") and duty == Duty.SUBJECT else None
    return Task(person_in(form), Duty(duty), room, subject)


def person_in(form: Sent) -> uuid.UUID:
    """Read a person's id; raises `InvalidRequest`."""
    try:
        return uuid.UUID(form.get("person", ""))
    except ValueError as error:
        raise InvalidRequest(fields="person") from error


def day_in(form: Sent, name: str) -> date:
    """Read a day as browsers send it, or as people write it; raises `InvalidRequest`."""
    found = date_in(Cell("A1", form.get(name, "").strip()))
    if not isinstance(found, date):
        raise InvalidRequest(fields=name)
    return found


def number_in(form: Sent, name: str) -> int:
    """Read a whole number of at most nine digits; raises `InvalidRequest`."""
    typed = form.get(name, "").strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 9):
        raise InvalidRequest(fields=name)
    return int(typed)
