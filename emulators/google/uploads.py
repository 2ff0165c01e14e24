"""Uploads of all three kinds: media, multipart, resumable."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from emulators.blobs import Blob
from emulators.google import show
from emulators.google.ask import Ask
from emulators.google.directory import Caller
from emulators.google.errors import DriveError, bad_request, forbidden
from emulators.google.files import FILE_DEFAULT, change
from emulators.google.making import check_new, check_storage, make
from emulators.google.metadata import check_writable, locked
from emulators.google.multipart import split_related
from emulators.google.nodes import Node, Role
from emulators.google.world import World
from emulators.serving import Request, Response, save

_STEP = 256 * 1024
_SESSION_LIFE = timedelta(days=7)
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")
_ANY_BYTES = "application/octet-stream"


@dataclass
class Session:
    """A resumable upload that has begun."""

    ask: Ask
    """The request that began it: its metadata, fields and caller count at the end too."""
    metadata: dict[str, Any]
    mime: str
    part: Path
    begun: datetime
    received: int = 0
    answer: Response | None = None
    """Set once the file is made; asking again gets it again."""


class Sessions:
    """The resumable uploads under way, by the id in their address."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open: dict[str, Session] = {}

    def begin(self, ask: Ask) -> Response:
        """Begin a resumable upload; the answer's Location is its address."""
        metadata = ask.body()
        _check_target(ask, metadata)
        headers = ask.request.headers
        mime = str(metadata.get("mimeType") or headers.get("X-Upload-Content-Type") or _ANY_BYTES)
        upload_id = self._world.tree.new_id()
        self._open[upload_id] = Session(
            ask, metadata, mime, self._world.blobs.part(), self._world.clock.now()
        )
        target = f"{ask.request.origin}{ask.request.raw_path}?uploadType=resumable&upload_id={upload_id}"
        return Response(200, b"", {"Location": target, "X-GUploader-UploadID": upload_id})

    def caller(self, upload_id: str) -> Caller | None:
        """Return who began a session that is still good: its address alone authorises."""
        session = self._open.get(upload_id)
        if session is None or self._world.clock.now() - session.begun > _SESSION_LIFE:
            return None
        return session.ask.caller

    def proceed(self, ask: Ask) -> Response:
        """Take a chunk, or tell how much has been received."""
        session = self._open[ask.request.query["upload_id"]]
        if session.answer:
            return session.answer
        start, total = _content_range(ask.request, session)
        if start is not None:
            _receive(session, ask, start, total)
        if ask.rule.keep is not None and ask.rule.status is not None:
            raise DriveError(ask.rule.status, ask.rule.reason, ask.rule.message)
        if session.received == total:
            return _finish(session, self._world)
        held = {"Range": f"bytes=0-{session.received - 1}"} if session.received else {}
        return Response(308, b"", held)

    def cancel(self, ask: Ask) -> Response:
        """Give up a session."""
        del self._open[ask.request.query["upload_id"]]
        return Response(499)


def simple(ask: Ask) -> Response:
    """Upload in one request: metadata and bytes (multipart), or bytes alone (media)."""
    if ask.request.query.get("uploadType") == "multipart":
        metadata, mime, content = split_related(ask.request)
        blob = ask.world.blobs.keep_bytes(content)
    else:
        metadata, mime = {}, ask.request.headers.get_content_type()
        blob = ask.world.blobs.keep(ask.request.body)
    return _store(ask, metadata, str(metadata.get("mimeType") or mime), blob)


def _content_range(request: Request, session: Session) -> tuple[int | None, int | None]:
    """Return where the sent bytes begin (None: only a question) and the total, if it is told."""
    header = request.headers.get("Content-Range")
    if header is None:
        return 0, request.size
    match = _RANGE.fullmatch(header)
    if match is None:
        raise bad_request("Failed to parse Content-Range header.")
    first, last, total = match.groups()
    length = int(last) - int(first) + 1 if first is not None else 0
    if first is not None and (length != request.size or int(first) > session.received):
        raise bad_request("Content-Range does not fit what was sent or received.")
    if total == "*" and length % _STEP:
        raise bad_request("A chunk must be a multiple of 256 KiB.")
    if total not in {"*", None} and first is not None and int(last) + 1 < int(total) and length % _STEP:
        raise bad_request("A chunk must be a multiple of 256 KiB.")
    return (None if first is None else int(first)), (None if total == "*" else int(total))


def _receive(session: Session, ask: Ask, start: int, total: int | None) -> None:
    known = session.received - start
    ask.request.body.seek(known)
    with session.part.open("ab") as part:
        save(ask.request.body, part)
    kept = session.part.stat().st_size
    if ask.rule.keep is not None:
        kept = min(kept, session.received + ask.rule.keep)
    with session.part.open("r+b") as part:
        part.truncate(kept if total is None else min(kept, total))
    session.received = session.part.stat().st_size


def _finish(session: Session, world: World) -> Response:
    blob = world.blobs.adopt(session.part)
    try:
        session.answer = _store(session.ask, session.metadata, session.mime, blob)
    except DriveError as error:
        session.answer = error.response()
    return session.answer


def _check_target(ask: Ask, metadata: dict[str, Any]) -> None:
    length = int(ask.request.headers.get("X-Upload-Content-Length") or 0)
    if "fileId" in ask.args:
        node = _writable(ask)
        check_storage(ask.world, node.drive, node.owner, length)
        return
    parent = check_new(ask, metadata)
    check_storage(ask.world, parent.drive, None if parent.drive else ask.caller.email, length)


def _writable(ask: Ask) -> Node:
    node = ask.node(Role.WRITER)
    if node.is_native:
        raise forbidden(node.id)
    if node.lock:
        raise locked(node)
    return node


def _store(ask: Ask, metadata: dict[str, Any], mime: str, blob: Blob) -> Response:
    if "fileId" not in ask.args:
        return ask.reply("File", show.file(ask, make(ask, metadata, blob, mime)), FILE_DEFAULT)
    node = _writable(ask)
    check_writable(node, metadata)
    check_storage(ask.world, node.drive, node.owner, blob.size)
    ask.world.write(node, blob, mime, ask.caller.email, ask.flag("keepRevisionForever"))
    change(ask, node, metadata)
    if not metadata:
        ask.world.changed(node)
    return ask.reply("File", show.file(ask, node), FILE_DEFAULT)
