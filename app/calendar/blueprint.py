"""The blueprint that every page of the school year is registered on."""

from flask import Blueprint

calendar = Blueprint("calendar", __name__, url_prefix="/nam-hoc")
