"""The clouds there are, and how an adapter for each is made."""

from collections.abc import Mapping

from app.storage.building import graph_client, graph_connections
from app.storage.google_drive import pace as google_pace
from app.storage.google_drive.client import DriveClient
from app.storage.google_drive.store import GoogleStore
from app.storage.models import Provider
from app.storage.onedrive import pace as microsoft_pace
from app.storage.onedrive.store import OneDriveStore
from app.storage.opening import Built, Cloud, Parts


def _google(parts: Parts) -> Built:
    drive = DriveClient(parts.secrets, parts.keep, api_root=parts.settings.google_api_root)
    place = parts.place
    store = GoogleStore(
        drive, parts.ledger, parts.pacer, place["root_id"], shared_drive_id=place["shared_drive_id"]
    )
    return Built(store, drive.close)


def _microsoft(parts: Parts) -> Built:
    connections = graph_connections()
    graph = graph_client(parts.settings, parts.secrets, parts.keep, connections)
    place = parts.place
    store = OneDriveStore(
        graph,
        parts.ledger,
        parts.pacer,
        place["drive_id"],
        place["root_id"],
        record_label=place.get("record_label", ""),
        own_domains=place.get("own_domains", ()),
    )
    return Built(store, connections.close)


CLOUDS: Mapping[str, Cloud] = {
    Provider.GOOGLE: Cloud(_google, google_pace.RATES, google_pace.LANES),
    Provider.MICROSOFT: Cloud(_microsoft, microsoft_pace.RATES, microsoft_pace.LANES),
}
"""By provider."""
