"""The blueprint that every page of the room of stuck is registered on."""

from flask import Blueprint

stuck = Blueprint("stuck", __name__)
