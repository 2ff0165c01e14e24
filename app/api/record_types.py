"""The catalogue of record types."""

from flask import Response

from app.api import representations as shown
from app.api.answers import answer
from app.api.paging import page_of_all
from app.catalogue.queries import record_types
from app.page import session
from app.people.authority import Authority


def list_record_types(_authority: Authority) -> Response:
    """Answer with the present catalogue, in its order."""
    kinds, following = page_of_all(record_types(session()), lambda kind: kind.code)
    items = [shown.RecordType(kind.code, kind.name, kind.tier, kind.period_kind) for kind in kinds]
    return answer(shown.RecordTypes(items, following))
