"""The catalogue of record types."""

from collections.abc import Sequence

from flask import Response

from app.api import representations as shown
from app.api.answers import answer
from app.api.paging import page_of_all
from app.api.reading import parameter
from app.catalogue.periods import present_year
from app.catalogue.queries import record_types_at
from app.page import session
from app.people.authority import Authority
from app.people.which_school import the_school


def list_record_types(authority: Authority) -> Response:
    """Answer with what the caller's schools keep this year, or one of them, in the order of the catalogue.

    A caller without a school, like an office's officer, is told everything that ships.
    """
    kept = record_types_at(session(), _schools(authority), present_year())
    kinds, following = page_of_all(kept, lambda kind: kind.code)
    items = [shown.RecordType(kind.code, kind.name, kind.tier, kind.period_kind) for kind in kinds]
    return answer(shown.RecordTypes(items, following))


def _schools(authority: Authority) -> Sequence[int]:
    own, asked = authority.own_schools(), parameter("school")
    return own if asked is None else [the_school(session(), own, asked).id]
