"""The blueprint that every page of the room of obligations is registered on."""

from flask import Blueprint

obligations = Blueprint("obligations", __name__)
