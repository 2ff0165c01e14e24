"""What people do in OneDrive and SharePoint behind the application's back: for drift tests and the demo."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from emulators.frame import MeddleError
from emulators.microsoft.directory import Tenant
from emulators.microsoft.drive import Drive
from emulators.microsoft.errors import GraphError
from emulators.microsoft.furnishing import found_school, site_drive
from emulators.microsoft.grants import Grants
from emulators.microsoft.items import Content, Identity, Item, Label, Link, Permission
from emulators.microsoft.tree import Act
from emulators.microsoft.world import World

STRANGER = "nguoi.la@ngoai.example"
_ROLES = {"reader": "read", "writer": "write"}


@dataclass(frozen=True)
class Order:
    """One act: what, on which item, by whom."""

    world: World
    grants: Grants
    content: dict[str, Any]

    @cached_property
    def act(self) -> Act:
        """Who does it, unless told somebody whom the application does not know; and when."""
        return Act(self.person(str(self.content.get("by", STRANGER))), self.world.clock.now())

    def person(self, address: str) -> Identity:
        """Return the identity behind an address."""
        user = self.world.directory.user(address)
        return Identity("user", user.id if user else address, user.name if user else address, address)

    def text(self, name: str) -> str:
        """Return a field that must be there."""
        if name not in self.content:
            raise MeddleError(f"{name!r} is missing")
        return str(self.content[name])

    def tenant(self) -> Tenant:
        """Return the organisation that `account` names by domain, by id, or by one of its people."""
        wanted = self.text("account")
        user = self.world.directory.user(wanted)
        tenant = self.world.directory.tenant(user.tenant_id if user else wanted)
        if tenant is None:
            raise MeddleError(f"there is no account {wanted!r}")
        return tenant

    def drives(self) -> list[Drive]:
        """Return the drives that are meant: the one of `drive`, those of `account`, or all."""
        tenants = self.world.directory.tenants.values()
        if "account" in self.content:
            tenants = {"": self.tenant()}.values()
        every = [drive for tenant in tenants for drive in tenant.drives.values()]
        return [drive for drive in every if self.content.get("drive", drive.id) == drive.id]

    def item(self, name: str = "file", *, binned: bool = False) -> tuple[Drive, Item]:
        """Return the item that a field names, by its id or by its path below a root."""
        wanted = self.text(name)
        for drive in self.drives():
            items = drive.binned_items() if binned else list(drive.below(drive.root))
            for item in items:
                if wanted == item.id or (
                    item is not drive.root and wanted.strip("/") == drive.path(item)[1:]
                ):
                    return drive, item
        raise MeddleError(f"there is no item {wanted!r}")

    def stored(self, default: str) -> Content:
        """Return the text that the order gives as a file's content."""
        raw = str(self.content.get("content", default)).encode()
        return self.world.content(self.world.blobs.keep_bytes(raw))


def meddle(world: World, grants: Grants, content: dict[str, Any]) -> dict[str, Any]:
    """Do one act; returns the item's id. Raises `MeddleError`."""
    order = Order(world, grants, content)
    act = _ACTS.get(order.text("verb"))
    if act is None:
        raise MeddleError(f"unknown verb; known: {', '.join(sorted(_ACTS))}")
    try:
        return {"id": act(order)}
    except GraphError as error:
        raise MeddleError(str(error)) from error


def _edit(order: Order) -> str:
    drive, item = order.item()
    order.text("content")
    drive.rewrite(item, order.stored(""), order.act)
    return item.id


def _rename(order: Order) -> str:
    drive, item = order.item()
    parent = next(drive.ancestors(item), drive.root)
    drive.relocate(item, parent, order.text("name"), "fail", order.act)
    return item.id


def _move(order: Order) -> str:
    drive, item = order.item()
    other, target = order.item("to")
    if other is not drive:
        raise MeddleError("an item cannot be moved to another drive")
    drive.relocate(item, target, item.name, "fail", order.act)
    return item.id


