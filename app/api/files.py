"""The bytes of a record: the file handed in, the official one and its certificate."""

import uuid
from urllib.parse import quote

from flask import Response

from app.api.answers import PDF, known_to_client, stream
from app.api.reading import choice, end_reading
from app.approvals.renditions import Stored, stored_of
from app.page import context, session
from app.people.authority import Authority
from app.records.queries import view_of

RENDITIONS = frozenset({"uploaded", "official", "certificate"})


def show_file(authority: Authority, record_id: uuid.UUID) -> Response:
    """Answer with a record's PDF in one of its renditions."""
    rendition = choice("rendition", RENDITIONS) or "uploaded"
    stored = stored_of(session(), view_of(session(), authority, record_id), rendition)
    end_reading()
    return known_to_client(stored.sha256) or _send(stored)


def _send(stored: Stored) -> Response:
    response = stream(context().staging.open(stored.blob), stored.sha256, PDF)
    plain = "".join(c for c in stored.name if c.isascii() and c not in '"\\')
    named = f"filename=\"{plain}\"; filename*=UTF-8''{quote(stored.name)}"
    response.headers["Content-Disposition"] = f"attachment; {named}"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
