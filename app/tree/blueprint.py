"""The blueprint that every page of the room of tree is registered on."""

from flask import Blueprint

tree = Blueprint("tree", __name__)
