"""Reading the weeks of a school year from a workbook into the form, where a person looks and saves."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.calendar.blueprint import calendar
from app.calendar.choosing import editable_school, wanted_year
from app.calendar.days import Calendar
from app.calendar.edit_pages import edit_form
from app.calendar.importing import Imported, calendar_in, read_weeks
from app.calendar.queries import calendar_of
from app.calendar.usage import faults_of_dropping
from app.errors import InvalidRequest, Refused
from app.page import context, session
from app.sheets.cells import Fault
from app.text import N_


@calendar.post("/<school_code>/tep")
def read_file(school_code: str) -> ResponseReturnValue:
    """Show the weeks of a workbook in the form, with what is wrong in which cell; nothing is saved."""
    school = editable_school(school_code)
    present = calendar_of(session(), school.id, wanted_year())
    try:
        imported = _imported(present)
    except Refused as refusal:
        return edit_form(school, present, present, refusal=refusal), refusal.status
    faults = imported.faults or _dropping(school.id, present, imported.calendar)
    if faults:
        return edit_form(school, present, present, cells=faults), 422
    return edit_form(school, present, imported.calendar, laid_out=True)


def _imported(present: Calendar) -> Imported:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidRequest(fields=gettext("tệp lịch"))
    spool = sent.stream
    file, size = spool.file, spool.size  # type: ignore[attr-defined]  # our request spools its files
    return calendar_in(read_weeks(context().sandbox, file, size), present)


def _dropping(school_id: int, present: Calendar, meant: Calendar) -> list[Fault]:
    """Return as faults of the whole file that weeks with records are not in it."""
    return [
        Fault(
            0,
            "",
            N_("Trong tệp không có tuần %(week)s, mà tuần này đang có %(count)s hồ sơ."),
            each.mend,
            values,
        )
        for each in faults_of_dropping(session(), school_id, present, meant)
        for values in [
            {"week": each.period.partition("/W")[2].lstrip("0"), "count": str(each.values["count"])}
        ]
    ]
