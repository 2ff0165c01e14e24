"""The blueprint that every page of the room of handovers is registered on."""

from flask import Blueprint

handovers = Blueprint("handovers", __name__)
