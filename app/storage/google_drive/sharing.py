"""Who may read a folder in Drive."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from app.db import now
from app.storage.abilities import Grant
from app.storage.google_drive.calls import Calls
from app.storage.google_drive.pace import READ, SHARE, SHARE_OF_THE_DAY, WRITE
from app.storage.google_drive.states import ROLES
from app.storage.policy import PolicyForbids
from app.storage.protocol import MissingError

LONGEST = timedelta(days=365)
"""Drive lets no grant with an end last longer."""
_SAFE = timedelta(minutes=5)
_FIELDS = "id,type,role,emailAddress,expirationTime,permissionDetails(inherited)"
_PAGE = 100


class Sharing:
    """Permissions on items by their ids."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def grant(self, remote_id: str, email: str, until: datetime | None) -> Grant:
        """Let a person read; one call, two when the same person's end is changed.

        Without a mail from Google, unless Google does not know the address: then only its mail lets
        the person in. An end more than `LONGEST` ahead is cut to that, as the answer tells.
        """
        ends = min(until, now() + LONGEST - _SAFE) if until else None
        permission = self._created(remote_id, email, ends)
        # Who may do more already has no end that could be set.
        if permission["role"] == "reader" and _end_of(permission) != (ends and _whole_seconds(ends)):
            permission = self._with_end(remote_id, permission["id"], ends)
        return _grant_of(permission)

    def grants(self, remote_id: str) -> Sequence[Grant]:
        """List all permissions on an item; one call per hundred."""
        return [_grant_of(permission) for permission in self._listed(remote_id)]

    def revoke(self, remote_id: str, grant_id: str) -> None:
        """Take a permission away, or find that it is gone; raises `MissingError` only for the item."""
        request = self._calls.api.permissions().delete(
            fileId=remote_id, permissionId=grant_id, supportsAllDrives=True
        )
        try:
            self._calls.send(request, WRITE)
        except MissingError:
            if self._calls.state(remote_id) is None:
                raise

    def _listed(self, remote_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page: str | None = ""
        while page is not None:
            request = self._calls.api.permissions().list(
                fileId=remote_id,
                pageSize=_PAGE,
                fields=f"nextPageToken,permissions({_FIELDS})",
                supportsAllDrives=True,
                **({"pageToken": page} if page else {}),
            )
            answer = self._calls.send(request, READ)
            found += answer.get("permissions", ())
            page = answer.get("nextPageToken")
        return found

    def _created(self, remote_id: str, email: str, ends: datetime | None) -> dict[str, Any]:
        with suppress(PolicyForbids):
            return self._asked(remote_id, email, ends, mail=False)
        try:
            return self._asked(remote_id, email, ends, mail=True)
        except PolicyForbids:
            # Google says the same when it has shared, but could not send its mail.
            given = self._given(remote_id, email)
            if given is None:
                raise
            return given

    def _asked(self, remote_id: str, email: str, ends: datetime | None, *, mail: bool) -> dict[str, Any]:
        body = {"type": "user", "role": "reader", "emailAddress": email}
        request = self._calls.api.permissions().create(
            fileId=remote_id,
            body=body | ({"expirationTime": _whole_seconds(ends).isoformat()} if ends else {}),
            sendNotificationEmail=mail,
            fields=_FIELDS,
            supportsAllDrives=True,
        )
        return self._calls.send(request, SHARE, SHARE_OF_THE_DAY)

    def _given(self, remote_id: str, email: str) -> dict[str, Any] | None:
        fits = (
            each
            for each in self._listed(remote_id)
            if each.get("emailAddress", "").casefold() == email.casefold() and not _is_inherited(each)
        )
        return next(fits, None)

    def _with_end(self, remote_id: str, permission_id: str, ends: datetime | None) -> dict[str, Any]:
        request = self._calls.api.permissions().update(
            fileId=remote_id,
            permissionId=permission_id,
            body={"role": "reader"} | ({"expirationTime": _whole_seconds(ends).isoformat()} if ends else {}),
            removeExpiration=ends is None,
            fields=_FIELDS,
            supportsAllDrives=True,
        )
        return self._calls.send(request, WRITE)


def _grant_of(permission: dict[str, Any]) -> Grant:
    return Grant(
        id=permission["id"],
        email=permission.get("emailAddress", ""),
        role=ROLES.get(permission["role"], permission["role"]),
        public=permission["type"] in {"anyone", "domain"},
        inherited=_is_inherited(permission),
        until=_end_of(permission),
    )


def _is_inherited(permission: dict[str, Any]) -> bool:
    details = permission.get("permissionDetails", ())
    return bool(details) and all(each.get("inherited") for each in details)


def _end_of(permission: dict[str, Any]) -> datetime | None:
    ends = permission.get("expirationTime")
    return _whole_seconds(datetime.fromisoformat(ends)) if ends else None


def _whole_seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
