"""Everything that the calls of one emulator share."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from emulators.blobs import Blob, Blobs
from emulators.clock import Clock
from emulators.microsoft.directory import Directory
from emulators.microsoft.drive import Drive
from emulators.microsoft.errors import GraphError
from emulators.microsoft.items import Content, Item
from emulators.microsoft.quickxor import quick_xor_hash
from emulators.microsoft.upload_sessions import UploadSessions

DOWNLOAD_LIFE = timedelta(hours=1)


@dataclass(frozen=True)
class Mail:
    """A sharing mail that the service has sent."""

    sent: datetime
    sender: str
    recipient: str
    item_id: str
    message: str


@dataclass
class World:
    """The clock, the directory, the bytes, and what is under way."""

    clock: Clock
    directory: Directory = field(default_factory=Directory)
    blobs: Blobs = field(default_factory=Blobs)
    sessions: UploadSessions = field(default_factory=UploadSessions)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    hash_lag: timedelta = timedelta()
    """How long a new file shows no hash."""
    page_size: int = 200
    """Items in a page of a listing or of delta, unless the client asks for fewer."""
    refuse_uploads_with_token: bool = True
    """The documents warn of 401 for Authorization at an upload address; old clients get away with it."""
    mails: list[Mail] = field(default_factory=list)
    epoch: int = 1
    """Cursors of an older epoch are answered with 410."""

    def drive(self, drive_id: str) -> Drive | None:
        """Find a drive of any tenant."""
        tenants = self.directory.tenants.values()
        return next((tenant.drives[drive_id] for tenant in tenants if drive_id in tenant.drives), None)

    def content(self, blob: Blob) -> Content:
        """Return bytes that are now stored, with the hash that Graph keeps of them."""
        with blob.path.open("rb") as source:
            return Content(blob, quick_xor_hash(source), self.clock.now())

    def ticket(self, drive: Drive, item: Item) -> str:
        """Return what lets anybody download the file for an hour."""
        until = int((self.clock.now() + DOWNLOAD_LIFE).timestamp())
        text = f"{drive.id} {item.id} {until}"
        return base64.urlsafe_b64encode(f"{text} {self._seal(text)}".encode()).decode().rstrip("=")

    def redeem(self, ticket: str) -> Item:
        """Return the file of a ticket; raises 401 for one that is false or too old."""
        try:
            text, _, seal = base64.urlsafe_b64decode(ticket + "==").decode().rpartition(" ")
            drive_id, item_id, until = text.split(" ")
        except ValueError as error:
            raise _false_ticket() from error
        drive = self.drive(drive_id)
        if drive is None or not hmac.compare_digest(seal, self._seal(text)):
            raise _false_ticket()
        if self.clock.seconds() > int(until):
            raise _false_ticket()
        return drive.get(item_id)

    def _seal(self, text: str) -> str:
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()


def _false_ticket() -> GraphError:
    return GraphError(401, "unauthenticated", "The download address is false or has expired.")
