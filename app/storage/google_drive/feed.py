"""What changes in Drive, as its own list of changes tells it."""

from typing import Any

from app.storage.abilities import ChangeOf, Changes, CursorLost, Listing, RemoteState
from app.storage.google_drive.calls import Calls
from app.storage.google_drive.errors import Expired, NotUnderstood
from app.storage.google_drive.pace import READ
from app.storage.google_drive.states import FIELDS, state_of

_PAGE = 1000
_LET_IN = "permissions(id,role)"
_FIELDS = f"nextPageToken,newStartPageToken,changes(fileId,time,removed,file({FIELDS}))"


class Feed:
    """The changes of the account, or of the one shared drive that the tree is in."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def begin(self) -> str:
        """Return a cursor for what changes from now on; one call."""
        request = self._calls.api.changes().getStartPageToken(**self._which())
        token: str = self._calls.send(request, READ)["startPageToken"]
        return token

    def changes(self, cursor: str) -> Changes:
        """Return a page of up to a thousand; raises `CursorLost`."""
        request = self._calls.api.changes().list(
            pageToken=cursor,
            pageSize=_PAGE,
            fields=_FIELDS,
            includeItemsFromAllDrives=bool(self._calls.shared_drive_id),
            **self._which(),
        )
        try:
            answer = self._calls.send(request, READ)
        except (Expired, NotUnderstood) as error:
            # Google does not say how it refuses a token that is too old.
            raise CursorLost from error
        states = [_state(change) for change in answer.get("changes", ())]
        following = answer.get("nextPageToken")
        return Changes(states, following or answer["newStartPageToken"], more=following is not None)

    def listing(self, place: str) -> Listing:
        """Return a page of the account or shared drive, with who was let in; raises `CursorLost`."""
        try:
            return Listing(*self._calls.page(place, fields=f"{FIELDS},{_LET_IN}"))
        except (Expired, NotUnderstood) as error:
            if not place:
                raise
            raise CursorLost from error

    def _which(self) -> dict[str, Any]:
        """A shared drive's changes are complete only in its own list."""
        drive = self._calls.shared_drive_id
        return {"supportsAllDrives": True} | ({"driveId": drive} if drive else {})


def _state(change: dict[str, Any]) -> RemoteState:
    if change.get("removed") or "file" not in change:
        return RemoteState(change["fileId"], ChangeOf.GONE)
    return state_of(change["file"], change.get("time"))
