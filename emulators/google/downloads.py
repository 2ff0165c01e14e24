"""Bytes on their way out, whole or in ranges."""

import re

from emulators.google.ask import Ask
from emulators.google.errors import DriveError
from emulators.google.nodes import Node, Revision
from emulators.serving import Response, Slice

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def send(ask: Ask, node: Node, revision: Revision | None) -> Response:
    """Return the bytes of a revision, or the range that was asked for."""
    if revision is None or node.is_native:
        raise DriveError(
            403,
            "fileNotDownloadable",
            "Only files with binary content can be downloaded. Use Export with Docs Editors files.",
        )
    size = revision.blob.size
    headers = {"Content-Type": revision.mime, "Content-Disposition": "attachment", "Accept-Ranges": "bytes"}
    wanted = ask.request.headers.get("Range")
    bounds = _bounds(wanted, size) if wanted else (0, size)
    if bounds is None:
        return Response(416, b"", {"Content-Range": f"bytes */{size}"})
    start, length = bounds
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    return Response(206 if wanted else 200, b"", headers, Slice(revision.blob.path, start, length))


def _bounds(wanted: str, size: int) -> tuple[int, int] | None:
    """Return start and length, or None where nothing of the file is in the range."""
    match = _RANGE.fullmatch(wanted.strip())
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, length) if length else None
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    return (start, end - start + 1) if start <= end else None
