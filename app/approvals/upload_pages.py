"""The page on which files are handed in, several at once, each with its own answer."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app import fields
from app.approvals.blueprint import approvals
from app.approvals.closed_slots import closed_slots
from app.approvals.forms import MOST_FILES, description_from, uploads_from
from app.approvals.lesson_picks import by_lesson, lessons_around, with_lesson
from app.approvals.submissions import Upload, submit
from app.approvals.suggestions import LONGEST_TITLE, period_choices, types_by_school, year_just_over
from app.calendar.queries import calendar_of
from app.catalogue.models import OwnerKind, PeriodKind
from app.catalogue.periods import school_year_of
from app.clock import today
from app.errors import NotAllowed, Refused, ServiceUnavailable
from app.page import context, sentences, session
from app.people.authority import Authority
from app.people.current import page_authority
from app.people.school_choice import in_one_school, school_shown
from app.records.destination import departments_to_hand_in_for
from app.records.intake import Description
from app.records.queries import RecordView

PART = "X-Part"
"""A request with this header asks for the answers to its files alone, without the page around them."""


@dataclass(frozen=True)
class Answer:
    """What became of one file: the record it is now, or what is wrong and what to do."""

    file_name: str
    view: RecordView | None = None
    detail: str = ""
    hint: str = ""
    asked_period: str = ""
    """The period that was chosen, where the record went to that of its lesson instead."""


@approvals.get("/nop")
@in_one_school
def upload_page() -> ResponseReturnValue:
    """Show the form."""
    return _upload_page(page_authority(), [])


@approvals.post("/nop")
@in_one_school
def upload() -> ResponseReturnValue:
    """Take the files in, one after the other; one that is refused spoils no other."""
    authority = page_authority()
    session().commit()
    answers = [
        _take(authority, file, upload) for file, upload in uploads_from(request.files.getlist("files"))
    ]
    if PART in request.headers:
        return render_template("approvals/upload_answers.html", answers=answers)
    return _upload_page(authority, answers)


def _take(authority: Authority, file: FileStorage, upload: Upload) -> Answer:
    try:
        view = submit(context(), authority, upload, _described(authority, file))
        asked = fields.line(request.form, "period")
        return Answer(upload.file_name, view, asked_period=asked if asked != view.record.period else "")
    except ServiceUnavailable:
        raise
    except Refused as refusal:
        return Answer(upload.file_name, None, *sentences(refusal))


def _described(authority: Authority, file: FileStorage) -> Description:
    """Read what a file is for, and let the lesson chosen for it fill in the rest."""
    sent = request.form
    title = fields.line(sent, "title", LONGEST_TITLE)
    read = description_from(sent, file)
    described = with_lesson(session(), authority, fields.line(sent, "lesson"), title, read)
    session().commit()
    return described


def _upload_page(authority: Authority, answers: list[Answer]) -> ResponseReturnValue:
    offered = types_by_school(session(), authority)
    if not offered:
        raise NotAllowed
    sent = request.form if request.method == "POST" else request.args
    school = school_shown([each.id for each in offered])
    types = offered[school]
    calendar = calendar_of(session(), school.id, school_year_of(today()))
    before = year_just_over(session(), school.id, calendar, today())
    periods = period_choices(types, calendar, today(), [before] if before else [])
    weeks = [each for each in periods if each.kind is PeriodKind.WEEK]
    wanted = next(
        (week for each in weeks for week in each.periods if week == fields.line(sent, "period")), ""
    )
    expected = weeks[0].expected if weeks else ""
    by_lessons = by_lesson(types)
    return render_template(
        "approvals/upload.html",
        answers=answers,
        school=school,
        departments=departments_to_hand_in_for(session(), authority, OwnerKind.TEACHER, school.id),
        lessons=lessons_around(session(), authority, school.code, wanted or expected) if by_lessons else [],
        by_lesson=by_lessons,
        types=types,
        periods=periods,
        closed=closed_slots(session(), school.id, types, periods),
        sent=sent,
        most_files=MOST_FILES,
        limit_mb=context().settings.max_upload_mb,
    )
