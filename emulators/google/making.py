"""Making, moving and removing items, with the checks that Drive makes."""

from typing import Any

from emulators.blobs import Blob
from emulators.google.ask import Ask, read_time
from emulators.google.errors import DriveError, bad_request, forbidden, limit_kind
from emulators.google.metadata import check_writable, write_metadata
from emulators.google.nodes import FOLDER, Grant, Node, Role
from emulators.google.show import may_move
from emulators.google.world import World

_ANY_BYTES = "application/octet-stream"


def check_new(ask: Ask, body: dict[str, Any]) -> Node:
    """Check what can be checked before the bytes come; returns the folder for the new item."""
    wanted = body.get("id")
    if wanted is not None and ask.world.tree.get(wanted):
        raise DriveError(409, "fileIdInUse", "A file already exists with the provided ID.")
    if wanted is not None and ask.world.reserved.get(wanted) != ask.caller.email:
        raise bad_request("The provided file ID is not usable.", "file.id", "invalid")
    parents = body.get("parents") or ["root"]
    if len(parents) != 1:
        raise bad_request("A file cannot be in more than one folder.", "parents", "invalid")
    parent = ask.parent(str(parents[0]))
    _check_room(ask.world, parent, 1)
    return parent


def make(ask: Ask, body: dict[str, Any], blob: Blob | None, mime: str = _ANY_BYTES) -> Node:
    """Make a file or folder and tell the feeds."""
    parent = check_new(ask, body)
    kind = str(body.get("mimeType") or mime)
    node = _blank(ask, body, parent, kind)
    if kind == FOLDER:
        check_depth(ask.world, parent, 1)
    check_writable(node, {key: value for key, value in body.items() if key != "parents"})
    if not node.is_native:
        content = blob or ask.world.blobs.keep_bytes(b"")
        check_storage(ask.world, node.drive, node.owner, content.size)
        ask.world.tree.add(node)
        ask.world.write(node, content, kind, ask.caller.email, ask.flag("keepRevisionForever"))
    else:
        ask.world.tree.add(node)
    try:
        if "createdTime" in body:
            node.created = read_time(body["createdTime"], "createdTime")
        write_metadata(ask, node, body)
    except DriveError:
        ask.world.tree.remove(node)
        raise
    ask.world.changed(node)
    return node


def _blank(ask: Ask, body: dict[str, Any], parent: Node, mime: str) -> Node:
    now = ask.world.clock.now()
    owner = None if parent.drive else ask.caller.email
    node = Node(
        id=str(body.get("id") or ask.world.tree.new_id()),
        name=str(body.get("name") or "Untitled"),
        mime=mime,
        parent=parent.id,
        drive=parent.drive,
        owner=owner,
        app=ask.caller.client,
        created=now,
        modified=now,
        modified_by=ask.caller.email,
    )
    if owner:
        grant = Grant("user", Role.OWNER, owner)
        node.grants[grant.id] = grant
    return node


def check_storage(world: World, drive: str | None, owner: str | None, size: int) -> None:
    """Refuse bytes for which the owner or the shared drive has no room."""
    if drive:
        limit, used = world.shared_drives[drive].limit, world.tree.used[drive]
    else:
        account = world.directory.accounts[owner or ""]
        if account.service:
            raise limit_kind("storage_full")
        limit, used = account.limit, world.tree.used[account.email]
    if limit is not None and used + size > limit:
        raise limit_kind("storage_full")


def _check_room(world: World, parent: Node, items: int) -> None:
    if parent.drive and world.tree.items[parent.drive] + items > world.limits.items:
        raise limit_kind("item_limit")
    if parent.parent and world.tree.count_children(parent.id) >= world.limits.children:
        raise DriveError(
            403,
            "numChildrenInNonRootLimitExceeded",
            "The limit for this folder's number of children (files and folders) has been exceeded.",
        )


def check_depth(world: World, parent: Node, levels: int) -> None:
    """Refuse folders that would be nested too deeply."""
    if sum(1 for _ in world.tree.chain(parent)) - 1 + levels <= world.limits.depth:
        return
    if parent.drive:
        raise DriveError(
            403, "teamDriveHierarchyTooDeep", "The shared drive hierarchy depth will exceed the limit."
        )
    raise DriveError(
        403,
        "myDriveHierarchyDepthLimitExceeded",
        f"Your My Drive can't contain more than {world.limits.depth} levels of folders.",
    )


def move(ask: Ask, node: Node, add: str, remove: str) -> None:
    """Take an item out of one folder and put it into another."""
    leaving = [ask.resolve(each) for each in remove.split(",") if each]
    entering = [ask.resolve(each) for each in add.split(",") if each]
    if leaving and leaving != [node.parent]:
        raise bad_request("The item is not in the folder to be removed.", "removeParents", "invalid")
    if entering == [node.parent]:
        return
    if len(entering) != 1:
        raise DriveError(
            403, "teamDrivesParentLimit" if node.drive else "cannotRemoveParent", "An item has one parent."
        )
    if not leaving and not ask.flag("enforceSingleParent"):
        raise DriveError(403, "cannotAddParent", "Increasing the number of parents is not allowed")
    _enter(ask, node, ask.parent(entering[0]))


def _enter(ask: Ask, node: Node, target: Node) -> None:
    world = ask.world
    if not may_move(node, ask.role(node)):
        raise forbidden(node.id)
    if any(each is node for each in world.tree.chain(target)):
        raise bad_request("The parent would make a cycle in the directory graph.")
    if node.is_folder and target.drive and node.drive != target.drive:
        raise DriveError(
            403, "teamDrivesFolderMoveInNotSupported", "Moving folders into shared drives is not supported."
        )
    _check_room(world, target, 0 if node.drive == target.drive else 1)
    if node.is_folder:
        check_depth(world, target, _levels(world, node))
    world.move(node, target)


def _levels(world: World, node: Node) -> int:
    below = [_levels(world, each) for each in world.tree.children(node.id) if each.is_folder]
    return 1 + max(below, default=0)
