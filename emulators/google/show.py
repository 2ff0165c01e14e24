"""Drive's resources as JSON: files, users, permissions, revisions, shared drives."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from emulators.google.access import Held, permissions_on
from emulators.google.ask import Ask
from emulators.google.nodes import NAMES, Lock, Node, Revision, Role, permission_id
from emulators.google.world import SharedDrive, World


def stamp(time: datetime) -> str:
    """Return a time as Drive writes it."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def user(world: World, email: str, me: str = "") -> dict[str, Any]:
    """Return a person as others see him."""
    account = world.directory.accounts.get(email)
    return {
        "kind": "drive#user",
        "displayName": account.name if account else email.partition("@")[0],
        "me": email == me,
        "permissionId": permission_id("user", email),
        "emailAddress": email,
    }


def file(ask: Ask, node: Node) -> dict[str, Any]:
    """Return all fields of an item as the caller sees it."""
    parts: tuple[Callable[[Ask, Node], dict[str, Any]], ...] = (_identity, _place, _times, _rights)
    whole: dict[str, Any] = {}
    for part in parts:
        whole |= part(ask, node)
    whole |= _content(node) if node.head and not node.is_native else {}
    return whole | node.plain


def _identity(ask: Ask, node: Node) -> dict[str, Any]:
    mine = node.app_properties.get(ask.caller.client)
    kind = "folders" if node.is_folder else "file/d"
    return {
        "kind": "drive#file",
        "id": node.id,
        "name": node.name,
        "mimeType": node.mime,
        "version": str(node.version),
        "spaces": ["drive"],
        "isAppAuthorized": node.app == ask.caller.client or ask.caller.client in node.picked_by,
        "webViewLink": f"https://drive.google.com/{kind}/{node.id}",
        **({"appProperties": mine} if mine else {}),
    }


def _place(ask: Ask, node: Node) -> dict[str, Any]:
    trashed = ask.world.tree.is_trashed(node)
    place: dict[str, Any] = {"trashed": trashed, "explicitlyTrashed": node.trashed is not None}
    parent = ask.world.tree.get(node.parent or "")
    if parent and ask.role(parent) > Role.NOBODY:
        place["parents"] = [parent.id]
    if node.trashed:
        place["trashedTime"] = stamp(node.trashed)
    if node.drive:
        place |= {"driveId": node.drive, "teamDriveId": node.drive}
    return place


def _times(ask: Ask, node: Node) -> dict[str, Any]:
    return {
        "createdTime": stamp(node.created),
        "modifiedTime": stamp(node.modified),
        "lastModifyingUser": user(ask.world, node.modified_by, ask.caller.email),
        "modifiedByMe": node.modified_by == ask.caller.email,
    }


def _content(node: Node) -> dict[str, Any]:
    head = node.revisions[-1]
    suffix = PurePosixPath(node.name).suffix.removeprefix(".")
    return {
        "size": str(head.blob.size),
        "quotaBytesUsed": str(node.stored),
        "md5Checksum": head.blob.md5,
        "sha1Checksum": head.blob.sha1,
        "sha256Checksum": head.blob.sha256,
        "headRevisionId": head.id,
        "originalFilename": node.revisions[0].name,
        "fileExtension": suffix,
        "fullFileExtension": suffix,
    }


def _rights(ask: Ask, node: Node) -> dict[str, Any]:
    held = list(permissions_on(ask.world.tree, node))
    owner = node.owner or ""
    rights: dict[str, Any] = {
        "ownedByMe": node.owner == ask.caller.email,
        "shared": bool(node.drive) or any(each.role != Role.OWNER for each in held),
        "permissionIds": list({each.grant.id: None for each in held}),
        "inheritedPermissionsDisabled": node.limited,
        "capabilities": capabilities(ask, node),
        "starred": False,
        "writersCanShare": True,
        "copyRequiresWriterPermission": False,
    }
    if node.owner:
        rights["owners"] = [user(ask.world, owner, ask.caller.email)]
        rights["permissions"] = permissions(ask.world, node)
    if node.lock:
        rights["contentRestrictions"] = [_lock(ask, node.lock)]
    return rights


