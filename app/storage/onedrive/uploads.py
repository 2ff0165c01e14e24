"""Sending a file to a drive: in one request, or in pieces that another process can go on with."""

from app.storage.ledger import Ledger
from app.storage.onedrive.chunks import Chunk
from app.storage.onedrive.client import Answer, Call, Json
from app.storage.onedrive.drive import FAIL, Drive, DriveItem, inside, read_item
from app.storage.onedrive.errors import RequestRefused
from app.storage.onedrive.pace import READ, WRITE
from app.storage.onedrive.places import Place
from app.storage.policy import OutOfReach
from app.storage.protocol import MissingError, OccupiedError

AT_ONCE = 10 * 1024 * 1024
"""Bytes up to which a file goes in one request."""
PIECE = 16 * 320 * 1024
"""Bytes of a piece; the service takes multiples of 320 KiB."""
_ACCEPTED = 202


class Uploads:
    """Uploads to one drive, with what is under way written in the ledger."""

    def __init__(self, drive: Drive, ledger: Ledger) -> None:
        self._drive = drive
        self._ledger = ledger

    def send(self, place: Place, chunk: Chunk) -> DriveItem:
        """Make the file; raises `OccupiedError` where the name is taken."""
        if chunk.size <= AT_ONCE:
            return self._drive.put(place.folder_id, place.name, chunk)
        wishes: Json = {**FAIL, "fileSize": chunk.size}
        path = f"{inside(place.folder_id, place.name)}/createUploadSession"
        address = str(self._drive.call(WRITE, "POST", path, json={"item": wishes})["uploadUrl"])
        self._ledger.begin_upload(place.path, f"{address}#{chunk.sha256}")
        return self._in_pieces(place, chunk, address, 0)

    def go_on(self, place: Place, chunk: Chunk, begun: str) -> DriveItem | None:
        """Send what is missing of an upload that was begun.

        None where it is over, one way or the other, or was of other bytes: the service's hash could miss that
        the beginning and the end of a file do not belong together.
        """
        address, _, sha256 = begun.partition("#")
        try:
            if sha256 == chunk.sha256:
                return self._in_pieces(place, chunk, address, self._missing(address))
        except MissingError:
            self._ledger.begin_upload(place.path, None)
        return None

    def _in_pieces(self, place: Place, chunk: Chunk, address: str, first: int | None) -> DriveItem:
        """Send everything from the byte `first` on; None: all is there, and only has to become a file."""
        try:
            while True:
                answer = self._sent(chunk, address, first)
                if answer.status != _ACCEPTED:
                    return read_item(answer.body)
                first = _further(first, _first_missing(answer.body))
        except OccupiedError:
            self._ledger.begin_upload(place.path, None)
            raise
        except (MissingError, RequestRefused) as error:
            # The service has given the upload up: the next attempt looks, and begins anew.
            self._ledger.begin_upload(place.path, None)
            raise OutOfReach from error

    def _sent(self, chunk: Chunk, address: str, first: int | None) -> Answer:
        if first is None:
            return self._drive.graph.send_openly(WRITE, Call("POST", address))
        piece = chunk.piece(first, PIECE)
        headers = {"Content-Range": f"bytes {first}-{first + len(piece) - 1}/{chunk.size}"}
        return self._drive.graph.send_openly(WRITE, Call("PUT", address, headers=headers, content=piece))

    def _missing(self, address: str) -> int | None:
        return _first_missing(self._drive.graph.send_openly(READ, Call("GET", address)).body)


def _further(sent: int | None, missing: int | None) -> int | None:
    """Return what is missing now, if the service took anything at all; raises `OutOfReach`."""
    if sent is None or (missing is not None and missing <= sent):
        raise OutOfReach
    return missing


def _first_missing(body: Json) -> int | None:
    """Return the first byte that the service waits for; None when it has them all."""
    ranges = body.get("nextExpectedRanges") or []
    return int(str(ranges[0]).partition("-")[0]) if ranges else None
