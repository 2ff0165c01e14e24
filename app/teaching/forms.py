"""What people type about classes, duties and the school itself, read into values."""

from app import fields
from app.errors import InvalidRequest
from app.fields import Sent
from app.teaching.classes import ClassData
from app.teaching.duties import Task
from app.teaching.models import Duty
from app.teaching.words import grade_in, level_of_grade


def class_from(form: Sent) -> ClassData:
    """Read a class; without a grade it is the one the name begins with. Raises `InvalidRequest`."""
    name, typed = fields.text(form, "name"), fields.number_or_none(form, "grade")
    grade = grade_in(name) if typed is None else typed
    if grade is not None and level_of_grade(grade) is None:
        raise InvalidRequest(fields="grade")
    return ClassData(name, grade or 0, fields.number_or_none(form, "campus"))


def task_from(form: Sent) -> Task:
    """Read who is to do what; raises `InvalidRequest`."""
    duty = Duty(fields.choice(form, "duty", set(Duty)))
    room = fields.number_or_none(form, "class") if duty != Duty.YOUTH_LEADER else None
    subject = fields.number_or_none(form, "subject") if duty == Duty.SUBJECT else None
    return Task(fields.identity(form, "person"), duty, room, subject)
