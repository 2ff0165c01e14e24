"""Bytes on their way into Drive: in one call, or in pieces that another process can continue."""

import hashlib
import io
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from googleapiclient.http import MediaIoBaseUpload

from app.storage.abilities import RemoteState
from app.storage.google_drive.calls import PIECE, Calls
from app.storage.google_drive.errors import Expired
from app.storage.google_drive.pace import READ, WRITE
from app.storage.google_drive.states import FIELDS, state_of
from app.storage.ledger import Item, Ledger
from app.storage.policy import OutOfReach, SignInAgain, TooFast
from app.storage.protocol import MissingError, StorageError

IN_ONE_CALL = 5 * 1024 * 1024
"""Bytes that Drive takes together with the metadata."""
_BLOCK = 1024 * 1024
_KIND = "application/pdf"
_GOES_ON = 308


@dataclass(frozen=True)
class Content:
    """The bytes of a source from where it stood."""

    source: BinaryIO
    start: int
    size: int
    sha256: str

    def piece(self, position: int, most: int) -> bytes:
        """Return up to `most` bytes from a position."""
        self.source.seek(self.start + position)
        return self.source.read(most)


def content_of(source: BinaryIO) -> Content:
    """Measure what is left to read in a source that can be read again."""
    start, digest, size = source.tell(), hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        digest.update(block)
        size += len(block)
    return Content(source, start, size, digest.hexdigest())


@dataclass(frozen=True)
class _Progress:
    received: int
    file: RemoteState | None = None


class Uploads:
    """Creates files with their bytes."""

    def __init__(self, calls: Calls, ledger: Ledger) -> None:
        self._calls = calls
        self._ledger = ledger

    def create(self, item: Item, body: dict[str, Any], content: Content) -> RemoteState:
        """Make a file; raises `AlreadyMade`, `MissingError` for its folder, `CloudError`."""
        if content.size <= IN_ONE_CALL:
            media = MediaIoBaseUpload(io.BytesIO(content.piece(0, content.size)), _KIND)
            return state_of(self._calls.send(self._request(body, media), WRITE))
        return self._in_pieces(item, body, content)

    def _request(self, body: dict[str, Any], media: Any) -> Any:
        return self._calls.api.files().create(
            body=body,
            media_body=media,
            fields=FIELDS,
            supportsAllDrives=True,
            keepRevisionForever=True,
        )

    def _in_pieces(self, item: Item, body: dict[str, Any], content: Content) -> RemoteState:
        address, progress = self._resumed(item, content) or self._begun(item, body, content)
        while progress.file is None:
            sent = self._sent(item, address, content, progress.received)
            if sent.file is None and sent.received <= progress.received:
                raise OutOfReach
            progress = sent
        return progress.file

    def _begun(self, item: Item, body: dict[str, Any], content: Content) -> tuple[str, _Progress]:
        request = self._request(body, MediaIoBaseUpload(io.BytesIO(), _KIND, resumable=True))
        headers = request.headers | {
            "X-Upload-Content-Type": _KIND,
            "X-Upload-Content-Length": str(content.size),
            "Content-Length": str(len(request.body)),
        }
        answer = self._calls.exchange(WRITE, "POST", request.uri, headers, request.body)
        address = answer.headers["location"]
        self._ledger.begin_upload(item.path, f"{address}#{content.sha256}")
        return address, _Progress(0)

    def _resumed(self, item: Item, content: Content) -> tuple[str, _Progress] | None:
        """Return where to go on with the same bytes, or None."""
        present = self._ledger.find(item.path)
        address, _, sha256 = (present.upload_url or "" if present else "").partition("#")
        if not address:
            return None
        if sha256 != content.sha256:
            self._ledger.begin_upload(item.path, None)
            return None
        # Sessions last a week; Google says 404 or 410 afterwards.
        with suppress(MissingError, Expired):
            return address, self._asked(item, address, content)
        return None

    def _asked(self, item: Item, address: str, content: Content) -> _Progress:
        headers = {"Content-Range": f"bytes */{content.size}", "Content-Length": "0"}
        return self._exchanged(item, address, headers, b"")

    def _sent(self, item: Item, address: str, content: Content, position: int) -> _Progress:
        piece = content.piece(position, PIECE)
        headers = {
            "Content-Range": f"bytes {position}-{position + len(piece) - 1}/{content.size}",
            "Content-Length": str(len(piece)),
        }
        try:
            return self._exchanged(item, address, headers, piece)
        except (MissingError, Expired) as error:
            raise OutOfReach from error

    def _exchanged(self, item: Item, address: str, headers: dict[str, str], body: bytes) -> _Progress:
        try:
            # Only the beginning of an upload counts as a write.
            answer = self._calls.exchange(READ, "PUT", address, headers, body)
        except (OutOfReach, TooFast, SignInAgain):
            raise
        except StorageError:
            # A session that was refused once is not to be continued.
            self._ledger.begin_upload(item.path, None)
            raise
        if answer.status != _GOES_ON:
            return _Progress(0, state_of(answer.json()))
        _, _, last = answer.headers.get("range", "").rpartition("-")
        return _Progress(int(last) + 1 if last else 0)
