"""How drives, items, permissions, sites and people look in Graph's JSON."""

from datetime import datetime
from mimetypes import guess_type
from typing import Any, Protocol
from urllib.parse import quote

from emulators.microsoft.directory import Site, Tenant
from emulators.microsoft.drive import Drive
from emulators.microsoft.items import Content, Identity, Item, Label, Permission
from emulators.microsoft.people import User

Json = dict[str, Any]


class View(Protocol):
    """What an item looks like depends on who asks and when."""

    def download_url(self, drive: Drive, item: Item) -> str:
        """Return the address that gives the file's bytes to whoever knows it."""

    def hash_known(self, content: Content) -> bool:
        """Tell whether the service has come round to computing the hash."""


def moment(value: datetime) -> str:
    """Write a time as Graph does."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def identity_set(who: Identity) -> Json:
    """Return an identitySet."""
    known = {"id": who.id, "displayName": who.name}
    return {who.kind: known | ({"email": who.email} if who.email else {})}


def item_json(drive: Drive, item: Item, view: View) -> Json:
    """Return a driveItem as a request for it or a listing shows it."""
    facets = _folder_facets(drive, item)
    if item.content is not None:
        facets = _file_facet(item, item.content, view)
        facets["@microsoft.graph.downloadUrl"] = view.download_url(drive, item)
    shared = {"shared": {"scope": "users"}} if item.permissions and item is not drive.root else {}
    publication = {"publication": {"level": "checkout"}} if item.checked_out_by else {}
    return (
        _common(drive, item) | {"cTag": item.ctag, "size": drive.size(item)} | facets | shared | publication
    )


def _file_facet(item: Item, content: Content, view: View) -> Json:
    hashes = {"hashes": {"quickXorHash": content.quick_xor_hash}} if view.hash_known(content) else {}
    return {"file": {"mimeType": guess_type(item.name)[0] or "application/octet-stream"} | hashes}


def _folder_facets(drive: Drive, item: Item) -> Json:
    root: Json = {"root": {}} if item is drive.root else {}
    return {"folder": {"childCount": drive.child_count(item)}} | root


def _common(drive: Drive, item: Item) -> Json:
    return {
        "id": item.id,
        "name": item.name,
        "eTag": item.etag,
        "webUrl": drive.web_url + quote(drive.path(item)),
        "createdDateTime": moment(item.created),
        "lastModifiedDateTime": moment(item.modified),
        "createdBy": identity_set(item.created_by),
        "lastModifiedBy": identity_set(item.modified_by),
        "fileSystemInfo": {
            "createdDateTime": moment(item.file_created),
            "lastModifiedDateTime": moment(item.file_modified),
        },
        "parentReference": _parent_reference(drive, item),
    }


def _parent_reference(drive: Drive, item: Item, *, with_path: bool = True) -> Json:
    drive_part = {"driveType": drive.kind, "driveId": drive.id}
    drive_part |= {"siteId": drive.site_id} if drive.site_id else {}
    parent = next(drive.ancestors(item), None)
    if parent is None:
        return drive_part
    path = {"name": parent.name, "path": drive_path(drive, parent)} if with_path else {}
    return drive_part | {"id": parent.id} | path


def drive_path(drive: Drive, item: Item) -> str:
    """Return the path as parentReference and inheritedFrom spell it."""
    return f"/drives/{drive.id}/root:{quote(drive.path(item))}"


def delta_json(drive: Drive, item: Item, view: View) -> Json:
    """Return a driveItem as delta shows it for work accounts: no cTag, no path, no name once deleted."""
    kind: Json = {"folder": {}} if item.is_folder else {"file": {}}
    if drive.is_gone(item):
        place = _parent_reference(drive, item, with_path=False)
        return {"id": item.id, "parentReference": place, "deleted": {"state": "deleted"}} | kind
    shown = item_json(drive, item, view)
    del shown["cTag"]
    return shown | {"parentReference": _parent_reference(drive, item, with_path=False)}


def permission_json(drive: Drive, holder: Item, permission: Permission, *, inherited: bool) -> Json:
    """Return a permission that sits on `holder`; `inherited` when it is shown for something below it."""
    shown: Json = {"id": permission.id, "roles": list(permission.roles), "hasPassword": False}
    if permission.granted_to is not None:
        shown |= _grant(permission, permission.granted_to)
    if permission.link is not None:
        link = permission.link
        shown["shareId"] = "u!" + permission.id
        shown["link"] = {
            "type": link.type,
            "scope": link.scope,
            "webUrl": link.url,
            "preventsDownload": False,
        }
        shown["grantedToIdentitiesV2"] = []
    if permission.expires is not None:
        shown["expirationDateTime"] = moment(permission.expires)
    if inherited:
        shown["inheritedFrom"] = {
            "driveId": drive.id,
            "id": holder.id,
            "path": drive_path(drive, holder),
        }
    return shown


def _grant(permission: Permission, who: Identity) -> Json:
    known = identity_set(who)
    login = {"siteUser": {"id": "7", "displayName": who.name, "loginName": login_name(who)}}
    invitation = {"invitation": {"email": who.email, "signInRequired": True}} if permission.invited else {}
    return {"grantedTo": known, "grantedToV2": known | login} | invitation


def login_name(who: Identity) -> str:
    """Return the name under which a SharePoint site keeps a person or a group."""
    return (
        f"i:0#.f|membership|{who.email}" if who.email else f"c:0o.c|federateddirectoryclaimprovider|{who.id}"
    )


def drive_json(drive: Drive) -> Json:
    """Return a drive with its quota."""
    used, remaining = drive.used, max(0, drive.quota - drive.used)
    state = "exceeded" if not remaining else "nearing" if remaining * 10 < drive.quota else "normal"
    quota = {"total": drive.quota, "used": used, "remaining": remaining, "deleted": drive.binned()}
    return {
        "id": drive.id,
        "driveType": drive.kind,
        "name": drive.name,
        "webUrl": drive.web_url,
        "owner": identity_set(drive.owner),
        "quota": quota | {"state": state},
    }


def label_json(label: Label) -> Json:
    """Return an itemRetentionLabel."""
    free = not label.locked
    return {
        "name": label.name,
        "retentionSettings": {
            "behaviorDuringRetentionPeriod": "retainAsRecord",
            "isDeleteAllowed": False,
            "isRecordLocked": label.locked,
            "isMetadataUpdateAllowed": free,
            "isContentUpdateAllowed": free,
            "isLabelUpdateAllowed": False,
        },
        "isLabelAppliedExplicitly": True,
        "labelAppliedDateTime": moment(label.applied),
        "labelAppliedBy": identity_set(label.applied_by),
    }


def site_json(site: Site) -> Json:
    """Return a site."""
    return {
        "id": site.id,
        "name": site.name,
        "displayName": site.display_name,
        "webUrl": site.web_url,
        "siteCollection": {"hostname": site.hostname},
    }


def user_json(user: User) -> Json:
    """Return a person."""
    return {
        "id": user.id,
        "displayName": user.name,
        "mail": user.address,
        "userPrincipalName": user.address,
    }


def organization_json(tenant: Tenant) -> Json:
    """Return an organisation with the domains it has proved to own."""
    domain = {"name": tenant.domain, "isDefault": True, "isInitial": True, "type": "Managed"}
    return {"id": tenant.id, "displayName": tenant.name, "verifiedDomains": [domain]}
