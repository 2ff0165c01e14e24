"""The blueprint that every page of the room of locks is registered on."""

from flask import Blueprint

locks = Blueprint("locks", __name__)
