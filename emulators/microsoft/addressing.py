"""Graph's two ways to name an item, by id and by path, and what is asked of it."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from emulators.microsoft.directory import Site, Tenant
from emulators.microsoft.drive import Drive
from emulators.microsoft.errors import GraphError, denied, not_found
from emulators.microsoft.people import Caller, User

_SITE = r"sites/(?P<site>[^/:]+(?::/[^:]+(?::|$))?)"
_DRIVE = re.compile(
    rf"/(?:me/drive|users/(?P<user>[^/]+)/drive|{_SITE}/drive|(?:{_SITE.replace('?P<site>', '?:')}/|me/)?"
    r"drives/(?P<drive>[^/]+))(?P<rest>/.*)?"
)
_ITEM = re.compile(r"/(?:root|items/(?P<id>[^/:]+))(?::/(?P<path>[^:]*))?:?(?P<action>/.+)?/?")


@dataclass(frozen=True)
class DrivePlace:
    """Which drive an address names; all empty means the caller's own."""

    user: str
    site: str
    drive: str
    rest: str


@dataclass(frozen=True)
class ItemPlace:
    """Which item an address names: where to start, which names to follow, and what is asked."""

    item_id: str
    path: tuple[str, ...]
    action: str


def drive_place(raw_path: str) -> DrivePlace | None:
    """Read the drive out of a quoted path under `/v1.0`, or None where it names none."""
    found = _DRIVE.fullmatch(raw_path)
    if found is None:
        return None
    user, site, drive = (unquote(found[name] or "") for name in ("user", "site", "drive"))
    return DrivePlace(user, site, drive, found["rest"] or "")


def item_place(rest: str) -> ItemPlace | None:
    """Read the item out of what follows the drive, or None where it names none."""
    found = _ITEM.fullmatch(rest)
    if found is None:
        return None
    names = tuple(unquote(name) for name in (found["path"] or "").split("/") if name)
    action = (found["action"] or "").removeprefix("/microsoft.graph.").strip("/")
    return ItemPlace(unquote(found["id"] or "root"), names, action)


def find_site(tenant: Tenant, reference: str) -> Site:
    """Return a site by its id, its first id part, `root` or `host:/path`; raises 404."""
    reference = reference.rstrip(":")
    host, colon, path = reference.partition(":")
    for site in tenant.sites.values():
        web_path = site.web_url.partition(site.hostname)[2]
        by_path = bool(colon) and host == site.hostname and path == web_path
        if by_path or reference in {site.id, site.id.split(",")[1], "root"}:
            return site
    raise not_found()


def find_drive(place: DrivePlace, caller: Caller, tenant: Tenant) -> Drive:
    """Return the drive that is named; raises 400, 403 or 404."""
    if place.drive:
        wanted = place.drive
    elif place.site:
        wanted = find_site(tenant, place.site).drive.id
    else:
        wanted = _personal(place, caller, tenant)
    drive = tenant.drives.get(wanted)
    if drive is None:
        raise not_found()
    if not may_see(drive, caller):
        raise denied()
    return drive


def may_see(drive: Drive, caller: Caller) -> bool:
    """Tell whether the drive is open to the caller: his own, a site's, or one that the app was granted."""
    if caller.user:
        return bool(drive.site_id) or drive.owner.id == caller.user.id
    return caller.app.sites is None or drive.site_id in caller.app.sites


def _personal(place: DrivePlace, caller: Caller, tenant: Tenant) -> str:
    if not place.user:
        return signed_in(caller).drive_id
    wanted = place.user.casefold()
    for user in tenant.users.values():
        if wanted in {user.address.casefold(), user.id}:
            return user.drive_id
    raise not_found()


def signed_in(caller: Caller) -> User:
    """Return the person behind the request; raises 400 where an application comes alone."""
    if caller.user is None:
        message = "/me request is only valid with delegated authentication flow."
        raise GraphError(400, "BadRequest", message)
    return caller.user
