"""The blueprint that every page of the room of oversight is registered on."""

from flask import Blueprint

oversight = Blueprint("oversight", __name__)
