"""Images of a record's pages."""

import io
import uuid

from flask import Response

from app.api.answers import PNG, known_to_client, stream
from app.api.reading import end_reading, number
from app.page import context, session
from app.pdf.pages import DEFAULT_WIDTH, NARROWEST, WIDEST
from app.people.authority import Authority
from app.records.page_images import page_image, picture_name
from app.records.queries import view_of


def show_page(authority: Authority, record_id: uuid.UUID, page_number: int) -> Response:
    """Answer with the image of one page of the present version."""
    width = number("width", DEFAULT_WIDTH, NARROWEST, WIDEST)
    view = view_of(session(), authority, record_id)
    end_reading()
    etag = f"{picture_name(view.record.sha256)}-{page_number}-{width}"
    return known_to_client(etag) or _drawn(page_image(context(), view, page_number, width), etag)


def _drawn(image: bytes, etag: str) -> Response:
    return stream(io.BytesIO(image), etag, PNG)
