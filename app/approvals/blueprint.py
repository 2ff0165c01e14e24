"""The blueprint that every page of the room of approvals is registered on."""

from flask import Blueprint

approvals = Blueprint("approvals", __name__)
