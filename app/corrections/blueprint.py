"""The blueprint that every page of the room of corrections is registered on."""

from flask import Blueprint

corrections = Blueprint("corrections", __name__)