def capabilities(ask: Ask, node: Node) -> dict[str, bool]:
    """Return what the caller may do with an item, by Drive's names."""
    role, locked = ask.role(node), node.lock is not None
    master = role >= Role.ORGANIZER
    writes = role >= Role.WRITER
    breaks = writes and (master or not (node.lock and node.lock.owner_restricted))
    return {
        "canEdit": writes and not locked,
        "canRename": writes and not locked,
        "canModifyContent": writes and not locked,
        "canAddChildren": node.is_folder and writes,
        "canListChildren": node.is_folder,
        "canCopy": not node.is_folder,
        "canDownload": not node.is_folder,
        "canReadRevisions": not node.is_folder,
        "canShare": can_share(ask, node),
        "canTrash": may_trash(node, role),
        "canDelete": master and node.parent is not None,
        "canModifyContentRestriction": breaks and not node.is_folder,
        "canModifyEditorContentRestriction": breaks and not node.is_folder,
        "canModifyOwnerContentRestriction": master and not node.is_folder,
        "canRemoveContentRestriction": breaks and locked,
        "canDisableInheritedPermissions": master and node.is_folder and not node.limited,
        "canEnableInheritedPermissions": master and node.is_folder and node.limited,
        "canMoveItemWithinDrive": may_move(node, role),
    }


def may_trash(node: Node, role: Role) -> bool:
    """Whether a role may put an item into the trash: only the owner may in a My Drive."""
    least = Role.FILE_ORGANIZER if node.drive else Role.OWNER
    return node.parent is not None and role >= least


def may_move(node: Node, role: Role) -> bool:
    """Whether a role may move an item within its drive."""
    least = Role.FILE_ORGANIZER if node.drive else Role.WRITER
    return node.parent is not None and role >= least


def can_share(ask: Ask, node: Node) -> bool:
    """Whether the caller may change an item's permissions."""
    role = ask.role(node)
    drive = ask.world.shared_drives.get(node.drive or "")
    if drive and node.id == drive.id:
        return role >= Role.ORGANIZER
    if drive and node.is_folder:
        least = Role.ORGANIZER if drive.folder_sharing_needs_organizer else Role.FILE_ORGANIZER
        return role >= least
    return role >= (Role.WRITER if node.plain.get("writersCanShare", True) else Role.OWNER)


def _lock(ask: Ask, lock: Lock) -> dict[str, Any]:
    return {
        "readOnly": True,
        "ownerRestricted": lock.owner_restricted,
        "reason": lock.reason,
        "type": "globalContentRestriction",
        "restrictingUser": user(ask.world, lock.by, ask.caller.email),
        "restrictionTime": stamp(lock.at),
    }


def permissions(world: World, node: Node) -> list[dict[str, Any]]:
    """Return who may do what with an item, one entry per grantee, with where it comes from."""
    held: dict[str, list[Held]] = {}
    for each in permissions_on(world.tree, node):
        held.setdefault(each.grant.id, []).append(each)
    return [_permission(world, node, several) for several in held.values()]


def _permission(world: World, node: Node, held: list[Held]) -> dict[str, Any]:
    strongest = max(held, key=lambda each: each.role)
    grant = strongest.grant
    shown: dict[str, Any] = {"kind": "drive#permission", "id": grant.id, "type": grant.kind}
    shown |= {"role": NAMES[strongest.role], "permissionDetails": [_detail(node, each) for each in held]}
    if grant.kind in {"user", "group"}:
        account = world.directory.accounts.get(grant.address)
        name = account.name if account else grant.address.partition("@")[0]
        shown |= {"emailAddress": grant.address, "displayName": name, "deleted": False, "pendingOwner": False}
    if grant.kind == "domain":
        shown |= {"domain": grant.address, "displayName": grant.address}
    if grant.kind in {"domain", "anyone"}:
        shown["allowFileDiscovery"] = grant.discoverable
    if grant.expires:
        shown["expirationTime"] = stamp(grant.expires)
    return shown


def _detail(node: Node, held: Held) -> dict[str, Any]:
    member = held.source.parent is None and held.source.drive is not None
    detail: dict[str, Any] = {
        "permissionType": "member" if member else "file",
        "role": NAMES[held.role],
        "inherited": held.inherited,
    }
    return detail | ({"inheritedFrom": held.source.id} if held.inherited and node.drive else {})


def revision(world: World, each: Revision) -> dict[str, Any]:
    """Return one content of a file."""
    return {
        "kind": "drive#revision",
        "id": each.id,
        "mimeType": each.mime,
        "modifiedTime": stamp(each.at),
        "keepForever": each.keep_forever,
        "published": False,
        "lastModifyingUser": user(world, each.by),
        "originalFilename": each.name,
        "md5Checksum": each.blob.md5,
        "size": str(each.blob.size),
    }


def shared_drive(drive: SharedDrive) -> dict[str, Any]:
    """Return a shared drive."""
    return {
        "kind": "drive#drive",
        "id": drive.id,
        "name": drive.name,
        "createdTime": stamp(drive.created),
        "hidden": False,
        "restrictions": {
            "sharingFoldersRequiresOrganizerPermission": drive.folder_sharing_needs_organizer,
            "domainUsersOnly": False,
            "driveMembersOnly": False,
        },
    }
