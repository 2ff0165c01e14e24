"""Finding the place in an account where a school's tree can be built, before anything is kept of it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

from app.config import Settings
from app.errors import Refused
from app.storage.accounts import Connection
from app.storage.building import graph_client, graph_connections
from app.storage.google_drive.client import DriveClient
from app.storage.google_drive.errors import RootGone
from app.storage.google_roots import Root, account_of, former_root, held_in, look_at_root, make_root
from app.storage.ledger import Item
from app.storage.models import Provider
from app.storage.onedrive.client import Call, GraphClient
from app.storage.policy import NoRight, SignInAgain
from app.storage.protocol import MissingError, OccupiedError
from app.text import N_

_FAIL = {"@microsoft.graph.conflictBehavior": "fail"}


class _Unpaced:
    """Leave at once: connecting makes a handful of calls on an account that nothing else calls yet."""

    def take(self, kind: str, cost: float = 1) -> None:
        """Give leave."""

    def close(self, seconds: float) -> None:
        """Keep nothing: the refusal is shown to whoever is connecting."""


_UNPACED = _Unpaced()


@dataclass(frozen=True)
class Tree:
    """For which school a folder is found or made, and what a new one is called."""

    name: str
    school_code: str


class NotOurFolder(Refused):
    """The root that was named is not there for this account, is no folder, or takes nothing from it."""

    code, status = "not_our_folder", 422
    detail = N_("Tài khoản này không thấy hoặc không ghi được vào thư mục %(root)s.")
    hint = N_(
        "Chia sẻ thư mục hoặc ổ dùng chung cho tài khoản kết nối với quyền sửa rồi chép lại đúng mã thư mục,"
        " hoặc để trống để hệ thống tự tạo thư mục gốc."
    )


class CredentialsRefused(SignInAgain):
    """The provider does not take the credentials that were to be connected with."""

    code, status = "credentials_refused", 422
    detail = N_("Nhà cung cấp không nhận thông tin kết nối này.")
    hint = N_(
        "Kiểm tra mã ứng dụng, mã bí mật hoặc khóa (có thể sai hay đã hết hạn) và quyền đã cấp"
        " rồi kết nối lại."
    )


class RootRequired(Refused):
    """A service account has no room of its own."""

    code, status = "root_required", 422
    detail = N_("Tài khoản dịch vụ của Google không có dung lượng riêng nên cần một ổ dùng chung.")
    hint = N_("Thêm tài khoản dịch vụ vào ổ dùng chung của trường rồi nêu mã ổ hoặc mã thư mục bằng --root.")


def found(settings: Settings, draft: Connection, tree: Tree) -> Connection:
    """Return the connection with its account and place: the root it names, else the tree's own.

    Goes out to the store. Raises `CloudError`, `CredentialsRefused`, `NotOurFolder` and `RootRequired`.
    """
    try:
        return _FINDERS[draft.provider](settings, draft, tree)
    except SignInAgain as error:
        raise CredentialsRefused from error


def held(settings: Settings, connection: Connection) -> Sequence[Item]:
    """Return what the application has put into the connection's place before; raises `CloudError`.

    Goes out to Google alone: elsewhere what bears the right name is taken when its turn comes.
    """
    if connection.provider != Provider.GOOGLE:
        return ()
    place, secrets = connection.settings, dict(connection.secrets)
    with closing(DriveClient(secrets, secrets.update, api_root=settings.google_api_root)) as drive:
        return held_in(drive, _UNPACED, Root(place["root_id"], place["shared_drive_id"]))


def _find_here(_settings: Settings, draft: Connection, _tree: Tree) -> Connection:
    return draft


def _find_in_google(settings: Settings, draft: Connection, tree: Tree) -> Connection:
    wanted = draft.settings.get("root_id")
    if not wanted and draft.secrets.get("type") == "service_account":
        raise RootRequired
    secrets = dict(draft.secrets)
    with closing(DriveClient(secrets, secrets.update, api_root=settings.google_api_root)) as drive:
        account = account_of(drive, _UNPACED)
        root = _google_root(drive, wanted) if wanted else _own_root(drive, tree)
    place = {"root_id": root.id, "shared_drive_id": root.shared_drive_id}
    return replace(draft, account=account, settings=place, secrets=secrets)


def _own_root(drive: DriveClient, tree: Tree) -> Root:
    """Return the folder that the school had in this account before, else a new one."""
    former = former_root(drive, _UNPACED, tree.school_code)
    return former or make_root(drive, _UNPACED, tree.name, tree.school_code)


def _google_root(drive: DriveClient, root_id: str) -> Root:
    try:
        return look_at_root(drive, _UNPACED, root_id)
    except (RootGone, NoRight) as error:
        raise NotOurFolder(root=root_id) from error


def _find_at_microsoft(settings: Settings, draft: Connection, tree: Tree) -> Connection:
    secrets = dict(draft.secrets)
    with graph_connections() as connections:
        graph = graph_client(settings, secrets, secrets.update, connections)
        drive = _drive(graph, draft.settings.get("drive_id"))
        wanted = draft.settings.get("root_id")
        root = (
            _microsoft_root(graph, drive["id"], wanted) if wanted else _folder(graph, drive["id"], tree.name)
        )
    account = _owner(drive)
    place = {
        **draft.settings,
        "root_id": str(root["id"]),
        "web_url": root.get("webUrl", ""),
        "drive_id": drive["id"],
        "tenant_id": secrets.get("tenant_id", ""),
        "own_domains": [account.rpartition("@")[2]],
    }
    return replace(draft, account=account, settings=place, secrets=secrets)


def _drive(graph: GraphClient, drive_id: str | None) -> dict[str, Any]:
    path = f"/drives/{quote(drive_id, safe='!')}" if drive_id else "/me/drive"
    try:
        return graph.send(Call("GET", path)).body
    except MissingError as error:
        raise NotOurFolder(root=drive_id or "OneDrive") from error


def _microsoft_root(graph: GraphClient, drive_id: str, root_id: str) -> dict[str, Any]:
    path = f"/drives/{quote(drive_id, safe='!')}/items/{quote(root_id, safe='!')}"
    try:
        item = graph.send(Call("GET", path)).body
    except MissingError as error:
        raise NotOurFolder(root=root_id) from error
    if "folder" not in item:
        raise NotOurFolder(root=root_id)
    return item


def _folder(graph: GraphClient, drive_id: str, name: str) -> dict[str, Any]:
    """Make the folder, or take the one that is called so already."""
    top = f"/drives/{quote(drive_id, safe='!')}/root"
    try:
        made = graph.send(Call("POST", f"{top}/children", json={"name": name, "folder": {}, **_FAIL}))
    except OccupiedError:
        made = graph.send(Call("GET", f"{top}:/{quote(name, safe='')}"))
    if "folder" not in made.body:
        raise NotOurFolder(root=name)
    return made.body


def _owner(drive: Mapping[str, Any]) -> str:
    """Return whose drive it is: a person's address, or the site's."""
    person = (drive.get("owner") or {}).get("user") or {}
    return str(person.get("email") or urlsplit(drive.get("webUrl", "")).netloc)


_FINDERS: Mapping[str, Callable[[Settings, Connection, Tree], Connection]] = {
    Provider.LOCAL: _find_here,
    Provider.GOOGLE: _find_in_google,
    Provider.MICROSOFT: _find_at_microsoft,
}
