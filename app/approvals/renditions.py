"""Where the bytes of a record lie in staging: the file handed in, the official one, its certificate."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.errors import NotFound
from app.records.models import OfficialFile
from app.records.queries import RecordView, officials_of, version_of
from app.words import name_of_file


@dataclass(frozen=True)
class Stored:
    """Bytes under a key of staging, with their SHA-256 and the name they are downloaded by."""

    blob: str
    sha256: str
    name: str


def stored_of(session: Session, view: RecordView, rendition: str, filed: int | None = None) -> Stored:
    """Return where a rendition (`uploaded`, `official`, `certificate`) lies; raises `NotFound`.

    Without `filed` they are the present ones; with the number of a version, those of that version if it was
    ever filed: a correction replaces it in the record but not in the archive.
    """
    official = view.official if filed is None else _filed_as(session, view, filed)
    if rendition == "uploaded":
        version = version_of(session, view.record.id, filed or view.record.version)
        return Stored(version.blob, version.sha256, _name(version.file_name, view.record.code))
    if official is None:
        raise NotFound
    if rendition == "official":
        return Stored(official.blob, official.sha256, _name(official.path, view.record.code))
    if rendition == "certificate":
        return _certificate(official, view.record.code)
    raise NotFound


def _filed_as(session: Session, view: RecordView, number: int) -> OfficialFile:
    found = next((each for each in officials_of(session, view.record.id) if each.version == number), None)
    if found is None:
        raise NotFound
    return found


def _certificate(filed: OfficialFile, code: str) -> Stored:
    if filed.certificate_blob is None or filed.certificate_sha256 is None:
        raise NotFound
    return Stored(filed.certificate_blob, filed.certificate_sha256, _name(filed.certificate_path, code))


def _name(path: str | None, code: str) -> str:
    return name_of_file(path or "") or f"{code}.pdf"
