"""What people do in Drive behind the application's back: for drift tests and the demo."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulators.frame import MeddleError
from emulators.google.directory import Directory
from emulators.google.nodes import FOLDER, ROLES, Grant, Lock, Node, Role, permission_id
from emulators.google.world import World

STRANGER = "nguoi.la@ngoai.example"


@dataclass(frozen=True)
class Order:
    """One act: what, on which item, by whom."""

    world: World
    content: dict[str, Any]

    @property
    def by(self) -> str:
        """Who does it; unless told, somebody whom the application does not know."""
        return str(self.content.get("by", STRANGER))

    def text(self, name: str) -> str:
        """Return a field that must be there."""
        if name not in self.content:
            raise MeddleError(f"{name!r} is missing")
        return str(self.content[name])

    def node(self, name: str = "file") -> Node:
        """Return the item that a field names, by its id or by its path below a root."""
        wanted = self.text(name)
        node = self.world.tree.get(wanted) or _by_path(self.world, wanted)
        if node is None:
            raise MeddleError(f"there is no item {wanted!r}")
        return node


def _by_path(world: World, path: str) -> Node | None:
    wanted = path.strip("/")
    fits = (each for each in world.tree if world.tree.path(each) == wanted and each.parent)
    return next(fits, None)


def meddle(world: World, content: dict[str, Any]) -> dict[str, Any]:
    """Do one act; returns the item's id. Raises `MeddleError`.

    `verb` says what; `file` and `to` name items by id or by path below a root, `by` is who does it:
    edit file content · rename file name · move file to · trash, untrash, delete file · lock file [reason] ·
    unlock file · share file with [role] [type] · unshare file with [type] (type `anyone` needs no `with`) ·
    add to name [content] [mime] · pick file client · revoke account · fill account [free] · forget_changes
    """
    order = Order(world, content)
    act = _ACTS.get(order.text("verb"))
    if act is None:
        raise MeddleError(f"unknown verb; known: {', '.join(sorted(_ACTS))}")
    return {"id": act(order)}


def _changed(order: Order, act: Callable[[Node], None]) -> str:
    node = order.node()
    before = order.world.audience(node)
    act(node)
    order.world.changed(node, before)
    return node.id


def _edit(order: Order) -> str:
    blob = order.world.blobs.keep_bytes(order.text("content").encode())
    return _changed(order, lambda node: order.world.write(node, blob, node.mime, order.by))


def _rename(order: Order) -> str:
    def act(node: Node) -> None:
        node.name = order.text("name")

    return _changed(order, act)


def _move(order: Order) -> str:
    node = order.node()
    order.world.move(node, order.node("to"))
    return node.id


def _trash(order: Order) -> str:
    def act(node: Node) -> None:
        node.trashed = order.world.clock.now()

    return _changed(order, act)


def _untrash(order: Order) -> str:
    def act(node: Node) -> None:
        node.trashed = None

    return _changed(order, act)


def _delete(order: Order) -> str:
    node = order.node()
    order.world.remove(node)
    return node.id


def _lock(order: Order) -> str:
    def act(node: Node) -> None:
        node.lock = Lock(False, str(order.content.get("reason", "")), order.by, order.world.clock.now())

    return _changed(order, act)


def _unlock(order: Order) -> str:
    def act(node: Node) -> None:
        node.lock = None

    return _changed(order, act)


def _share(order: Order) -> str:
    kind = str(order.content.get("type", "user"))
    role = ROLES[str(order.content.get("role", "reader"))]
    grant = Grant(kind, role, "" if kind == "anyone" else order.text("with"))

    def act(node: Node) -> None:
        node.grants[grant.id] = grant

    return _changed(order, act)


def _unshare(order: Order) -> str:
    kind = str(order.content.get("type", "user"))
    wanted = permission_id(kind, "" if kind == "anyone" else order.text("with"))

    def act(node: Node) -> None:
        if node.grants.pop(wanted, None) is None:
            raise MeddleError("there is no such permission on that very item")

    return _changed(order, act)


def _add(order: Order) -> str:
    """A person puts a file of his own, or a folder, where the application files its own."""
    world, parent, now = order.world, order.node("to"), order.world.clock.now()
    mime = str(order.content.get("mime", "application/pdf"))
    owner = None if parent.drive else str(order.content.get("by", parent.owner))
    node = Node(
        id=world.tree.new_id(),
        name=order.text("name"),
        mime=mime,
        parent=parent.id,
        drive=parent.drive,
        owner=owner,
        app=None,
        created=now,
        modified=now,
        modified_by=order.by,
    )
    if owner:
        grant = Grant("user", Role.OWNER, owner)
        node.grants[grant.id] = grant
    world.tree.add(node)
    if mime != FOLDER:
        blob = world.blobs.keep_bytes(str(order.content.get("content", "%PDF-1.7\n")).encode())
        world.write(node, blob, mime, order.by)
    world.changed(node)
    return node.id


def _pick(order: Order) -> str:
    """A person picks an item for an application that may see nothing else of his."""
    return _changed(order, lambda node: node.picked_by.add(order.text("client")))


def _revoke(order: Order) -> str:
    _directory(order).revoke_all(order.text("account"))
    return order.text("account")


def _fill(order: Order) -> str:
    """Leave an account no room but what is used."""
    email = order.text("account")
    account = _directory(order).accounts.get(email)
    if account is None:
        raise MeddleError(f"there is no account {email!r}")
    account.limit = order.world.tree.used[email] + int(order.content.get("free", 0))
    return email


def _forget_changes(order: Order) -> str:
    order.world.journal.forget()
    return ""


def _directory(order: Order) -> Directory:
    return order.world.directory


_ACTS: dict[str, Callable[[Order], str]] = {
    "edit": _edit,
    "rename": _rename,
    "move": _move,
    "trash": _trash,
    "untrash": _untrash,
    "delete": _delete,
    "lock": _lock,
    "unlock": _unlock,
    "share": _share,
    "unshare": _unshare,
    "add": _add,
    "pick": _pick,
    "revoke": _revoke,
    "fill": _fill,
    "forget_changes": _forget_changes,
}
