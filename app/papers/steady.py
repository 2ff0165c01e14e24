"""Zipped office files without the moment of their writing, so that the same paper gives the same bytes."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


def steady(content: bytes) -> bytes:
    """Return the ZIP archive `content` with the earliest date a ZIP can hold at every entry."""
    written = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name in given.namelist():
            archive.writestr(ZipInfo(name), given.read(name), ZIP_DEFLATED)
    return written.getvalue()
