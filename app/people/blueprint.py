"""The blueprint that every page of the room of people is registered on."""

from flask import Blueprint

people = Blueprint("people", __name__)
