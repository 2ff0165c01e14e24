"""Pages of the room of tree."""

from flask import Blueprint

tree = Blueprint("tree", __name__)
