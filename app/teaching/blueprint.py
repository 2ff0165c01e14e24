"""The blueprint that every page of classes, subjects and duties is registered on."""

from flask import Blueprint

teaching = Blueprint("teaching", __name__)
