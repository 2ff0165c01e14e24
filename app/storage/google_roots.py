"""The folder of a Drive in which a school's tree is built: made, or looked at before it is taken."""

from dataclasses import dataclass

from app.storage.abilities import RemoteState
from app.storage.google_drive.calls import Calls
from app.storage.google_drive.client import DriveClient
from app.storage.google_drive.errors import AlreadyMade, RootGone
from app.storage.google_drive.pace import READ, WRITE
from app.storage.google_drive.states import FOLDER
from app.storage.google_drive.tree import below, by_parent
from app.storage.ledger import Item
from app.storage.pacing import Pacer
from app.storage.policy import NoRight, OutOfReach
from app.storage.protocol import MissingError

_TREE = "tree"
"""The private property by which the folder of a school's tree is known again."""
_FIELDS = "id,mimeType,trashed,driveId,capabilities(canAddChildren)"


@dataclass(frozen=True)
class Root:
    """A folder that a tree can be built in."""

    id: str
    shared_drive_id: str | None


def account_of(drive: DriveClient, pacer: Pacer) -> str:
    """Return the address as which the client is connected; one call."""
    about = Calls(drive, pacer, None).send(drive.api.about().get(fields="user(emailAddress)"), READ)
    return str(about["user"].get("emailAddress", ""))


def look_at_root(drive: DriveClient, pacer: Pacer, root_id: str) -> Root:
    """Return a folder, or a shared drive by its id, if a tree can be built in it.

    Raises `RootGone` when it cannot be seen or is no folder, `NoRight` when nothing may be put there.
    """
    request = drive.api.files().get(fileId=root_id, fields=_FIELDS, supportsAllDrives=True)
    try:
        file = Calls(drive, pacer, None).send(request, READ)
    except MissingError as error:
        raise RootGone from error
    if file["mimeType"] != FOLDER or file["trashed"]:
        raise RootGone
    if not file["capabilities"]["canAddChildren"]:
        raise NoRight
    return Root(file["id"], file.get("driveId"))


def held_in(drive: DriveClient, pacer: Pacer, root: Root) -> list[Item]:
    """Return what this application has made below a folder, as a ledger keeps it; one call a thousand items.

    Of several items at one path the oldest is taken, and of a twin folder nothing that lies in it.
    """
    listed = Calls(drive, pacer, root.shared_drive_id).listed("trashed = false")
    held: dict[str, Item] = {}
    folders = {root.id}
    for path, state in below(by_parent(listed), root.id):
        if state.is_ours and state.parent_id in folders and path not in held:
            held[path] = _item(path, state)
            folders.add(state.remote_id)
    return list(held.values())


def former_root(drive: DriveClient, pacer: Pacer, school_code: str) -> Root | None:
    """Return the folder that was made for the school in this account's own Drive before; one call.

    One in the trash is left there. Of several the oldest is taken.
    """
    marked = f"appProperties has {{ key='{_TREE}' and value='{school_code}' }}"
    own = f"{marked} and 'me' in owners and trashed = false"
    known = next(Calls(drive, pacer, None).listed(own), None)
    return Root(known.remote_id, None) if known else None


def make_root(drive: DriveClient, pacer: Pacer, name: str, school_code: str) -> Root:
    """Make a folder at the top of the account's own Drive, once even when the answer is lost."""
    calls = Calls(drive, pacer, None)
    chosen = calls.send(drive.api.files().generateIds(count=1), READ)["ids"][0]
    mark = {_TREE: school_code}
    body = {"id": chosen, "name": name, "mimeType": FOLDER, "appProperties": mark}
    try:
        calls.send(drive.api.files().create(body=body, fields="id"), WRITE)
    except (AlreadyMade, OutOfReach) as error:
        if calls.state(chosen) is None:
            raise OutOfReach from error
    return Root(chosen, None)


def _item(path: str, state: RemoteState) -> Item:
    return Item(
        path,
        state.is_folder,
        state.remote_id,
        size=state.size,
        sha256=state.remote_hash,
        remote_hash=state.remote_hash,
        revision=state.revision,
        locked=bool(state.locked),
        confirmed=True,
    )
