"""The blueprint that every page of the room of moves is registered on."""

from flask import Blueprint

moves = Blueprint("moves", __name__)
