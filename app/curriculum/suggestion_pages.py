"""The lessons that the script of the upload page offers for chosen files."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from app import fields
from app.catalogue.periods import year_in
from app.clock import today
from app.curriculum.blueprint import curriculum
from app.curriculum.choices import around, choices_at, choices_of
from app.curriculum.offering import named_files, told
from app.curriculum.recognition import recognise
from app.page import session
from app.people.current import page_authority


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
