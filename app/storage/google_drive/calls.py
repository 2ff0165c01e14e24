"""Drive's operations as a store uses them: paced, and with shared drives known."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from googleapiclient.http import MediaIoBaseDownload

from app.storage.abilities import RemoteState
from app.storage.google_drive.client import Answer, DriveClient
from app.storage.google_drive.pace import HELD_BACK, READ, WRITE
from app.storage.google_drive.states import FIELDS, state_of
from app.storage.pacing import Pacer
from app.storage.policy import TooFast
from app.storage.protocol import MissingError

PIECE = 8 * 1024 * 1024
"""Bytes of a file that are in memory at a time; Drive wants a multiple of 256 KiB."""
_IDS = 1000
_PAGE = 1000


class Calls:
    """One account's calls; each method is one call a page unless it says otherwise."""

    def __init__(self, client: DriveClient, pacer: Pacer, shared_drive_id: str | None) -> None:
        self._client = client
        self._pacer = pacer
        self.shared_drive_id = shared_drive_id

    @property
    def api(self) -> Any:
        """The client's own calls, for `send`."""
        return self._client.api

    def send(self, request: Any, *kinds: str) -> dict[str, Any]:
        """Send a request when the pacer gives leave; raises `CloudError`, `MissingError`, `PutOff`."""
        with self._paced(*kinds):
            return self._client.send(request)

    def exchange(
        self, kind: str, method: str, address: str, headers: dict[str, str], body: Any = None
    ) -> Answer:
        """Send what `api` has no call for."""
        with self._paced(kind):
            return self._client.exchange(method, address, headers, body)

    def state(self, remote_id: str) -> RemoteState | None:
        """Return an item as it is now, or None when it is gone."""
        request = self.api.files().get(fileId=remote_id, fields=FIELDS, supportsAllDrives=True)
        try:
            return state_of(self.send(request, READ))
        except MissingError:
            return None

    def there(self, remote_id: str) -> RemoteState | None:
        """Return an item as it is now, or None when it is gone or in the trash."""
        state = self.state(remote_id)
        return None if state is None or state.trashed else state

    def update(self, remote_id: str, body: dict[str, Any], **parameters: Any) -> RemoteState:
        """Change an item's metadata or place."""
        request = self.api.files().update(
            fileId=remote_id, body=body, fields=FIELDS, supportsAllDrives=True, **parameters
        )
        return state_of(self.send(request, WRITE))

    def new_ids(self) -> list[str]:
        """Return ids that this account may use, once each."""
        ids: list[str] = self.send(self.api.files().generateIds(count=_IDS), READ)["ids"]
        return ids

    def listed(self, query: str) -> Iterator[RemoteState]:
        """Yield what a search finds, oldest first; one call per thousand."""
        page: str | None = ""
        while page is not None:
            states, page = self.page(page, q=query)
            yield from states

    def page(
        self, token: str, *, fields: str = FIELDS, **search: str
    ) -> tuple[list[RemoteState], str | None]:
        """Return a page of a search, oldest first, and the token of the next; without `q`, of everything."""
        drive = self.shared_drive_id
        corpus = {"corpora": "drive", "driveId": drive} if drive else {"corpora": "user"}
        request = self.api.files().list(
            orderBy="createdTime",
            pageSize=_PAGE,
            fields=f"nextPageToken,files({fields})",
            supportsAllDrives=True,
            includeItemsFromAllDrives=True,
            **corpus,
            **search,
            **({"pageToken": token} if token else {}),
        )
        answer = self.send(request, READ)
        return [state_of(each) for each in answer.get("files", ())], answer.get("nextPageToken")

    def download(self, remote_id: str, target: BinaryIO) -> None:
        """Write an item's bytes to `target`; one call per `PIECE`."""
        request = self.api.files().get_media(fileId=remote_id, supportsAllDrives=True)
        pieces = MediaIoBaseDownload(target, request, chunksize=PIECE)
        done = False
        while not done:
            with self._paced(READ), self._client.speaking():
                _, done = pieces.next_chunk(num_retries=0)

    @contextmanager
    def _paced(self, *kinds: str) -> Iterator[None]:
        """Wait for leave; when Drive finds it too fast all the same, close the account for a while."""
        for kind in kinds:
            self._pacer.take(kind)
        try:
            yield
        except TooFast as error:
            told = error.values.get("retry_after")
            self._pacer.close(told if isinstance(told, float) else HELD_BACK)
            raise
