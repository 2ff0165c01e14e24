"""The blueprint that every page of curriculum plans is registered on."""

from flask import Blueprint

curriculum = Blueprint("curriculum", __name__, url_prefix="/phan-phoi-chuong-trinh")
