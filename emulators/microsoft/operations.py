"""Which operation a request asks for, by method and address, and what it costs in resource units."""

from collections.abc import Callable
from dataclasses import dataclass

from emulators.microsoft import (
    content_calls,
    delta_calls,
    item_calls,
    label_calls,
    sharing_calls,
)
from emulators.microsoft.calls import DriveCall, Handler
from emulators.microsoft.directory import Tenant
from emulators.microsoft.rendering import drive_json
from emulators.microsoft.session_calls import start_session
from emulators.serving import Response, json_response

TenantHandler = Callable[[DriveCall, Tenant], Response]


@dataclass(frozen=True)
class Operation:
    """The name under which a call is counted and faults find it, its cost, and what does it."""

    name: str
    units: int
    handler: TenantHandler


def _plain(handler: Handler) -> TenantHandler:
    return lambda call, _tenant: handler(call)


def get_drive(call: DriveCall) -> Response:
    """Answer with the drive and its quota."""
    return json_response(200, call.selected(drive_json(call.drive)))


GET_DRIVE = Operation("drives.get", 1, _plain(get_drive))
_ITEM_OPERATIONS = {
    ("GET", ""): Operation("items.get", 1, _plain(item_calls.get_item)),
    ("PATCH", ""): Operation("items.update", 2, _plain(item_calls.update_item)),
    ("DELETE", ""): Operation("items.delete", 2, _plain(item_calls.delete_item)),
    ("POST", "restore"): Operation("items.restore", 2, _plain(item_calls.restore_item)),
    ("POST", "permanentDelete"): Operation("items.erase", 2, _plain(item_calls.erase_item)),
    ("POST", "checkout"): Operation("items.checkout", 2, _plain(item_calls.check_out)),
    ("POST", "checkin"): Operation("items.checkin", 2, _plain(item_calls.check_in)),
    ("GET", "children"): Operation("items.children", 2, _plain(item_calls.list_children)),
    ("POST", "children"): Operation("folders.create", 2, _plain(item_calls.make_folder)),
    ("PUT", "content"): Operation("content.put", 2, _plain(content_calls.put_content)),
    ("GET", "content"): Operation("content.get", 1, _plain(content_calls.get_content)),
    ("POST", "createUploadSession"): Operation("sessions.create", 2, _plain(start_session)),
    ("GET", "permissions"): Operation("permissions.list", 5, _plain(sharing_calls.list_permissions)),
    ("GET", "permissions/"): Operation("permissions.get", 5, _plain(sharing_calls.get_permission)),
    ("PATCH", "permissions/"): Operation("permissions.update", 5, _plain(sharing_calls.change_permission)),
    ("DELETE", "permissions/"): Operation("permissions.delete", 5, _plain(sharing_calls.delete_permission)),
    ("POST", "invite"): Operation("permissions.invite", 5, sharing_calls.invite),
    ("POST", "createLink"): Operation("permissions.link", 5, sharing_calls.create_link),
    ("GET", "retentionLabel"): Operation("labels.get", 1, _plain(label_calls.get_label)),
    ("PATCH", "retentionLabel"): Operation("labels.update", 2, label_calls.change_label),
    ("DELETE", "retentionLabel"): Operation("labels.delete", 2, _plain(label_calls.remove_label)),
}
_DELTA_WITH_TOKEN = Operation("delta", 1, _plain(delta_calls.delta))
_DELTA_FROM_START = Operation("delta", 2, _plain(delta_calls.delta))


def item_operation(method: str, action: str, query: dict[str, str]) -> Operation | None:
    """Return what is asked of an item, or None for what this emulator does not know."""
    if action == "delta" or action.startswith("delta("):
        with_token = action != "delta" or "token" in query
        return (_DELTA_WITH_TOKEN if with_token else _DELTA_FROM_START) if method == "GET" else None
    if action.startswith("permissions/"):
        action = "permissions/"
    return _ITEM_OPERATIONS.get((method, action))
