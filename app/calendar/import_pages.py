"""Reading the weeks of a school year from a workbook into the form, where a person looks and saves."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from app.calendar.blueprint import calendar
from app.calendar.days import Calendar
from app.calendar.edit_pages import edit_form
from app.calendar.importing import Imported, calendar_in, read_weeks
from app.calendar.queries import calendar_of
from app.calendar.year_pages import editable_school, wanted_year
from app.errors import InvalidRequest, Refused
from app.page import context, session


@calendar.post("/<school_code>/tep")
@login_required  # type: ignore[untyped-decorator]
def read_file(school_code: str) -> ResponseReturnValue:
    """Show the weeks of a workbook in the form, with what is wrong in which cell; nothing is saved."""
    school = editable_school(school_code)
    present = calendar_of(session(), school.id, wanted_year())
    try:
        imported = _imported(present)
    except Refused as refusal:
        return edit_form(school, present, present, refusal=refusal), refusal.status
    if imported.faults:
        return edit_form(school, present, present, cells=imported.faults), 422
    return edit_form(school, present, imported.calendar, laid_out=True)


def _imported(present: Calendar) -> Imported:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidRequest(fields=gettext("tệp lịch"))
    spool = sent.stream
    file, size = spool.file, spool.size  # type: ignore[attr-defined]  # our request spools its files
    return calendar_in(read_weeks(context().sandbox, file, size), present)
