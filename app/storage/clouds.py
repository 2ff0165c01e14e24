"""The clouds there are, and how an adapter for each is made."""

from collections.abc import Mapping

from app.storage.building import graph_client
from app.storage.google_drive import pace as google_pace
from app.storage.google_drive.client import DriveClient
from app.storage.google_drive.store import GoogleStore
from app.storage.models import Provider
from app.storage.onedrive import pace as microsoft_pace
from app.storage.onedrive.store import OneDriveStore
from app.storage.opening import Cloud, Parts


def _google(parts: Parts) -> GoogleStore:
    drive = DriveClient(parts.secrets, parts.keep, api_root=parts.settings.google_api_root)
    place = parts.place
    return GoogleStore(
        drive, parts.ledger, parts.pacer, place["root_id"], shared_drive_id=place["shared_drive_id"]
    )


def _microsoft(parts: Parts) -> OneDriveStore:
    graph = graph_client(parts.settings, parts.secrets, parts.keep)
    place = parts.place
    return OneDriveStore(
        graph,
        parts.ledger,
        parts.pacer,
        place["drive_id"],
        place["root_id"],
        record_label=place.get("record_label", ""),
        own_domains=place.get("own_domains", ()),
    )


CLOUDS: Mapping[str, Cloud] = {
    Provider.GOOGLE: Cloud(_google, google_pace.RATES),
    Provider.MICROSOFT: Cloud(_microsoft, microsoft_pace.RATES),
}
"""By provider."""
