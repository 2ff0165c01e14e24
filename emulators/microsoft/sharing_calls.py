"""Calls on permissions: list, invite, make links, change, take back."""

import base64
import hashlib
from urllib.parse import unquote

from emulators.microsoft.calls import DriveCall, read_moment
from emulators.microsoft.directory import Tenant
from emulators.microsoft.errors import GraphError, denied, invalid, not_found
from emulators.microsoft.items import Identity, Item, Link, Permission
from emulators.microsoft.rendering import login_name, permission_json
from emulators.microsoft.world import Mail
from emulators.serving import Response, json_response

_ROLES = {"read", "write", "owner"}
_LINK_ROLES = {"view": "read", "edit": "write"}
_MAX_MESSAGE = 2000


def list_permissions(call: DriveCall) -> Response:
    """Answer with the item's own permissions, then with those that it inherits."""
    item = call.item()
    known: set[str] = set()
    shown = []
    for holder in (item, *call.drive.ancestors(item)):
        for permission in _valid(call, holder):
            if permission.id not in known:
                shown.append(permission_json(call.drive, holder, permission, inherited=holder is not item))
            known.add(permission.id)
    return json_response(200, {"value": shown})


def _valid(call: DriveCall, holder: Item) -> list[Permission]:
    every = holder.permissions.values()
    return [each for each in every if each.expires is None or each.expires > call.act.at]


def _find(call: DriveCall, item: Item) -> tuple[Item, Permission]:
    wanted = unquote(call.place.action.partition("/")[2])
    for holder in (item, *call.drive.ancestors(item)):
        for permission in _valid(call, holder):
            if permission.id == wanted:
                return holder, permission
    raise not_found()


def get_permission(call: DriveCall) -> Response:
    """Answer with one permission."""
    item = call.item()
    holder, permission = _find(call, item)
    return json_response(200, permission_json(call.drive, holder, permission, inherited=holder is not item))


def change_permission(call: DriveCall) -> Response:
    """Change the role of a direct grant."""
    item = call.item()
    holder, permission = _find(call, item)
    if holder is not item or permission.link is not None:
        raise invalid("Only the roles of a direct grant can be changed.")
    permission.roles = _roles(call)
    call.drive.touch_sharing(item, call.act)
    return json_response(200, permission_json(call.drive, item, permission, inherited=False))


def delete_permission(call: DriveCall) -> Response:
    """Take a permission back; one that is inherited has to be taken back where it was given."""
    item = call.item()
    holder, permission = _find(call, item)
    if holder is not item:
        raise invalid("Inherited permissions cannot be deleted.")
    if permission is item.permissions.get("owner"):
        raise denied("The owner's permission cannot be deleted.")
    del item.permissions[permission.id]
    call.drive.touch_sharing(item, call.act)
    return Response(204)


def invite(call: DriveCall, tenant: Tenant) -> Response:
    """Grant people access, by mail or quietly; a work account's grants take no end date."""
    item, roles = call.item(), _roles(call)
    addresses = [str(each.get("email") or "") for each in call.body.get("recipients") or [{}]]
    _check_invitation(call, addresses)
    for address in addresses:
        _check_recipient(call, tenant, address)
    granted = [_grant(call, tenant, item, address, roles) for address in addresses]
    call.drive.touch_sharing(item, call.act)
    shown = [permission_json(call.drive, item, each, inherited=False) for each in granted]
    return json_response(200, {"value": shown})


def _roles(call: DriveCall) -> tuple[str, ...]:
    roles = call.body.get("roles")
    if not isinstance(roles, list) or not roles or not set(roles) <= _ROLES:
        raise invalid("One of the provided roles is not valid.")
    return tuple(roles)


def _check_invitation(call: DriveCall, addresses: list[str]) -> None:
    if not all("@" in address for address in addresses):
        raise invalid("At least one recipient with an e-mail address is needed.")
    if len(call.body.get("message") or "") > _MAX_MESSAGE:
        raise invalid("The message is longer than 2000 characters.")
    if not call.body.get("requireSignIn", False) and not call.body.get("sendInvitation", False):
        raise invalid("requireSignIn and sendInvitation cannot both be false.")
    if call.body.get("retainInheritedPermissions") is False:
        raise invalid("The request is malformed or incorrect.")
    read_moment(call.body.get("expirationDateTime"), "expirationDateTime")


def _check_recipient(call: DriveCall, tenant: Tenant, address: str) -> None:
    if tenant.knows(address):
        if call.world.directory.user(address) is None:
            raise invalid("The recipient could not be resolved.", "recipientNotFound")
        return
    if not tenant.external_sharing:
        raise denied("Sharing with people outside the organization has been disabled.", "sharingDisabled")
    if not call.body.get("sendInvitation", False):
        raise invalid("People outside the organization have to be sent an invitation.")
    if call.caller.user is None and address.casefold() in tenant.accountless:
        raise GraphError(500, "generalException", "General exception while processing")


def _grant(call: DriveCall, tenant: Tenant, item: Item, address: str, roles: tuple[str, ...]) -> Permission:
    user = call.world.directory.user(address)
    guest_id = hashlib.sha256(address.casefold().encode()).hexdigest()[:32]
    who = Identity("user", user.id if user else guest_id, user.name if user else address, address)
    permission_id = base64.urlsafe_b64encode(login_name(who).casefold().encode()).decode().rstrip("=")
    permission = Permission(permission_id, roles, who, invited=not tenant.knows(address))
    item.permissions[permission_id] = permission
    if call.body.get("sendInvitation", False):
        sender, message = call.caller.identity.name, str(call.body.get("message") or "")
        call.world.mails.append(Mail(call.act.at, sender, address, item.id, message))
    return permission


def create_link(call: DriveCall, tenant: Tenant) -> Response:
    """Make a sharing link, or return the one that this application has already made."""
    item = call.item()
    kind, scope = call.body.get("type"), call.body.get("scope") or "organization"
    if kind not in _LINK_ROLES or scope not in {"anonymous", "organization", "users"}:
        raise invalid("The link's type or scope is not supported.")
    if call.body.get("password"):
        raise invalid("Passwords are supported on personal accounts only.")
    if scope == "anonymous" and not (tenant.external_sharing and tenant.anonymous_links):
        raise denied("Anonymous links are disabled for this site.", "sharingDisabled")
    expires = read_moment(call.body.get("expirationDateTime"), "expirationDateTime")
    link_id = _link_id(call, item, f"{kind}/{scope}")
    existing = next((each for each in _valid(call, item) if each.id == link_id), None)
    url = f"{call.drive.web_url}/:link:/{link_id}"
    link = Link(str(kind), str(scope), url, call.caller.app.client_id)
    permission = existing or Permission(link_id, (_LINK_ROLES[str(kind)],), link=link)
    permission.expires = expires or permission.expires
    item.permissions[link_id] = permission
    call.drive.touch_sharing(item, call.act)
    shown = permission_json(call.drive, item, permission, inherited=False)
    return json_response(200 if existing else 201, shown)


def _link_id(call: DriveCall, item: Item, kind: str) -> str:
    seed = f"{item.id}/{kind}/{call.caller.app.client_id}"
    return hashlib.sha256(seed.encode()).hexdigest()[:32]
