"""The bytes of a record: the file handed in, the official one and its certificate."""

import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Response

from app.api.answers import PDF, known_to_client, stream
from app.api.reading import choice, end_reading, shown_name
from app.errors import NotFound
from app.page import context, session
from app.people.authority import Authority
from app.records.queries import RecordView, version_of, view_of

RENDITIONS = frozenset({"uploaded", "official", "certificate"})


@dataclass(frozen=True)
class _Stored:
    blob: str
    sha256: str
    size: int
    name: str


def show_file(authority: Authority, record_id: uuid.UUID) -> Response:
    """Answer with a record's PDF in one of its renditions."""
    rendition = choice("rendition", RENDITIONS) or "uploaded"
    view = view_of(session(), authority, record_id)
    stored = _uploaded(view) if rendition == "uploaded" else _filed(view, rendition)
    end_reading()
    return known_to_client(stored.sha256) or _send(stored)


def _uploaded(view: RecordView) -> _Stored:
    version = version_of(session(), view.record.id, view.record.version)
    name = shown_name(version.file_name) or f"{view.record.code}.pdf"
    return _Stored(version.blob, version.sha256, version.size, name)


def _filed(view: RecordView, rendition: str) -> _Stored:
    filed = view.official
    if filed is None:
        raise NotFound
    if rendition == "official":
        return _Stored(filed.blob, filed.sha256, filed.size, _last(filed.path))
    if filed.certificate_blob is None or filed.certificate_sha256 is None or filed.certificate_size is None:
        raise NotFound
    name = _last(filed.certificate_path)
    return _Stored(filed.certificate_blob, filed.certificate_sha256, filed.certificate_size, name)


def _last(path: str | None) -> str:
    return PurePosixPath(path or "ho-so.pdf").name


def _send(stored: _Stored) -> Response:
    staging = context().staging
    response = stream(partial(staging.open, stored.blob), stored.size, stored.sha256, PDF)
    plain = "".join(c for c in stored.name if c.isascii() and c not in '"\\') or "ho-so.pdf"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(stored.name)}"
    )
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
