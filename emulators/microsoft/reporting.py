"""Everything that is kept, as JSON for people and tests."""

from typing import Any

from emulators.microsoft.drive import Drive
from emulators.microsoft.items import Item, Permission
from emulators.microsoft.rendering import identity_set, moment
from emulators.microsoft.world import World


def state(world: World) -> dict[str, Any]:
    """Return tenants with their drives and items, and the sharing mails that were sent."""
    tenants = [
        {
            "id": tenant.id,
            "domain": tenant.domain,
            "users": sorted(tenant.users),
            "drives": [_drive(drive) for drive in tenant.drives.values()],
        }
        for tenant in world.directory.tenants.values()
    ]
    mails = [
        {"sent": moment(each.sent), "from": each.sender, "to": each.recipient, "item": each.item_id}
        for each in world.mails
    ]
    return {"now": moment(world.clock.now()), "tenants": tenants, "mails": mails}


def _drive(drive: Drive) -> dict[str, Any]:
    living = [_item(drive, each) for each in drive.below(drive.root) if each is not drive.root]
    binned = [_item(drive, each) for each in drive.binned_items()]
    quota = {"used": drive.used, "total": drive.quota}
    return {"id": drive.id, "name": drive.name, "quota": quota, "items": living, "recycle_bin": binned}


def _item(drive: Drive, item: Item) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": item.id,
        "path": drive.path(item).removeprefix("/"),
        "folder": item.is_folder,
        "locked": item.is_record,
        "permissions": [_permission(each) for each in item.permissions.values()],
    }
    if item.content is not None:
        shown |= {"size": item.content.size, "sha256": item.content.blob.sha256}
        shown["quickXorHash"] = item.content.quick_xor_hash
    return shown


def _permission(permission: Permission) -> dict[str, Any]:
    who = {"grantedTo": identity_set(permission.granted_to)} if permission.granted_to else {}
    link = {"link": permission.link.scope} if permission.link else {}
    return {"id": permission.id, "roles": list(permission.roles)} | who | link
