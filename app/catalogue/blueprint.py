"""The blueprint that every page of the catalogue is registered on."""

from flask import Blueprint

catalogue = Blueprint("catalogue", __name__, url_prefix="/danh-muc")
