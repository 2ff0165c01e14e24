"""Who may see a folder: invitations to single people, and the permissions as the service tells them.

The service keeps no end date of a person's permission, so whoever asks for one has to revoke it in time.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from app.storage.abilities import Grant
from app.storage.onedrive.client import Call, Json
from app.storage.onedrive.drive import Drive, at
from app.storage.onedrive.errors import InvitationFailed, RecipientRefused, RequestRefused, ServerFault
from app.storage.onedrive.pace import INVITATION, PERMISSIONS
from app.storage.policy import NoRight, OutOfReach, PolicyForbids
from app.storage.protocol import MissingError, StorageError

_ROLES = {"read": "reader", "write": "writer", "owner": "owner"}
_OPEN_TO_MANY = {"anonymous", "organization"}


def invite(drive: Drive, item_id: str, email: str, *, mail: bool) -> Grant:
    """Let a person read an item and all below it, and return the permission.

    Inviting again changes nothing. `mail` has the service write to the person, which people outside the
    organisation cannot do without. Raises `RecipientRefused`, `InvitationFailed` and `PolicyForbids`.
    """
    failure: StorageError = RecipientRefused()
    told: list[Grant] = []
    try:
        told = _invited(drive, item_id, email, mail=mail)
    except ServerFault:
        # An application alone is answered so, again and again, for some addresses outside.
        failure = InvitationFailed()
    except OutOfReach as error:
        failure = error
    # It has also happened that an invitation was answered well and no permission came of it.
    granted = _of_person(told, email) or _of_person(permissions(drive, item_id), email)
    if granted is None:
        raise failure
    return granted


def _invited(drive: Drive, item_id: str, email: str, *, mail: bool) -> list[Grant]:
    people: Json = {"recipients": [{"email": email}], "roles": ["read"]}
    manner = {"requireSignIn": True, "sendInvitation": mail}
    try:
        answer = drive.call(INVITATION, "POST", f"{at(item_id)}/invite", json=people | manner)
    except RequestRefused as error:
        raise RecipientRefused from error
    except NoRight as error:
        if not mail:
            raise
        # Graph says no more than that access is denied where an administrator forbids sharing outside.
        raise PolicyForbids from error
    return [grant for permission in answer.get("value", []) for grant in read_grants(permission)]


def permissions(drive: Drive, item_id: str) -> Sequence[Grant]:
    """List every permission on an item, one for each person where a link is for several."""
    listing = Call("GET", f"{drive.address}{at(item_id)}/permissions")
    pages = drive.graph.pages(PERMISSIONS, listing)
    return [grant for page in pages for permission in page["value"] for grant in read_grants(permission)]


def withdraw(drive: Drive, item_id: str, grant_id: str) -> None:
    """Take a permission away; nothing happens when it is gone already."""
    try:
        drive.call(PERMISSIONS, "DELETE", f"{at(item_id)}/permissions/{quote(grant_id, safe='')}")
    except MissingError:
        return


def _of_person(grants: Sequence[Grant], email: str) -> Grant | None:
    wanted = email.casefold()
    return next((each for each in grants if each.email.casefold() == wanted and not each.inherited), None)


def read_grants(permission: Json) -> Iterator[Grant]:
    """Read a permission of Graph's, one grant for each person that it is given to."""
    link = permission.get("link") or {}
    until = permission.get("expirationDateTime")
    for email in sorted(_emails(permission)) or [""]:
        yield Grant(
            id=str(permission.get("id", "")),
            email=email,
            role=_role(permission),
            public=link.get("scope") in _OPEN_TO_MANY,
            inherited=bool(permission.get("inheritedFrom")),
            until=datetime.fromisoformat(until) if until else None,
        )


def _role(permission: Json) -> str:
    """Return the strongest role; roles of SharePoint's own that are not known count as writing."""
    roles = {_ROLES.get(each, "writer") for each in permission.get("roles", [])}
    return next((role for role in ("owner", "writer") if role in roles), "reader")


def _emails(permission: Json) -> set[str]:
    several = permission.get("grantedToIdentitiesV2") or permission.get("grantedToIdentities") or []
    one = permission.get("grantedToV2") or permission.get("grantedTo") or {}
    found = {_email(each) for each in [one, *several]} - {""}
    return found or {str((permission.get("invitation") or {}).get("email") or "")} - {""}


def _email(identity: dict[str, Any]) -> str:
    """Return a person's address; of people outside it may stand only at the end of the site's login name."""
    for kind in ("user", "siteUser"):
        told = identity.get(kind) or {}
        login = str(told.get("loginName") or "").rpartition("|")[2]
        address = str(told.get("email") or (login if "@" in login else ""))
        if address:
            return address
    return ""