def _trash(order: Order) -> str:
    drive, item = order.item()
    drive.delete(item, order.act)
    return item.id


def _untrash(order: Order) -> str:
    drive, item = order.item(binned=True)
    drive.restore(item, drive.get(str(item.parent_id)), item.name, order.act)
    return item.id


def _delete(order: Order) -> str:
    drive, item = order.item()
    drive.erase(item, order.act)
    return item.id


def _lock(order: Order) -> str:
    drive, item = order.item()
    name = str(order.content.get("label", "Record"))
    item.label = Label(name, True, order.act.at, order.act.by)
    drive.touch(item, order.act)
    return item.id


def _unlock(order: Order) -> str:
    drive, item = order.item()
    item.label, item.checked_out_by = None, None
    drive.touch(item, order.act)
    return item.id


def _check_out(order: Order) -> str:
    drive, item = order.item()
    item.checked_out_by = order.act.by
    drive.touch(item, order.act)
    return item.id


def _share(order: Order) -> str:
    drive, item = order.item()
    role = _ROLES.get(str(order.content.get("role", "reader")), str(order.content.get("role")))
    key = _permission_key(order)
    if order.content.get("type") == "anyone":
        link = Link("view", "anonymous", f"{drive.web_url}/:link:/{key}", "")
        item.permissions[key] = Permission(key, (role,), link=link)
    else:
        item.permissions[key] = Permission(key, (role,), order.person(order.text("with")), invited=True)
    drive.touch_sharing(item, order.act)
    return item.id


def _unshare(order: Order) -> str:
    drive, item = order.item()
    anyone, address = order.content.get("type") == "anyone", str(order.content.get("with", ""))
    found = [
        key
        for key, each in item.permissions.items()
        if (each.link is not None if anyone else each.granted_to and each.granted_to.email == address)
    ]
    if not found:
        raise MeddleError("there is no such permission on that very item")
    for key in found:
        del item.permissions[key]
    drive.touch_sharing(item, order.act)
    return item.id


def _permission_key(order: Order) -> str:
    if order.content.get("type") == "anyone":
        return "behind-anyone"
    return f"behind-{order.text('with')}"


def _add(order: Order) -> str:
    """A person puts a file of his own, or a folder, where the application files its own."""
    drive, parent = order.item("to")
    if order.content.get("folder"):
        return drive.add_folder(parent, order.text("name"), "fail", order.act).id
    return drive.put(parent, order.text("name"), order.stored("%PDF-1.7\n"), "fail", order.act)[0].id


def _revoke(order: Order) -> str:
    """Take back what one person has agreed to, or a whole organisation."""
    account = order.text("account")
    tenant, user = order.tenant(), order.world.directory.user(account)
    order.grants.revoke(tenant.id, user)
    tenant.consented = tenant.consented and user is not None
    return account


def _consent(order: Order) -> str:
    """Let applications sign in to the organisation again."""
    order.tenant().consented = True
    return order.text("account")


def _found_school(order: Order) -> str:
    """Add another organisation with a drive of its own."""
    domain = order.text("account")
    if order.world.directory.tenant(domain) is not None:
        raise MeddleError(f"there is an account {domain!r} already")
    return site_drive(found_school(order.world.directory, domain, str(order.content.get("name", domain)))).id


def _fill(order: Order) -> str:
    """Leave the drives no room but what is used."""
    for drive in order.drives():
        drive.quota = drive.used + int(order.content.get("free", 0))
    return ""


def _forget_changes(order: Order) -> str:
    order.world.epoch += 1
    return ""


_ACTS: dict[str, Callable[[Order], str]] = {
    "edit": _edit,
    "rename": _rename,
    "move": _move,
    "trash": _trash,
    "untrash": _untrash,
    "delete": _delete,
    "lock": _lock,
    "unlock": _unlock,
    "checkout": _check_out,
    "share": _share,
    "unshare": _unshare,
    "add": _add,
    "revoke": _revoke,
    "consent": _consent,
    "found": _found_school,
    "fill": _fill,
    "forget_changes": _forget_changes,
}
