"""The blueprint that every page of the room of proof is registered on."""

from flask import Blueprint

proof = Blueprint("proof", __name__)
