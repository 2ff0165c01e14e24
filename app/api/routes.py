"""The JSON API's addresses, made from the table of operations."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response

from app.api.openapi import show_description
from app.api.operations import Operation
from app.api.table import OPERATIONS
from app.people.current import api_authority

api = Blueprint("api", __name__, url_prefix="/api/v1")


def _for_known_callers(view: Callable[..., Response]) -> Callable[..., Response]:
    """Give the view its caller's authority, before anything else of the request is read."""

    @wraps(view)
    def guarded(**parts: object) -> Response:
        return view(api_authority(), **parts)

    return guarded


def _route(operation: Operation) -> None:
    view = operation.view if operation.public else _for_known_callers(operation.view)
    api.add_url_rule(operation.path, operation.name, view, methods=[operation.method])


for _operation in OPERATIONS:
    _route(_operation)
api.add_url_rule("/openapi.json", "show_description", show_description)
