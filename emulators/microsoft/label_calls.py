"""Calls on retention labels: read, apply, lock and unlock a record, remove."""

from emulators.microsoft.calls import DriveCall
from emulators.microsoft.directory import Tenant
from emulators.microsoft.errors import denied, invalid, locked, not_found
from emulators.microsoft.items import Label
from emulators.microsoft.rendering import label_json
from emulators.serving import Response, json_response

_APPLY = "Sites.FullControl.All"


def get_label(call: DriveCall) -> Response:
    """Answer with the item's label."""
    label = call.item().label
    if label is None:
        raise not_found()
    return json_response(200, label_json(label))


def change_label(call: DriveCall, tenant: Tenant) -> Response:
    """Apply a label by name, or lock and unlock the record that a label has made of the item."""
    item = call.item()
    if "name" in call.body:
        _check_applicable(call, tenant)
        if item.is_record:
            raise locked("The item is a record and is locked.")
        item.label = Label(str(call.body["name"]), False, call.act.at, call.act.by)
    settings = call.body.get("retentionSettings") or {}
    if item.label is None:
        raise invalid("The item has no retention label.")
    item.label.locked = bool(settings.get("isRecordLocked", item.label.locked))
    call.drive.touch(item, call.act)
    return json_response(200, label_json(item.label))


def _check_applicable(call: DriveCall, tenant: Tenant) -> None:
    if call.caller.user is None and _APPLY not in call.caller.app.roles:
        raise denied(f"Applying a record label needs {_APPLY}.")
    if call.body["name"] not in tenant.labels:
        raise invalid("The retention label does not exist in this organization.", "labelNotFound")


def remove_label(call: DriveCall) -> Response:
    """Take the label off, unless it locks the item."""
    item = call.item()
    if item.is_record:
        raise locked("The item is a record and is locked.")
    item.label = None
    call.drive.touch(item, call.act)
    return Response(204)
