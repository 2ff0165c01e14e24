"""Pages of the room of approvals."""

from flask import Blueprint

approvals = Blueprint("approvals", __name__)
