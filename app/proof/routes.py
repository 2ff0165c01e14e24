"""Pages of the room of proof."""

from flask import Blueprint

proof = Blueprint("proof", __name__)
