"""permissions.*: who may do what, given, listed, changed and taken back."""

from datetime import datetime, timedelta
from typing import Any

from emulators.google import show
from emulators.google.ask import Ask, read_time
from emulators.google.directory import domain_of
from emulators.google.errors import DriveError, bad_request, forbidden, limit_kind
from emulators.google.nodes import ROLES, Grant, Node, Role
from emulators.serving import Response

_DEFAULT = "kind,id,type,role"
_LIST_DEFAULT = "kind,nextPageToken,permissions(kind,id,type,role)"
_LONGEST = timedelta(days=366)
_KINDS = {"user", "group", "domain", "anyone"}


def list_permissions(ask: Ask) -> Response:
    """permissions.list: direct and inherited ones together."""
    node = ask.node()
    if not show.can_share(ask, node) and ask.role(node) < Role.WRITER:
        raise forbidden(node.id)
    held = show.permissions(ask.world, node)
    start = ask.number("pageToken", 1, 10**9) - 1 if "pageToken" in ask.request.query else 0
    size = ask.number("pageSize", 100, 100)
    content: dict[str, Any] = {"kind": "drive#permissionList", "permissions": held[start : start + size]}
    if start + size < len(held):
        content["nextPageToken"] = str(start + size + 1)
    return ask.reply("PermissionList", content, _LIST_DEFAULT)


def get(ask: Ask) -> Response:
    """permissions.get."""
    return _reply(ask, ask.node(), ask.args["permissionId"])


def create(ask: Ask) -> Response:
    """permissions.create: gives a role, or raises the one that the grantee has; may send a mail."""
    node = _shareable(ask)
    grant = _read_grant(ask, node, ask.body())
    _check_mail(ask, grant)
    _check_policy(ask, node, grant)
    old = node.grants.get(grant.id)
    if grant.role == Role.OWNER:
        return _transfer(ask, node, grant)
    if old is None or old.role < grant.role or grant.expires:
        _put(ask, node, grant)
    return _reply(ask, node, grant.id)


def update(ask: Ask) -> Response:
    """permissions.update: another role or another end."""
    node, grant = _direct(ask)
    body = ask.body()
    unknown = body.keys() - {"role", "expirationTime", "kind", "id", "type"}
    if unknown:
        raise DriveError(403, "fieldNotWritable", f"Not writable: {', '.join(sorted(unknown))}.")
    role = _read_role(body["role"]) if "role" in body else grant.role
    expires = _read_expiry(ask, node, body, grant.kind, role) or grant.expires
    if ask.flag("removeExpiration"):
        expires = None
    _put(ask, node, Grant(grant.kind, role, grant.address, expires, grant.discoverable))
    return _reply(ask, node, grant.id)


def delete(ask: Ask) -> Response:
    """permissions.delete: only where it was given; anybody may take back his own."""
    node, grant = _direct(ask)
    if grant.role == Role.OWNER:
        raise forbidden(node.id)
    before = ask.world.audience(node)
    del node.grants[grant.id]
    ask.world.changed(node, before)
    return Response(204)


def _shareable(ask: Ask) -> Node:
    node = ask.node()
    if not show.can_share(ask, node):
        raise forbidden(node.id)
    return node


def _direct(ask: Ask) -> tuple[Node, Grant]:
    node, permission = ask.node(), ask.args["permissionId"]
    grant = node.grants.get(permission)
    own = grant is not None and grant.address == ask.caller.email
    if not own and not show.can_share(ask, node):
        raise forbidden(node.id)
    if grant:
        return node, grant
    if not any(each["id"] == permission for each in show.permissions(ask.world, node)):
        raise _no_permission(permission)
    reason = "cannotModifyInheritedTeamDrivePermission" if node.drive else "cannotModifyInheritedPermission"
    raise DriveError(403, reason, "Cannot update or delete an inherited permission.")


def _no_permission(permission: str) -> DriveError:
    return DriveError(404, "notFound", f"Permission not found: {permission}.", "permissionId")


def _put(ask: Ask, node: Node, grant: Grant) -> None:
    before = ask.world.audience(node)
    node.grants[grant.id] = grant
    if grant.expires:
        ask.world.expiring.add((node.id, grant.id))
    ask.world.changed(node, before)


def _transfer(ask: Ask, node: Node, grant: Grant) -> Response:
    if not ask.flag("transferOwnership") or node.owner != ask.caller.email:
        raise DriveError(403, "forbidden", "The transferOwnership parameter must be enabled.")
    old = node.grants[Grant("user", Role.OWNER, node.owner).id]
    old.role = Role.WRITER
    ask.world.tree.used[node.owner] -= node.stored
    ask.world.tree.used[grant.address] += node.stored
    node.owner = grant.address
    _put(ask, node, grant)
    return _reply(ask, node, grant.id)


def _reply(ask: Ask, node: Node, permission: str) -> Response:
    for each in show.permissions(ask.world, node):
        if each["id"] == permission:
            return ask.reply("Permission", each, _DEFAULT)
    raise _no_permission(permission)


def _read_grant(ask: Ask, node: Node, body: dict[str, Any]) -> Grant:
    kind, role = body.get("type"), _read_role(body.get("role"))
    if kind not in _KINDS:
        raise bad_request("The permission type field is required.", "permission.type", "required")
    address = str(body.get("domain" if kind == "domain" else "emailAddress") or "").lower()
    if kind != "anyone" and not address:
        raise bad_request("The specified emailAddress is invalid or not applicable.", reason="invalid")
    if role in {Role.ORGANIZER, Role.FILE_ORGANIZER} and (not node.drive or kind in {"domain", "anyone"}):
        raise bad_request("The specified role is not applicable.", "permission.role", "invalid")
    expires = _read_expiry(ask, node, body, str(kind), role)
    return Grant(str(kind), role, address, expires, bool(body.get("allowFileDiscovery")))


def _read_role(name: object) -> Role:
    if name not in ROLES:
        raise bad_request("The permission role field is required.", "permission.role", "required")
    return ROLES[str(name)]


def _read_expiry(ask: Ask, node: Node, body: dict[str, Any], kind: str, role: Role) -> datetime | None:
    if "expirationTime" not in body:
        return None
    expires, now = read_time(body["expirationTime"], "expirationTime"), ask.world.clock.now()
    if expires <= now:
        raise DriveError(403, "expirationDatesMustBeInTheFuture", "Expiration dates must be in the future.")
    if expires > now + _LONGEST or kind not in {"user", "group"} or (node.is_folder and role != Role.READER):
        raise DriveError(403, "cannotSetExpiration", "Expiration dates cannot be set on this item.")
    return expires


def _check_mail(ask: Ask, grant: Grant) -> None:
    if grant.kind not in {"user", "group"}:
        return
    if ask.flag("sendNotificationEmail", default=True):
        message = ask.request.query.get("emailMessage", "")
        ask.world.mails.append({"to": grant.address, "file": ask.args["fileId"], "message": message})
    elif grant.address in ask.world.directory.without_account:
        raise bad_request(
            f'Bad Request. User message: "You are trying to invite {grant.address}. Since there is no Google'
            ' account associated with this email address, you must check the Notify people box."',
            reason="invalidSharingRequest",
        )


def _check_policy(ask: Ask, node: Node, grant: Grant) -> None:
    """Refuse what the owner's domain forbids, where it does not let anything leave the domain."""
    home = domain_of(node.owner or ask.caller.email)
    target = grant.address if grant.kind == "domain" else domain_of(grant.address)
    if target != home and home in ask.world.closed_domains:
        raise limit_kind("sharing_forbidden")
