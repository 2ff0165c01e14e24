"""An emulated Drive with people around it, and Google's own client to use it."""

import io
import json
from pathlib import Path
from typing import Any

import google_auth_httplib2
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceCredentials
from googleapiclient.discovery import Resource, build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload, MediaIoBaseDownload, MediaIoBaseUpload, build_http

from emulators.faults import Rule
from emulators.google.directory import DRIVE, DRIVE_FILE, Caller
from emulators.google.nodes import FOLDER
from emulators.google.service import Google

SCHOOL = "luutru@truong-a.example"
OFFICER = "canbo@phong.example"
CLIENT = "app.example"
ALL = "id,name,parents,size,version,md5Checksum,sha256Checksum,headRevisionId,trashed,driveId"
PDF = "application/pdf"


class GoogleCloud:
    """One emulator, its address, and clients that are closed with it."""

    def __init__(self, emulator: Google, origin: str) -> None:
        self.emulator = emulator
        self.origin = origin
        self.household = emulator.household
        self.household.add_account(SCHOOL, "Trường A")
        self.household.add_account(OFFICER, "Phòng")
        self.household.add_client(CLIENT, "secret")
        self._clients: list[Any] = []

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def user(self, email: str = SCHOOL, scope: str = DRIVE_FILE, client: str = CLIENT) -> Any:
        """Return Drive as Google's client shows it to a person."""
        caller = Caller(email, client, frozenset({scope}))
        return self.connect(Credentials(token=self.emulator.world.directory.issue(caller)))

    def service(self, email: str = "robot@emulator.example", **named: Any) -> Any:
        """Return Drive as a service account sees it."""
        key = self.household.add_service_account(email, f"{self.origin}/token")
        return self.connect(ServiceCredentials.from_service_account_info(key, scopes=[DRIVE], **named))

    def connect(self, credentials: Any) -> Any:
        document = json.loads(get_static_doc("drive", "v3"))
        document["rootUrl"] = f"{self.origin}/"
        document["baseUrl"] = f"{self.origin}/drive/v3/"
        http = google_auth_httplib2.AuthorizedHttp(credentials, build_http())
        drive: Resource = build_from_document(document, http=http)
        self._clients.append(drive)
        return drive

    def fault(self, **rule: Any) -> None:
        self.emulator.faults.add(Rule(**rule))

    def meddle(self, verb: str, **order: str) -> dict[str, Any]:
        return self.emulator.meddle({"verb": verb, **order})


def folder(drive: Any, name: str, parent: str = "root", **more: Any) -> dict[str, Any]:
    body = {"name": name, "mimeType": FOLDER, "parents": [parent], **more}
    made: dict[str, Any] = drive.files().create(body=body, fields=ALL, supportsAllDrives=True).execute()
    return made


def upload(
    drive: Any, content: bytes, parent: str = "root", name: str = "a.pdf", **more: Any
) -> dict[str, Any]:
    media = MediaIoBaseUpload(io.BytesIO(content), PDF, resumable=False)
    body = {"name": name, "parents": [parent], **more}
    asked = drive.files().create(body=body, media_body=media, fields=ALL, supportsAllDrives=True)
    made: dict[str, Any] = asked.execute()
    return made


def session(drive: Any, path: Path, chunk: int = -1, **body: Any) -> Any:
    media = MediaFileUpload(str(path), PDF, chunksize=chunk, resumable=True)
    return drive.files().create(body={"name": path.name, **body}, media_body=media, fields=ALL)


def download(drive: Any, file_id: str, chunk: int = 1 << 20) -> bytes:
    out = io.BytesIO()
    loader = MediaIoBaseDownload(
        out, drive.files().get_media(fileId=file_id, supportsAllDrives=True), chunksize=chunk
    )
    done = False
    while not done:
        _, done = loader.next_chunk()
    return out.getvalue()


def reason(error: HttpError) -> tuple[int, str]:
    """Return status and reason of a refusal."""
    details: Any = error.error_details
    return int(error.resp.status), str(details[0]["reason"])
