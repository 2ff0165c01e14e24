"""The catalogue of record types."""

from itertools import dropwhile

from flask import Response

from app.api import representations as shown
from app.api.answers import answer
from app.api.paging import after, limit, page
from app.catalogue.queries import record_types
from app.page import session
from app.people.authority import Authority


def list_record_types(_authority: Authority) -> Response:
    """Answer with the present catalogue, in its order."""
    last: str | None = after(str)
    kinds = list(record_types(session()))
    if last is not None:
        kinds = list(dropwhile(lambda kind: kind.code != last, kinds))[1:]
    shorter, following = page(kinds, limit(), lambda kind: kind.code)
    items = [shown.RecordType(kind.code, kind.name, kind.tier, kind.period_kind) for kind in shorter]
    return answer(shown.RecordTypes(items, following))
