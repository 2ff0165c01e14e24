"""Pages of records as pictures: drawn after the upload, kept beside the data, drawn anew when lost."""

import logging
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

from app.context import Context
from app.db import now
from app.errors import NotFound
from app.pdf.gate import GATE_NUMBER
from app.pdf.pages import DEFAULT_WIDTH, NARROWEST, WIDEST, PageImage, render
from app.pdf.sandbox import SandboxDied
from app.records.models import Record
from app.records.queries import RecordView, version_of
from app.text import N_

log = logging.getLogger(__name__)

WIDTHS = range(NARROWEST, WIDEST + 1)
"""Pixels from left to right that may be asked for."""
_AT_ONCE = 25
"""Pages of one sandbox run; more would come near its limit on output."""
_MOST_PREPARED = 100
"""Pages drawn before anybody asks; of longer documents the rest is drawn when looked at."""
_KEPT_WIDTHS = frozenset({400, DEFAULT_WIDTH, 1200, 1600})
"""Any other width is drawn each time, so that nobody fills the disk with one page."""
_OF_TODAY = f".gate{GATE_NUMBER}"
"""Ends the names of folders whose pictures show what is read today."""
_PNG_END = b"IEND\xaeB`\x82"


class PageNotDrawn(NotFound):
    """The page exists but cannot be drawn within the sandbox's limits."""

    detail = N_("Không vẽ được trang này của tệp.")
    hint = N_("Tải tệp PDF về để xem trang này.")


@dataclass(frozen=True)
class VersionPages:
    """The pages of one version of a record."""

    record_id: uuid.UUID
    version: int
    count: int


def page_image(context: Context, view: RecordView, number: int, width: int = DEFAULT_WIDTH) -> bytes:
    """Return page `number` (from 1) of a record's present version; as `version_image` does."""
    return version_image(context, _present(view.record), number, width)


def picture_name(sha256: str) -> str:
    """Return what names the pictures of a version, whose hash it is, as they are drawn today."""
    return f"{sha256[:16]}.{GATE_NUMBER}"


def version_image(context: Context, pages: VersionPages, number: int, width: int = DEFAULT_WIDTH) -> bytes:
    """Return page `number` (from 1) of a version as PNG, `width` pixels wide.

    The width is brought within 100 and 2000. Raises `NotFound` for a page the document does not have,
    `PageNotDrawn`, and `SandboxUnavailable`.
    """
    if not 1 <= number <= pages.count:
        raise NotFound
    width = min(max(width, NARROWEST), WIDEST)
    place = _place(context, pages, width, number)
    kept = _read(place)
    if kept is not None:
        return kept
    try:
        drawn = dict(_draw(context, pages, [number], width, background=False))
    except SandboxDied as error:
        raise PageNotDrawn from error
    if number not in drawn:
        raise PageNotDrawn
    if width in _KEPT_WIDTHS:
        _keep(place, drawn[number])
    return drawn[number]


def prepare_pages(context: Context, record_id: str, version: int) -> None:
    """Draw the first pages of a version in the usual width, in the background.

    Does nothing when the record has another version by now, or for pages that are there already.
    """
    with context.database.sessions() as session:
        record = session.get(Record, record_id)
    if record is None or record.version != version:
        return
    pages = _present(record)
    wanted = range(1, min(pages.count, _MOST_PREPARED) + 1)
    missing = [n for n in wanted if _read(_place(context, pages, DEFAULT_WIDTH, n)) is None]
    for start in range(0, len(missing), _AT_ONCE):
        some = missing[start : start + _AT_ONCE]
        try:
            drawn = _draw(context, pages, some, DEFAULT_WIDTH, background=True)
        except SandboxDied as death:
            log.warning("pages not prepared record=%s pages=%s: %s", record_id, some, death)
            return
        for number, image in drawn:
            _keep(_place(context, pages, DEFAULT_WIDTH, number), image)


def forget_pages(data_dir: Path, age: timedelta) -> None:
    """Remove pictures that were drawn longer ago than `age`, and all of another reading than today's.

    They are drawn again when asked for.
    """
    limit = (now() - age).timestamp()
    for folder in (data_dir / "pages").glob("*/*"):
        if not folder.name.endswith(_OF_TODAY):
            shutil.rmtree(folder, ignore_errors=True)
    for place in (data_dir / "pages").glob("*/*/*/*.png*"):
        if place.stat().st_mtime < limit:
            place.unlink(missing_ok=True)


def _present(record: Record) -> VersionPages:
    return VersionPages(record.id, record.version, record.pages)


def _draw(
    context: Context, pages: VersionPages, numbers: list[int], width: int, *, background: bool
) -> Iterable[tuple[int, bytes]]:
    with context.database.sessions() as session:
        blob = version_of(session, pages.record_id, pages.version).blob
    with context.staging.open(blob) as document, tempfile.TemporaryFile() as output:
        file = cast("BinaryIO", output)
        drawn = render(context.sandbox, document, numbers, width, file, background=background)
        return [(image.number, _cut(file, image)) for image in drawn]


def _cut(file: BinaryIO, image: PageImage) -> bytes:
    return os.pread(file.fileno(), image.length, image.offset)


def _place(context: Context, pages: VersionPages, width: int, number: int) -> Path:
    folder = (
        context.settings.data_dir
        / "pages"
        / pages.record_id.hex[:2]
        / f"{pages.record_id.hex}.{pages.version}{_OF_TODAY}"
    )
    return folder / str(width) / f"{number}.png"


def _read(place: Path) -> bytes | None:
    """Return the picture, unless it is missing or was cut short by a power cut."""
    try:
        image = place.read_bytes()
    except FileNotFoundError:
        return None
    return image if image.endswith(_PNG_END) else None


def _keep(place: Path, image: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".png.part", delete=False) as part:
        part.write(image)
    Path(part.name).replace(place)
